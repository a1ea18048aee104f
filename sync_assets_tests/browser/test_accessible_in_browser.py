"""Each page before axe-core: light and dark, without a row and with rows, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from starlette.routing import Route, compile_path

from sync_assets.entities import ENTITIES
from sync_assets.pages.page_list import PAGES
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets_tests.bridge.linked_entities import add_record, add_row, link
from sync_assets_tests.browser.conftest import PROVIDER
from sync_assets_tests.browser.edits import change_places_here, compare, rename_there
from sync_assets_tests.browser.office import LONG, Office
from sync_assets_tests.event_import.both_sides import in_workbook
from sync_assets_tests.event_import.edited_upload import Edited, edited

WORKBOOK = event_workbook(PROVIDER, events=4, sessions=12)
FAULTY = event_workbook(PROVIDER, events=8, sessions=24, faulty=5)
TITLES = sorted(event.title for event in in_workbook(WORKBOOK))
LISTS = [f"/discrepancies/{name}" for name, entity in ENTITIES.items() if entity.link]
PATHS = ["/upload", "/uploads", "/events", "/overview", "/discrepancies", *LISTS, "/drift", "/drift?show=right"]
PHONE = {"width": 390, "height": 844}
NO_PAGES = ("/", "/uploads/{key}/file", "/uploads/{key}/report", "/uploads/{key}/to-correct", "/uploads/{key}/progress")
"""What answers a GET with no page of its own: a way to one, files, and a stream. Parts stand in their pages."""


@pytest.fixture(scope="module")
def visited() -> set[str]:
    """The paths of the pages that axe-core has seen in this file."""
    return set()


@pytest.fixture
def reader(office: Office, visited: set[str]) -> Office:
    """Ada, whose pages are noted."""
    office.page.on("framenavigated", lambda frame: visited.add(frame.url.partition("//")[2].partition("/")[2]))
    return office


def look_at(office: Office, path: str) -> None:
    """Show a page whole, and have it examined, on a desk and on a phone."""
    office.page.goto(path)
    examine(office)


def examine(office: Office) -> None:
    page = office.page
    expect(page.locator("[hx-trigger=load]")).to_have_count(0, timeout=LONG)
    desk = page.viewport_size
    assert desk
    office.assert_accessible()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    office.assert_accessible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"too wide: {page.url}"
    page.set_viewport_size(desk)


def test_pages_without_a_row(reader: Office) -> None:
    for path in PATHS:
        look_at(reader, path)
        if path.startswith("/discrepancies/"):
            look_at(reader, f"{path}?show=right")
            look_at(reader, f"{path}?q=no+such+name")


def test_pages_that_are_not_there_or_cannot_be_shown(page: Page, reader: Office) -> None:
    for path in ("/nowhere", "/uploads/none", "/decided/7c9e6679-7425-40de-944b-e07fc1f90ae7", "/discrepancies/x"):
        look_at(reader, path)
    page.context.clear_cookies()
    look_at(reader, "/sign-in")


def test_an_upload_from_its_plan_to_its_end(reader: Office) -> None:
    page = reader.page
    reader.upload(FAULTY, "Faulty.xlsx")
    expect(page.get_by_role("heading", name="What has to be done")).to_be_visible()
    examine(reader)
    reader.upload(WORKBOOK, "Sitting.xlsx")
    examine(reader)
    reader.import_it()
    examine(reader)
    reader.upload(edited(WORKBOOK, changed), "Sitting 2.xlsx")
    examine(reader)
    key = page.url.split("/")[4]
    look_at(reader, f"/uploads/{key}/withdraw")


def changed(sheet: Edited) -> None:
    sheet.set(4, "Max places", 3)


def test_events_and_what_becomes_of_them(reader: Office) -> None:
    page = reader.page
    for path in ("/events", "/events?q=no+such+title", f"/events?q={TITLES[0]}"):
        look_at(reader, path)
    reader.tick(TITLES[0])
    page.get_by_role("button", name="Show what it would do").click()
    expect(page.get_by_role("alert")).to_be_visible()
    examine(reader)
    for words in ("Publish", "Cancel"):
        page.goto("/events")
        reader.tick(TITLES[0])
        reader.decide(words)
        examine(reader)
    reader.confirm("Cancel: 1 event")
    examine(reader)
    reader.fault({"kind": "down"})
    try:
        page.goto("/events")
        reader.tick(TITLES[1])
        page.get_by_role("combobox", name="With the ticked").select_option(label="Publish")
        page.get_by_role("button", name="Show what it would do").click()
        expect(page.get_by_text("Administrate does not answer").first).to_be_visible(timeout=LONG)
        examine(reader)
    finally:
        reader.fault()


def test_discrepancies_and_differences(reader: Office) -> None:
    page, systems = reader.page, reader.systems
    add_row(systems.engine, "locations", "Quellbridge")
    add_row(systems.engine, "locations", "Closed Hall")
    add_record(systems.engine, "locations", "there-quellbrigde", "Quellbrigde")
    link(systems.engine, "locations")
    change_places_here(systems, TITLES[1], 41)
    rename_there(systems, TITLES[2], f"{TITLES[2]} by hand")
    compare(systems)
    for path in ("/overview", "/discrepancies", "/discrepancies/locations", "/drift", "/drift?q=no+such+event"):
        look_at(reader, path)
    page.get_by_role("link", name="Differences").click()
    reader.tick(f"{TITLES[1]}, Max places")
    reader.decide("It is right as it is", "a larger room")
    examine(reader)
    reader.confirm()
    look_at(reader, "/drift?show=right")
    page.goto("/discrepancies/locations")
    reader.tick("Quellbridge")
    reader.decide("They belong together")
    examine(reader)
    page.goto("/discrepancies/locations")
    reader.tick("Closed Hall")
    reader.decide("It is right as it is", "closed in May")
    reader.confirm()
    look_at(reader, "/discrepancies/locations?show=right")


def test_an_examination_and_a_withdrawal(reader: Office) -> None:
    page = reader.page
    page.goto("/overview")
    page.get_by_role("button", name="Examine it now").click()
    expect(page.get_by_text("Examined")).to_be_visible(timeout=LONG)
    examine(reader)
    page.goto("/uploads")
    page.get_by_role("link", name="Sitting.xlsx").click()
    page.get_by_role("link", name="Take its events back").click()
    expect(page.get_by_text("would be deleted on both sides")).to_be_visible(timeout=LONG)
    examine(reader)
    page.get_by_role("button", name="on both sides").click()
    expect(page.get_by_text("Some events of this upload are still there.")).to_be_visible(timeout=LONG)
    examine(reader)
    look_at(reader, "/uploads")


def test_no_page_was_left_out(visited: set[str]) -> None:
    """This has to be the last one of the file."""
    expected = {route.path for route in PAGES if isinstance(route, Route) and "GET" in (route.methods or ())}
    pages = {path for path in expected if path not in NO_PAGES and not path.endswith(("/part", "/syncs"))}
    seen = {path for path in pages for url in visited if compile_path(path)[0].match(f"/{url.partition('?')[0]}")}
    assert seen == pages
