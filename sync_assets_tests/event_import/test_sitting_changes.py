"""The second version of a whole sitting's file: told without leave, made with it, and then nothing is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from sync_assets.event_import.report import EventOutcome, ImportReport
from sync_assets.event_import.workbook import columns
from sync_assets_tests.event_import.both_sides import in_administrate, in_tutorial_tables, in_workbook
from sync_assets_tests.event_import.edited_upload import Edited, edited
from sync_assets_tests.support.systems import Systems

EVENTS, SESSIONS, EDITED = 348, 1288, 20
DAY = timedelta(days=1)
OF_THE_EVENT = {
    columns.MAX_PLACES: 33,
    columns.EVENT_URL: "https://meet.example.org/moved/",
    columns.WEB_SALE: "Y",
    columns.OCR_MOODLE_CODE: "MOVED",
    columns.ACCESS_DURATION: "90 days",
    columns.RECORDINGS: "Y",
    columns.RECORDING_PIN: "0417",
    columns.TUTORS: "By arrangement",
    columns.SAGE_CODE: "S-1",
    columns.EXTRA_INFORMATION: "Bring a calculator",
}
DATES_OF_THE_EVENT = (columns.FINALISATION_DATE, columns.LMS_START_DATE, columns.LMS_END_DATE)
TIMES_OF_A_SESSION = {columns.CLASSROOM_START_TIME: "08:45", columns.CLASSROOM_END_TIME: "16:15"}
DATES_OF_A_SESSION = (columns.CLASSROOM_START_DATE, columns.CLASSROOM_END_DATE)
CHANGED = {
    *OF_THE_EVENT,
    *(columns.FINALISATION_DATE, "LMS start", "LMS end", columns.REGISTRATION_DEADLINE, columns.ADMINISTRATOR),
    *(columns.LOCATION, columns.VENUE, columns.SESSION_TITLE, "Classroom start", "Classroom end"),
    *(columns.SESSION_URL, columns.SESSION_INSTRUCTOR),
}
"""The fields that an edited event is told to have changed. Its title is what it is known by; its course template and
its learning mode cannot be changed in Administrate, and its sitting says which exam session's product it is."""


class NewVersion:
    """The edits of a person: which events have which."""

    def __init__(self, systems: Systems, content: bytes) -> None:
        self.systems = systems
        blended = [event for event in in_workbook(content) if len(event.sessions) > 2]
        # A course of these towns alone is a product of its own in each.
        movable = [event.title for event in blended if event.location not in ("live online", "london", "birmingham")]
        self.edited = movable[:EDITED]
        others = [event.title for event in blended if event.title not in self.edited]
        self.longer, self.shorter, self.cancelled, self.contested = others[:4]
        self.towns = sorted({event.location for event in blended if event.title in movable})

    @property
    def all(self) -> set[str]:
        return {*self.edited, self.longer, self.shorter, self.cancelled}

    def write(self, sheet: Edited) -> None:
        for title in self.edited:
            self._edit(sheet, title)
        sheet.set(sheet.rows_of(self.cancelled)[0], columns.CANCELLED, "Y")
        sheet.page.delete_rows(sheet.rows_of(self.shorter)[-1])
        self._add_session(sheet)

    def _edit(self, sheet: Edited, title: str) -> None:
        first, *_ = rows = sheet.rows_of(title)
        for column, value in OF_THE_EVENT.items():
            sheet.set(first, column, value)
        for column in DATES_OF_THE_EVENT:
            sheet.set(first, column, sheet.value(first, column) + DAY)
        sheet.set(first, columns.REGISTRATION_DEADLINE, sheet.value(first, columns.FINALISATION_DATE))
        sheet.set(first, columns.ADMINISTRATOR, self._another(sheet.value(first, columns.ADMINISTRATOR)))
        location, venue = self._another_place(sheet, first)
        for row in rows:
            for column, clock in TIMES_OF_A_SESSION.items():
                sheet.set(row, column, clock)
            for column in DATES_OF_A_SESSION:
                day = sheet.value(row, column)
                assert isinstance(day, datetime)
                sheet.set(row, column, day + DAY)
            sheet.set(row, columns.SESSION_TITLE, f"{sheet.value(row, columns.SESSION_TITLE)}b")
            sheet.set(row, columns.SESSION_URL, f"https://meet.example.org/moved/{row}/")
            sheet.set(row, columns.LOCATION, location)
            sheet.set(row, columns.VENUE, venue)
            sheet.set(row, columns.SESSION_INSTRUCTOR, self._another_teacher(title, sheet, row))

    def _another(self, administrator: str | None) -> str:
        contacts = (each for each in self.systems.tenant.contacts.values() if each.is_admin)
        return next(each.name for each in contacts if each.name != administrator)

    def _another_place(self, sheet: Edited, row: int) -> tuple[str, str]:
        """Return the location and the venue of another event of the file."""
        own = sheet.value(row, columns.LOCATION)
        for other in range(4, sheet.page.max_row):
            place = sheet.value(other, columns.LOCATION), sheet.value(other, columns.VENUE)
            if place[1] not in (None, "To be confirmed") and place[0] != own and place[0].casefold() in self.towns:
                return place
        raise AssertionError("No other event has a venue.")

    def _another_teacher(self, title: str, sheet: Edited, row: int) -> str:
        event = next(each for each in self.systems.tenant.events.values() if each.title == title)
        names = (each.name for each in event.course_template.approved_instructors if each.is_instructor)
        now = sheet.value(row, columns.SESSION_INSTRUCTOR).casefold()
        return next(name for name in names if name.casefold() not in now)

    def _add_session(self, sheet: Edited) -> None:
        rows = sheet.rows_of(self.longer)
        new, day = rows[-1] + 1, len(rows) + 1
        sheet.page.insert_rows(new)
        for column in filter(None, sheet.columns):
            sheet.set(new, column, sheet.value(rows[-1], column))
        sheet.set(new, columns.SESSION_TITLE, f"{self.longer}-{day}")
        sheet.set(new, columns.DAY, day)
        for column in DATES_OF_A_SESSION:
            sheet.set(new, column, sheet.value(rows[-1], column) + DAY)


def titles(report: ImportReport, outcome: EventOutcome) -> set[str]:
    return {event.title for event in report.of(outcome)}


@pytest.mark.slow
def test_the_second_version_of_a_sitting_is_told_then_made_and_then_the_same(systems: Systems) -> None:
    content = systems.workbook(events=EVENTS, sessions=SESSIONS)
    assert systems.run(systems.store(content)).is_success
    systems.tenant.carried_out.clear()
    version = NewVersion(systems, content)
    newer = edited(content, version.write)
    key = systems.store(newer, "Second version.xlsx")

    told = systems.run(key)
    assert titles(told, EventOutcome.ERROR) == set(), [each.sentence for each in told.of(EventOutcome.ERROR)][:3]
    assert titles(told, EventOutcome.DIFFERS) == version.all
    assert told.counts[EventOutcome.SAME] == EVENTS - len(version.all)
    assert (told.mutations_sent, len(systems.tenant.carried_out)) == (0, 0)
    for event in told.of(EventOutcome.DIFFERS):
        if event.title in version.edited:
            assert {change.field.column for change in event.changes} == CHANGED, event.title

    # Somebody changes a field in Administrate that the file changes, too, and one that it does not.
    contested = next(each for each in systems.tenant.events.values() if each.title == version.edited[0])
    systems.tenant.edit(contested, max_places=99)
    made = systems.run(key, apply_changes=True)
    assert titles(made, EventOutcome.CHANGED) == version.all - {version.edited[0]}
    for event in made.of(EventOutcome.CHANGED):
        assert any("change it in Administrate by hand" in each for each in event.warnings) == (
            event.title in version.edited
        )
    (conflict,) = made.of(EventOutcome.DIFFERS)
    assert "33 in the file" in (conflict.sentence or "")
    assert "12 here" in (conflict.sentence or "")
    assert "99 in Administrate" in (conflict.sentence or "")
    assert contested.max_places == 99
    touched = {
        record for each in systems.tenant.carried_out for record in [event_of(systems, each.record_id)] if record
    }
    assert touched <= version.all, "only events that differ are written to"

    # The person gives in: all of the file stands on both sides.
    systems.tenant.edit(contested, max_places=12)
    assert systems.run(key, apply_changes=True).is_success
    apart = (version.cancelled,)
    expected = in_workbook(newer, without=apart)
    # Its API cannot change the venue of an event itself.
    created = {event.title: event.venue for event in in_workbook(content)}
    assert in_administrate(systems.tenant, without=apart) == [
        replace(event, venue=created[event.title]) for event in expected
    ]
    # The tutorial side keeps the session that is gone, as cancelled.
    both = (version.cancelled, version.shorter)
    assert [each for each in in_tutorial_tables(systems.engine) if each.title not in both] == [
        each for each in expected if each.title not in both
    ]
    assert live_sessions(systems, version.shorter) == len(
        next(each for each in expected if each.title == version.shorter).sessions
    )
    cancelled = next(each for each in systems.tenant.events.values() if each.title == version.cancelled)
    assert cancelled.lifecycle_state == "cancelled"

    systems.tenant.carried_out.clear()
    again = systems.run(key, apply_changes=True)
    assert again.counts[EventOutcome.SAME] == EVENTS
    assert (again.mutations_sent, len(systems.tenant.carried_out)) == (0, 0)


def live_sessions(systems: Systems, title: str) -> int:
    with systems.engine.connect() as connection:
        count: int = connection.execute(
            text("""
            select count(*) from acted.tutorial_sessions s join acted.tutorial_events e on e.id = s.tutorial_event_id
            where e.code = :title and not s.cancelled"""),
            {"title": title},
        ).scalar_one()
    return count


def event_of(systems: Systems, record_id: str) -> str | None:
    """The title of the event that a record is, or belongs to; None for what belongs to no event."""
    if record_id in systems.tenant.events:
        return systems.tenant.events[record_id].title
    session = systems.tenant.sessions.get(record_id)
    return session.parent_event.title if session else None
