"""Each action without a mouse, in a real browser, with real Dagster."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets_tests.bridge.linked_entities import add_record, add_row, link, stored_link
from sync_assets_tests.browser.conftest import PROVIDER
from sync_assets_tests.browser.edits import change_places_here, compare, in_tenant
from sync_assets_tests.browser.keyboard import Keyboard
from sync_assets_tests.browser.office import LONG, Office
from sync_assets_tests.event_import.both_sides import in_workbook
from sync_assets_tests.event_import.edited_upload import Edited, edited
from sync_assets_tests.pages.served_pages import PASSWORD
from sync_assets_tests.processes.both_systems import parts_of

GOOD, MISTAKE = parts_of(event_workbook(PROVIDER, events=8, sessions=24), 2)
TITLES = sorted(event.title for event in in_workbook(GOOD))


def misspelt(sheet: Edited) -> None:
    name = str(sheet.value(4, "Instructor"))
    sheet.set(4, "Instructor", name[:-1] + ("x" if name[-1] != "x" else "y"))


@pytest.fixture
def keys(page: Page) -> Keyboard:
    return Keyboard(page)


@pytest.fixture
def imported(office: Office) -> Office:
    """Ada, with the events of the good workbook."""
    if not office.systems.begun(GOOD):
        office.upload(GOOD)
        office.import_it()
    return office


def look(keys: Keyboard, words: str, reason: str = "") -> None:
    """Choose what is to be done with what is ticked, and look at what it would do."""
    keys.choose("With the ticked", words)
    keys.write("Why", reason)
    keys.press("button", "Show what it would do")
    expect(keys.page.get_by_text("Nothing is changed yet.")).to_be_visible(timeout=LONG)


def test_signing_in_and_out(page: Page, keys: Keyboard) -> None:
    page.goto("/upload")
    keys.write("Password", PASSWORD)
    keys.reach(page.get_by_label("Your name"))
    page.keyboard.type("Ada Fernsby")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Upload events")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("To the content")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    keys.press("button", "Sign out")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_a_workbook_is_uploaded_corrected_imported_and_taken_back(office: Office, keys: Keyboard) -> None:
    page, path = office.page, office.folder / "Mistake.xlsx"
    path.write_bytes(edited(MISTAKE, misspelt))
    keys.open("Upload")
    keys.reach(page.get_by_label("Drop a workbook here"))
    keys.choose_file(path)
    keys.reach(page.locator("button[data-fill]").first)
    page.keyboard.press("Enter")
    keys.press("button", "Correct these cells")
    expect(page.get_by_role("heading", name="Mistake - corrected.xlsx")).to_be_visible()
    keys.press("checkbox", "Change events that are there already", "Space")
    keys.press("button", "Import")
    office.wait_for_end()
    assert office.systems.begun(MISTAKE) == 4
    keys.open("Uploads")
    keys.press("link", "Mistake - corrected.xlsx")
    keys.press("link", "Take its events back")
    keys.press("button", "Delete 4 events on both sides")
    expect(page.get_by_text("All events of this upload are gone")).to_be_visible(timeout=LONG)
    assert office.systems.begun(MISTAKE) == 0


def test_events_are_looked_for_and_published(imported: Office, keys: Keyboard) -> None:
    page = imported.page
    keys.open("Events")
    keys.write("Search titles", TITLES[0])
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 event of 4")).to_be_visible()
    keys.press("checkbox", "Tick all events of this page", "Space")
    look(keys, "Publish", "by keyboard")
    keys.press("button", "Publish: 1 event")
    imported.wait_until_done()
    keys.press("link", "Go on")
    expect(page).to_have_url("/events")
    states = {title: event["lifecycleState"] for title, event in in_tenant(imported.systems).items()}
    assert [states[title] for title in TITLES] == ["published", "draft", "draft", "draft"]


def test_a_discrepancy_is_decided_about(office: Office, keys: Keyboard) -> None:
    page, systems = office.page, office.systems
    add_row(systems.engine, "locations", "Keyboard Hall")
    link(systems.engine, "locations")
    keys.open("Discrepancies")
    keys.reach(page.get_by_role("main").get_by_role("link", name="locations"))
    page.keyboard.press("Enter")
    keys.write("Search", "keyboard")
    keys.choose("Where it stands", "Tutorial application")
    keys.press("button", "Search")
    expect(page).to_have_url(re.compile("q=keyboard&side=tutorial"))
    keys.press("checkbox", "Keyboard Hall", "Space")
    look(keys, "It is right as it is", "by keyboard")
    keys.press("button", "Do it")
    office.wait_until_done()
    keys.press("link", "Go on")
    keys.press("link", "Those that are right as they are")
    expect(page.get_by_role("checkbox", name="Keyboard Hall")).to_be_visible()


def test_a_partner_that_nothing_suggests_is_written(office: Office, keys: Keyboard) -> None:
    page, systems = office.page, office.systems
    row_id = add_row(systems.engine, "locations", "Old Mill")
    add_record(systems.engine, "locations", "there-wharf", "Wharf Street")
    link(systems.engine, "locations")
    page.goto("/discrepancies/locations?q=old+mill")
    keys.press("checkbox", "Old Mill", "Space")
    keys.reach(page.locator("summary", has_text="Another one"))
    page.keyboard.press("Enter")
    keys.write("Its name, code or id", "Wharf Street")
    look(keys, "They belong together")
    keys.press("button", "Do it")
    office.wait_until_done()
    assert stored_link(systems.engine, "locations", "there-wharf")[0] == row_id


def test_an_import_that_waits_is_carried_on_with(office: Office, keys: Keyboard) -> None:
    page = office.page
    office.upload(MISTAKE, "Waits.xlsx")
    office.fault({"kind": "down"})
    try:
        keys.press("button", "Import")
        office.wait_for_end()
    finally:
        office.fault()
    keys.press("button", "Carry on")
    expect(page.locator(".card", has_text="as the file says")).to_be_visible(timeout=LONG)
    assert office.systems.begun(MISTAKE) == 4


def test_a_difference_is_decided_about(imported: Office, keys: Keyboard) -> None:
    page, systems = imported.page, imported.systems
    change_places_here(systems, TITLES[1], 37)
    compare(systems)
    keys.open("Differences")
    keys.press("checkbox", f"{TITLES[1]}, Max places", "Space")
    look(keys, "Send what the tutorial application has")
    keys.press("button", "Do it")
    imported.wait_until_done()
    keys.press("link", "Go on")
    expect(page.get_by_role("checkbox", name=f"{TITLES[1]}, Max places")).to_have_count(0)
    assert in_tenant(systems)[TITLES[1]]["maxPlaces"] == 37


def test_the_overview_is_asked_for_an_examination(office: Office, keys: Keyboard) -> None:
    keys.open("Overview")
    keys.press("button", "Examine it now")
    expect(office.page.get_by_text("Examined")).to_be_visible(timeout=LONG)
