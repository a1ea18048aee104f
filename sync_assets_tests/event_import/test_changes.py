"""A newer file: what it changes is told, applied with leave, and what somebody else has changed is left alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from sync_assets.event_import.report import EventOutcome, ImportReport
from sync_assets.sandbox.server.faults import PayloadError
from sync_assets_tests.event_import.both_sides import assert_imported, in_workbook
from sync_assets_tests.event_import.edited_upload import Edited, edited
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.systems import Systems

pytestmark = BOTH_LAYOUTS


def outcome_of(report: ImportReport, title: str) -> EventOutcome:
    return next(event.outcome for event in report.events if event.title == title)


@pytest.fixture
def content(systems: Systems) -> bytes:
    """Six events that are on both sides."""
    content = systems.workbook(events=6, sessions=21)
    assert systems.run(systems.store(content)).is_success
    systems.sandbox.requests.clear()
    systems.tenant.carried_out.clear()
    return content


def blended(content: bytes) -> list[str]:
    return [event.title for event in in_workbook(content) if len(event.sessions) > 2]


def move_by_a_day(sheet: Edited, title: str) -> None:
    for row in sheet.rows_of(title):
        for column in ("Classroom start date", "Classroom end date"):
            day = sheet.value(row, column)
            assert isinstance(day, datetime)
            sheet.set(row, column, day + timedelta(days=1))


def test_a_newer_file_is_told_field_by_field_without_leave_and_nothing_is_sent(
    systems: Systems, content: bytes
) -> None:
    title = blended(content)[0]

    def change(sheet: Edited) -> None:
        row = sheet.rows_of(title)[0]
        sheet.set(row, "Max places", 7)
        move_by_a_day(sheet, title)

    report = systems.run(systems.store(edited(content, change), "Newer.xlsx"))
    (differs,) = report.of(EventOutcome.DIFFERS)
    assert differs.title == title
    assert not report.is_success
    assert {each.field.column for each in differs.changes} >= {"Max places", "Classroom start", "Classroom end"}
    assert "Max places: 7 in the file" in (differs.sentence or "")
    assert "--apply-changes" in (differs.sentence or "")
    assert (report.mutations_sent, len(systems.tenant.carried_out)) == (0, 0)
    assert_imported(systems.engine, systems.tenant, content)


def test_with_leave_both_sides_become_what_the_file_says_and_only_differences_are_sent(
    systems: Systems, content: bytes
) -> None:
    title = blended(content)[0]

    def change(sheet: Edited) -> None:
        first, *_, last = sheet.rows_of(title)
        sheet.set(first, "Max places", 7)
        sheet.set(last, "Session url", "https://example.org/moved")

    newer = edited(content, change)
    key = systems.store(newer, "Newer.xlsx")
    would = systems.run(key, dry_run=True, apply_changes=True)
    assert outcome_of(would, title) is EventOutcome.WOULD_CHANGE
    report = systems.run(key, apply_changes=True)
    assert outcome_of(report, title) is EventOutcome.CHANGED
    assert report.is_success
    assert sorted(each.mutation for each in systems.tenant.carried_out) == ["event.update", "session.update"]
    assert_imported(systems.engine, systems.tenant, newer)
    again = systems.run(key, apply_changes=True)
    assert again.counts[EventOutcome.SAME] == 6
    assert again.mutations_sent == 0


def test_a_session_more_and_a_session_less_are_made_and_cancelled(systems: Systems, content: bytes) -> None:
    title, other = blended(content)[:2]

    def change(sheet: Edited) -> None:
        last = sheet.rows_of(other)[-1]
        sheet.page.delete_rows(last)
        rows = sheet.rows_of(title)
        sheet.page.insert_rows(rows[-1] + 1)
        for column in sheet.columns:
            if column:
                sheet.set(rows[-1] + 1, column, sheet.value(rows[-1], column))
        new = rows[-1] + 1
        sheet.set(new, "Session title", f"{title}-{len(rows) + 1}")
        sheet.set(new, "Day", len(rows) + 1)
        for column in ("Classroom start date", "Classroom end date"):
            sheet.set(new, column, sheet.value(rows[-1], column) + timedelta(days=7))

    newer = edited(content, change)
    key = systems.store(newer, "Newer.xlsx")
    told = systems.run(key)
    assert {event.title for event in told.of(EventOutcome.DIFFERS)} == {title, other}
    report = systems.run(key, apply_changes=True)
    assert report.is_success, [event.sentence for event in report.not_done]
    assert systems.tenant.carried_out.count_of("session.create") == 1
    cancelled = [each for each in systems.tenant.sessions.values() if each.lifecycle_state == "cancelled"]
    assert [each.parent_event.title for each in cancelled] == [other]
    assert systems.run(key).counts[EventOutcome.SAME] == 6


def test_a_field_that_somebody_changed_in_between_is_a_conflict_and_left_alone(
    systems: Systems, content: bytes
) -> None:
    title = blended(content)[0]
    event = next(each for each in systems.tenant.events.values() if each.title == title)
    systems.tenant.edit(event, max_places=99)

    def change(sheet: Edited) -> None:
        row = sheet.rows_of(title)[0]
        sheet.set(row, "Max places", 7)
        sheet.set(row, "Web sale", "N" if sheet.value(row, "Web sale") == "Y" else "Y")

    report = systems.run(systems.store(edited(content, change), "Newer.xlsx"), apply_changes=True)
    (differs,) = report.of(EventOutcome.DIFFERS)
    assert differs.title == title
    assert "Max places: 7 in the file" in (differs.sentence or "")
    assert "99 in Administrate" in (differs.sentence or "")
    assert event.max_places == 99
    assert systems.tenant.carried_out.count_of("event.update") == 1


def test_instructors_and_administrators_are_added_and_removed(systems: Systems, content: bytes) -> None:
    title = blended(content)[0]
    event = next(each for each in systems.tenant.events.values() if each.title == title)
    names = [contact.name for contact in event.course_template.approved_instructors if contact.is_instructor]

    def change(sheet: Edited) -> None:
        for row in sheet.rows_of(title):
            now = sheet.value(row, "Session instructor")
            sheet.set(row, "Session instructor", next(name for name in names if name.casefold() not in now.casefold()))

    newer = edited(content, change)
    key = systems.store(newer, "Newer.xlsx")
    report = systems.run(key, apply_changes=True)
    if report.of(EventOutcome.ERROR):
        pytest.fail(report.of(EventOutcome.ERROR)[0].sentence or "")
    assert report.is_success, [event.sentence for event in report.not_done]
    assert systems.tenant.carried_out.count_of("session.removeStaff") > 0
    assert_imported(systems.engine, systems.tenant, newer)


def test_cancelled_y_cancels_on_both_sides_and_is_told_before(systems: Systems, content: bytes) -> None:
    title = blended(content)[0]

    def change(sheet: Edited) -> None:
        sheet.set(sheet.rows_of(title)[0], "Cancelled", "Y")

    newer = edited(content, change)
    key = systems.store(newer, "Newer.xlsx")
    (differs,) = systems.run(key).of(EventOutcome.DIFFERS)
    assert "Cancelled: yes in the file" in (differs.sentence or "")
    report = systems.run(key, apply_changes=True)
    assert report.is_success, [event.sentence for event in report.not_done]
    event = next(each for each in systems.tenant.events.values() if each.title == title)
    assert event.lifecycle_state == "cancelled"
    assert all(session.lifecycle_state == "cancelled" for session in event.sessions)
    assert systems.run(key).counts[EventOutcome.SAME] == 6


def test_published_and_booked_events_change_only_with_a_further_leave(systems: Systems, content: bytes) -> None:
    title, other = blended(content)[:2]
    by_title = {each.title: each for each in systems.tenant.events.values()}
    systems.tenant.publish(by_title[title])
    systems.tenant.book(by_title[other], 3)

    def change(sheet: Edited) -> None:
        for each in (title, other):
            sheet.set(sheet.rows_of(each)[0], "Max places", 7)

    key = systems.store(edited(content, change), "Newer.xlsx")
    report = systems.run(key, apply_changes=True)
    said = {event.title: event.sentence or "" for event in report.of(EventOutcome.DIFFERS)}
    assert "published" in said[title]
    assert "3 places are booked" in said[other]
    assert len(systems.tenant.carried_out) == 0
    assert systems.run(key, apply_changes=True, change_published=True).is_success
    assert {by_title[each].max_places for each in (title, other)} == {7}


def test_a_refused_event_is_corrected_in_the_error_workbook_and_taken_over(systems: Systems) -> None:
    content = systems.workbook(events=3, sessions=11)
    title = blended(content)[0]
    systems.sandbox.faults.add(PayloadError(value=title, mutation="event.createBlended"))
    report = systems.run(systems.store(content))
    (refused,) = report.of(EventOutcome.REFUSED)
    assert refused.title == title
    assert "This could not be saved." in (refused.sentence or "")
    assert not report.is_success
    assert report.error_workbook is not None
    systems.sandbox.faults.clear()

    def change(sheet: Edited) -> None:
        sheet.set(sheet.rows_of(title)[0], "Max places", 5)
        move_by_a_day(sheet, title)

    corrected = edited(report.error_workbook, change)
    again = systems.run(systems.store(corrected, "Corrected.xlsx"))
    assert [(event.title, event.outcome) for event in again.events] == [(title, EventOutcome.CREATED)]
    assert again.is_success
    with systems.engine.connect() as connection:
        statement = text("select remain_space from acted.tutorial_events where code = :title")
        assert connection.scalars(statement, {"title": title}).all() == [5]
    assert systems.tenant.carried_out.created_twice() == {}
    assert_imported(systems.engine, systems.tenant, edited(content, change))
