"""A workbook in a real browser: its plan, its correction, its import and what follows, with real Dagster."""

from __future__ import annotations

import io

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets_tests.browser.conftest import PROVIDER
from sync_assets_tests.browser.office import LONG, Office
from sync_assets_tests.event_import.edited_upload import Edited, edited
from sync_assets_tests.processes.both_systems import BothSystems, parts_of

WORKBOOKS = parts_of(event_workbook(PROVIDER, events=30, sessions=100), 6)
"""Workbooks without an event in common."""


def misspelt(sheet: Edited) -> None:
    name = str(sheet.value(4, "Instructor"))
    sheet.set(4, "Instructor", name[:-1] + ("x" if name[-1] != "x" else "y"))


def test_a_wrong_password_lets_nobody_in_and_the_right_one_does(page: Page, systems: BothSystems) -> None:
    office = Office(page, systems, None)  # type: ignore[arg-type]
    office.sign_in(password="wrong")
    expect(page.get_by_role("alert")).to_have_text("The password is wrong.")
    office.assert_accessible()
    office.sign_in()
    expect(page.get_by_role("heading", name="Upload events")).to_be_visible()
    office.assert_accessible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_a_good_workbook_is_imported_and_followed_to_its_end(office: Office) -> None:
    page = office.page
    office.upload(WORKBOOKS[0])
    assert office.card("new") == "5"
    office.assert_accessible()
    office.systems.answer_late(2)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="Being imported", exact=True)).to_be_visible()
    expect(page.locator("[data-rows] tr")).to_have_count(5, timeout=LONG)
    office.assert_accessible()
    office.systems.answer_late(0)
    office.wait_for_end()
    assert office.card("as the file says") == "5"
    expect(page.get_by_text("Imported by Ada Fernsby")).to_be_visible()
    office.assert_accessible()
    office.systems.assert_holds_once(WORKBOOKS[0])
    link = page.locator("#same a").first
    assert str(link.get_attribute("href")).startswith("https://administrate.example.org/events/")
    assert "/runs/" in str(page.get_by_role("link", name="The run in Dagster").get_attribute("href"))
    with page.expect_download() as report:
        page.get_by_role("link", name="Download the report").click()
    # The browser keeps a download under a name without an extension, which openpyxl would refuse.
    assert openpyxl.load_workbook(io.BytesIO(report.value.path().read_bytes()))["Events"].max_row == 6


def test_a_workbook_that_is_partly_bad_is_corrected_in_the_page_and_imported(office: Office) -> None:
    page = office.page
    office.upload(edited(WORKBOOKS[1], misspelt), "Partly bad.xlsx")
    assert office.card("in error") == "1"
    expect(page.get_by_role("heading", name="What has to be done")).to_be_visible()
    office.assert_accessible()
    page.locator("button[data-fill]").first.click()
    page.get_by_role("button", name="Correct these cells").click()
    expect(page.get_by_role("heading", name="Partly bad - corrected.xlsx")).to_be_visible()
    assert office.card("in error") == "0"
    assert office.card("new") == "5"
    office.import_it()
    assert office.card("as the file says") == "5"
    office.systems.assert_holds_once(WORKBOOKS[1])


@pytest.mark.parametrize(("name", "content"), [("notes.xlsx", b"hello"), ("bomb.xlsx", b"PK\x03\x04" + b"\x00" * 5000)])
def test_a_hostile_file_is_refused_with_a_sentence(office: Office, name: str, content: bytes) -> None:
    office.upload(content, name)
    expect(office.page.get_by_role("alert")).to_contain_text("was not taken")
    office.assert_accessible()


def test_a_title_that_holds_a_script_is_shown_as_it_is_written(office: Office) -> None:
    title = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    content = edited(WORKBOOKS[2], lambda sheet: sheet.set(4, "Event title", title))
    office.upload(content, "<b>hostile.xlsx")
    expect(office.page.locator("th", has_text=title)).to_be_attached()


def test_a_new_version_with_changes_is_applied(office: Office) -> None:
    office.upload(WORKBOOKS[3], "Sitting.xlsx")
    office.import_it()
    office.upload(edited(WORKBOOKS[3], lambda sheet: sheet.set(4, "Max places", 3)), "Sitting 2.xlsx")
    assert office.card("changed") == "1"
    assert office.card("the same") == "4"
    expect(office.page.locator(".changes li")).to_contain_text("Max places")
    office.import_it("Change events that are there already")
    assert office.card("as the file says") == "5"
    expect(office.page.get_by_text("Change events that are there already")).to_be_visible()


def test_what_waits_for_the_tenant_is_carried_on_with_when_it_is_back(office: Office) -> None:
    office.upload(WORKBOOKS[4], "Waits.xlsx")
    office.fault({"kind": "down"})
    try:
        office.import_it()
        assert office.card("waiting for Administrate") == "5"
        expect(office.page.get_by_text("What to do: Nothing")).to_be_visible()
        office.assert_accessible()
    finally:
        office.fault()
    office.page.get_by_role("button", name="Carry on").click()
    expect(office.page.locator(".card", has_text="as the file says")).to_be_visible(timeout=LONG)
    assert office.card("as the file says") == "5"
    office.systems.assert_holds_once(WORKBOOKS[4])


def test_events_are_taken_back_after_a_look_and_a_confirmation(office: Office) -> None:
    page = office.page
    office.upload(WORKBOOKS[5], "Mistake.xlsx")
    office.import_it()
    page.get_by_role("link", name="Take its events back").click()
    expect(page.get_by_role("heading", name="5 events would be deleted on both sides")).to_be_visible(timeout=LONG)
    office.assert_accessible()
    assert office.systems.begun(WORKBOOKS[5]) == 5
    page.get_by_role("button", name="Delete 5 events on both sides").click()
    expect(page.get_by_text("5 events taken back, 0 left.")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("All events of this upload are gone")).to_be_visible(timeout=LONG)
    office.assert_accessible()
    assert office.systems.begun(WORKBOOKS[5]) == 0
    page.get_by_role("link", name="Uploads").click()
    row = page.get_by_role("row", name="Mistake.xlsx")
    expect(row).to_contain_text("taken back")
    expect(row).to_contain_text("Ada Fernsby")
    office.assert_accessible()


def test_all_of_it_works_without_a_mouse(office: Office) -> None:
    """Tab reaches every control in the order of the page, and Enter or the space bar works it."""
    page = office.page
    page.goto("/uploads")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("To the content")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text() == "Upload a workbook":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Upload events")).to_be_visible()
    office.upload(edited(WORKBOOKS[2], misspelt), "By keyboard.xlsx")
    reached: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        element = page.locator(":focus")
        reached.append(str(element.evaluate("e => e.name || e.innerText || e.getAttribute('aria-label') || ''")))
        if reached[-1] == "Correct these cells":
            break
    assert "Import" in reached
    assert "apply_changes" in reached
    assert any(name.startswith("cell:4:") for name in reached)
    assert reached[-1] == "Correct these cells"


def test_the_workbook_in_memory_is_what_was_uploaded(office: Office) -> None:
    office.upload(WORKBOOKS[2], "Original.xlsx")
    with office.page.expect_download() as download:
        office.page.get_by_role("link", name="Download the workbook").click()
    assert download.value.suggested_filename == "Original.xlsx"
    assert openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).sheetnames
