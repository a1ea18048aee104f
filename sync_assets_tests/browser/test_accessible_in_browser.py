"""Each page before axe-core: light and dark, without a row and with rows, on a desk and on a phone."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import expect
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
NO_PAGES = (
    "/",
    "/upload/template",
    "/uploads/{key}/file",
    "/uploads/{key}/report",
    "/uploads/{key}/to-correct",
    "/uploads/{key}/progress",
)
"""What answers a GET with no page of its own: a way to one, files, and a stream. Parts stand in their pages."""


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


def show_pages_without_a_row(office: Office) -> None:
    for path in PATHS:
        look_at(office, path)
        if path.startswith("/discrepancies/"):
            look_at(office, f"{path}?show=right")
            look_at(office, f"{path}?q=no+such+name")


def show_pages_that_are_not_there(office: Office) -> None:
    for path in ("/nowhere", "/uploads/none", "/decided/7c9e6679-7425-40de-944b-e07fc1f90ae7", "/discrepancies/x"):
        look_at(office, path)


def upload_and_import(office: Office) -> None:
    page = office.page
    office.upload(FAULTY, "Faulty.xlsx")
    expect(page.get_by_role("heading", name="What has to be done")).to_be_visible()
    examine(office)
    office.upload(WORKBOOK, "Sitting.xlsx")
    examine(office)
    office.import_it()
    examine(office)
    office.upload(edited(WORKBOOK, changed), "Sitting 2.xlsx")
    examine(office)
    key = page.url.split("/")[4]
    look_at(office, f"/uploads/{key}/withdraw")


def changed(sheet: Edited) -> None:
    sheet.set(4, "Max places", 3)


def act_on_events(office: Office) -> None:
    page = office.page
    for path in ("/events", "/events?q=no+such+title", f"/events?q={TITLES[0]}"):
        look_at(office, path)
    office.tick(TITLES[0])
    page.get_by_role("button", name="Show what it would do").click()
    expect(page.get_by_role("alert")).to_be_visible()
    examine(office)
    for words in ("Publish", "Cancel"):
        page.goto("/events")
        office.tick(TITLES[0])
        office.decide(words)
        examine(office)
    office.confirm("Cancel: 1 event")
    examine(office)
    office.fault({"kind": "down"})
    try:
        page.goto("/events")
        office.tick(TITLES[1])
        page.get_by_role("combobox", name="With the ticked").select_option(label="Publish")
        page.get_by_role("button", name="Show what it would do").click()
        expect(page.get_by_text("Administrate does not answer").first).to_be_visible(timeout=LONG)
        examine(office)
    finally:
        office.fault()


def decide_about_what_differs(office: Office) -> None:
    page, systems = office.page, office.systems
    add_row(systems.engine, "locations", "Quellbridge")
    add_row(systems.engine, "locations", "Closed Hall")
    add_record(systems.engine, "locations", "there-quellbrigde", "Quellbrigde")
    link(systems.engine, "locations")
    change_places_here(systems, TITLES[1], 41)
    rename_there(systems, TITLES[2], f"{TITLES[2]} by hand")
    compare(systems)
    for path in ("/overview", "/discrepancies", "/discrepancies/locations", "/drift", "/drift?q=no+such+event"):
        look_at(office, path)
    page.get_by_role("link", name="Differences").click()
    office.tick(f"{TITLES[1]}, Max places")
    office.decide("It is right as it is", "a larger room")
    examine(office)
    office.confirm()
    look_at(office, "/drift?show=right")
    page.goto("/discrepancies/locations")
    office.tick("Quellbridge")
    office.decide("They belong together")
    examine(office)
    page.goto("/discrepancies/locations")
    office.tick("Closed Hall")
    office.decide("It is right as it is", "closed in May")
    office.confirm()
    look_at(office, "/discrepancies/locations?show=right")


def examine_and_withdraw(office: Office) -> None:
    page = office.page
    page.goto("/overview")
    page.get_by_role("button", name="Examine it now").click()
    expect(page.get_by_text("Examined")).to_be_visible(timeout=LONG)
    examine(office)
    page.goto("/uploads")
    page.get_by_role("link", name="Sitting.xlsx").click()
    page.get_by_role("link", name="Take its events back").click()
    expect(page.get_by_text("would be deleted on both sides")).to_be_visible(timeout=LONG)
    examine(office)
    page.get_by_role("button", name="on both sides").click()
    expect(page.get_by_text("Some events of this upload are still there.")).to_be_visible(timeout=LONG)
    examine(office)
    look_at(office, "/uploads")


def test_axe_finds_nothing_on_any_page(office: Office) -> None:
    """One test: only all of them together tell that no page was left out."""
    visited: set[str] = set()
    office.page.on("framenavigated", lambda frame: visited.add(urlsplit(frame.url).path))
    show_pages_without_a_row(office)
    show_pages_that_are_not_there(office)
    upload_and_import(office)
    act_on_events(office)
    decide_about_what_differs(office)
    examine_and_withdraw(office)
    office.page.context.clear_cookies()
    look_at(office, "/sign-in")
    expected = {route.path for route in PAGES if isinstance(route, Route) and "GET" in (route.methods or ())}
    pages = {path for path in expected if path not in NO_PAGES and not path.endswith(("/part", "/syncs"))}
    assert {page for page in pages if any(compile_path(page)[0].match(path) for path in visited)} == pages
