"""Decisions about rows without a partner in a real browser, with real Dagster: each kind of them."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy import select

from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets_tests.bridge.linked_entities import add_record, add_row, link, link_of, set_link, stored_link
from sync_assets_tests.browser.office import LONG, Office
from sync_assets_tests.processes.both_systems import BothSystems


def is_open(systems: BothSystems, name: str, entity: str = "locations") -> bool:
    """Whether a row by that name is listed as a discrepancy."""
    with systems.engine.connect() as connection:
        return name in set(read_discrepancies(connection, entity)["name"])


def templates_made(systems: BothSystems) -> list[str]:
    """The titles of the course templates that the tenant has made."""
    return [each["title"] for each in systems.creations() if each["mutation"].startswith("courseTemplate")]


def in_tutorial(systems: BothSystems, name: str) -> int:
    """How many locations of that name the tutorial application has."""
    table = link_of("locations").tutorial_table
    with systems.engine.connect() as connection:
        return len(connection.execute(select(table.c.id).where(table.c.name == name)).all())


def test_the_overview_says_what_is_in_order(office: Office) -> None:
    page = office.page
    page.goto("/overview")
    expect(page.get_by_text("There was no sync yet.")).to_be_visible(timeout=LONG)
    office.assert_accessible()
    page.get_by_role("button", name="Examine it now").click()
    expect(page.get_by_text("Examined")).to_be_visible(timeout=LONG)
    office.assert_accessible()


def test_two_rows_that_belong_together_become_a_pair(office: Office) -> None:
    page, systems = office.page, office.systems
    row_id = add_row(systems.engine, "locations", "Quellbridge")
    add_record(systems.engine, "locations", "there-quellbrigde", "Quellbrigde")
    link(systems.engine, "locations")
    page.goto("/discrepancies")
    page.get_by_role("main").get_by_role("link", name="locations").click()
    office.tick("Quellbridge")
    office.decide("They belong together")
    assert stored_link(systems.engine, "locations", "there-quellbrigde")[0] is None
    office.confirm()
    expect(page.get_by_text("By Ada Fernsby")).to_be_visible()
    assert stored_link(systems.engine, "locations", "there-quellbrigde")[0] == row_id
    assert not is_open(systems, "Quellbridge")
    page.get_by_role("link", name="Go on").click()
    expect(page).to_have_url("/discrepancies/locations")


def test_a_pair_that_was_made_by_hand_is_taken_apart_and_given_back(office: Office) -> None:
    page, systems = office.page, office.systems
    row_id, record_id = add_row(systems.engine, "locations", "Leeds Old"), "there-york"
    add_record(systems.engine, "locations", record_id, "York New")
    set_link(systems.engine, "locations", record_id, row_id, "hand")
    link(systems.engine, "locations")
    page.goto("/discrepancies/locations?q=york+new")
    office.tick("York New")
    office.decide("They do not belong together")
    office.confirm()
    assert stored_link(systems.engine, "locations", record_id) == (None, "hand")
    page.goto("/discrepancies/locations?q=york+new")
    office.tick("York New")
    office.decide("Pair them by name again")
    office.confirm()
    assert stored_link(systems.engine, "locations", record_id)[1] != "hand"


def test_a_row_that_is_right_as_it_is_is_put_aside_and_taken_back(office: Office) -> None:
    page, systems = office.page, office.systems
    add_row(systems.engine, "locations", "Closed Hall")
    link(systems.engine, "locations")
    page.goto("/discrepancies/locations?q=closed+hall")
    office.tick("Closed Hall")
    office.decide("It is right as it is", "closed in May")
    office.confirm()
    assert not is_open(systems, "Closed Hall")
    page.goto("/discrepancies/locations?show=right")
    expect(page.get_by_text("closed in May")).to_be_visible()
    office.assert_accessible()
    office.tick("Closed Hall")
    office.decide("List it again")
    office.confirm()
    assert is_open(systems, "Closed Hall")


def test_a_row_of_the_tutorial_application_is_made_in_administrate(office: Office) -> None:
    page, systems = office.page, office.systems
    add_row(systems.engine, "course_templates", "NT1")
    link(systems.engine, "course_templates")
    page.goto("/discrepancies/course_templates?q=nt1")
    # A template goes by its code and its title, which are alike here.
    office.tick("NT1 NT1")
    office.decide("Make it in Administrate")
    assert templates_made(systems) == []
    office.confirm()
    assert templates_made(systems) == ["NT1"]
    assert not is_open(systems, "NT1 NT1", "course_templates")


def test_a_row_of_administrate_is_made_in_the_tutorial_application(office: Office) -> None:
    page, systems = office.page, office.systems
    add_record(systems.engine, "locations", "there-new", "New Town")
    link(systems.engine, "locations")
    page.goto("/discrepancies/locations?q=new+town")
    office.tick("New Town")
    office.decide("Make it in the tutorial application")
    assert in_tutorial(systems, "New Town") == 0
    office.confirm()
    assert in_tutorial(systems, "New Town") == 1
    assert not is_open(systems, "New Town")


def test_what_is_missing_is_said_and_what_was_ticked_stays_ticked(office: Office) -> None:
    page, systems = office.page, office.systems
    add_row(systems.engine, "locations", "Halfway House")
    link(systems.engine, "locations")
    page.goto("/discrepancies/locations?q=halfway")
    office.tick("Halfway House")
    page.get_by_role("button", name="Show what it would do").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what is to be done")
    expect(page.get_by_role("checkbox", name="Halfway House")).to_be_checked()
    office.assert_accessible()
