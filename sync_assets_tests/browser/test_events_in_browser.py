"""Events in a real browser, with real Dagster: actions on them, and decisions about what differs."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets_tests.browser.conftest import PROVIDER
from sync_assets_tests.browser.edits import change_places_here, in_tenant, places_here, rename_there
from sync_assets_tests.browser.office import Office
from sync_assets_tests.event_import.both_sides import in_workbook
from sync_assets_tests.processes.both_systems import BothSystems
from sync_assets_tests.processes.dagster_ui import DagsterUI
from sync_assets_tests.processes.production import Production
from sync_assets_tests.support.waiting import eventually

WORKBOOK = event_workbook(PROVIDER, events=6, sessions=18)
TITLES = sorted(event.title for event in in_workbook(WORKBOOK))


def states(systems: BothSystems) -> list[str]:
    """How each event of the workbook stands in the tenant."""
    known = in_tenant(systems)
    return [known[title]["lifecycleState"] for title in TITLES]


@pytest.fixture
def office(office: Office) -> Office:
    """Ada, with the events of the workbook."""
    if not office.systems.begun(WORKBOOK):
        office.upload(WORKBOOK)
        office.import_it()
    return office


def test_before_anything_differs_the_page_says_so(office: Office) -> None:
    office.page.goto("/drift")
    expect(office.page.get_by_text("Both sides have the same.")).to_be_visible()


def test_all_events_are_published_after_a_look_and_a_confirmation(office: Office) -> None:
    page, systems = office.page, office.systems
    page.goto("/events")
    page.get_by_label("Tick all events of this page").check()
    office.decide("Publish", "the sitting begins")
    assert set(states(systems)) == {"draft"}
    office.confirm("Publish: 6 events")
    expect(page.get_by_text("6 done")).to_be_visible()
    expect(page.get_by_text("By Ada Fernsby. Why: the sitting begins")).to_be_visible()
    assert set(states(systems)) == {"published"}
    with systems.engine.connect() as connection:
        who = connection.scalars(text("select distinct who from adm.decisions where action = 'publish'")).all()
    assert who == ["Ada Fernsby"]


def test_an_event_is_put_on_sale_and_taken_off(office: Office) -> None:
    page, title = office.page, TITLES[0]

    def custom_fields() -> dict[str, str]:
        return {each["definitionKey"]: each["value"] for each in in_tenant(office.systems)[title]["customFieldValues"]}

    before = custom_fields()
    page.goto("/events")
    office.tick(title)
    office.decide("Put on sale")
    office.confirm("Put on sale: 1 event")
    on_sale = custom_fields()
    page.goto("/events")
    office.tick(title)
    office.decide("Put on sale")
    expect(page.get_by_text("There is nothing to change.")).to_be_visible()
    page.goto("/events")
    office.tick(title)
    office.decide("Take off sale")
    office.confirm("Take off sale: 1 event")
    changed = [key for key, value in custom_fields().items() if value != on_sale[key]]
    assert len(changed) == 1
    assert on_sale[changed[0]] == "True"
    assert before[changed[0]] != "True"


def test_an_event_is_sold_out_and_can_be_booked_again(office: Office) -> None:
    page, systems, title = office.page, office.systems, TITLES[1]
    for words, is_sold_out in (("Mark as sold out", True), ("Mark as not sold out", False)):
        page.goto("/events")
        office.tick(title)
        office.decide(words)
        office.confirm(f"{words}: 1 event")
        assert in_tenant(systems)[title]["isSoldOut"] is is_sold_out
        assert in_tenant(systems)[TITLES[2]]["isSoldOut"] is False


def test_a_form_that_is_sent_again_starts_nothing_more(office: Office, production: Production) -> None:
    page, ui = office.page, DagsterUI(production.url)
    page.goto("/events")
    office.tick(TITLES[3])
    office.decide("Mark as sold out")
    with page.expect_request("**/events/carry-out") as sent:
        office.confirm("Mark as sold out: 1 event")
    shown, runs = page.url, len(ui.runs())
    head = {"Content-Type": "application/x-www-form-urlencoded"}
    again = page.request.post(sent.value.url, headers=head, data=sent.value.post_data or "", max_redirects=0)
    assert again.status == 303
    assert shown.endswith(again.headers["location"])
    assert len(ui.runs()) == runs


def test_events_are_cancelled(office: Office) -> None:
    page, systems = office.page, office.systems
    page.goto("/events")
    office.tick(TITLES[4], TITLES[5])
    office.decide("Cancel", "too few people")
    assert "cancelled" not in states(systems)
    page.get_by_role("link", name="Back, and change nothing").click()
    expect(page).to_have_url("/events?page=1")
    office.tick(TITLES[4], TITLES[5])
    office.decide("Cancel", "too few people")
    office.confirm("Cancel: 2 events")
    assert [state == "cancelled" for state in states(systems)] == [False] * 4 + [True] * 2


def test_what_differs_after_materialize_all_in_dagsters_page_is_decided_about(
    office: Office, production: Production
) -> None:
    page, systems = office.page, office.systems
    ours, right, theirs = TITLES[0], TITLES[1], f"{TITLES[2]} by hand"
    change_places_here(systems, ours, 41)
    change_places_here(systems, right, 42)
    rename_there(systems, TITLES[2], theirs)
    materialize_all(page, production)
    page.goto("/drift")
    office.assert_accessible()
    for difference, words, reason in (
        (f"{ours}, Max places", "Send what the tutorial application has", ""),
        (f"{theirs}, Event title", "Take what Administrate has", ""),
        (f"{right}, Max places", "It is right as it is", "a larger room from May"),
    ):
        page.goto("/drift")
        office.tick(difference)
        office.decide(words, reason)
        office.confirm()
        page.get_by_role("link", name="Go on").click()
        expect(page).to_have_url("/drift")
        expect(page.get_by_role("checkbox", name=difference)).to_have_count(0)
    there = in_tenant(systems)
    assert (places_here(systems, ours), there[ours]["maxPlaces"]) == (41, 41)
    assert places_here(systems, theirs) is not None
    assert places_here(systems, right) == 42
    assert there[right]["maxPlaces"] != 42
    page.goto("/drift?show=right")
    expect(page.get_by_text("Ada Fernsby: a larger room from May")).to_be_visible()
    office.assert_accessible()


def materialize_all(page: Page, production: Production) -> None:
    """Click the button of Dagster's own page, and wait for the end of its run."""
    ui = DagsterUI(production.url)
    before = {run.run_id for run in ui.runs()}
    page.goto(f"{production.url}/asset-groups")
    page.get_by_role("button", name="Materialize all").click()

    def started() -> str | None:
        page.wait_for_timeout(500)
        return next((run.run_id for run in ui.runs() if run.run_id not in before), None)

    run = ui.wait_until_over(str(eventually(started, "Dagster's page starts a run")))
    assert run.status == "SUCCESS", ui.messages(run.run_id)
