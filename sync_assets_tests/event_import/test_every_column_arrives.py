"""Each column changes something on a side, or is told: one import of events that differ in one cell each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from sync_assets.event_import.report import EventReport
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.sheet import read_sheet
from sync_assets.event_import.workbook.unused_cells import OF_EVENTS, OF_SESSIONS
from sync_assets.sandbox.tenant.records import Record
from sync_assets_tests.event_import.raw_workbooks import RawWorkbook
from sync_assets_tests.event_import.workbooks import Row
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.systems import Systems

pytestmark = [BOTH_LAYOUTS, pytest.mark.slow]

DAY = timedelta(days=1)
PLAIN = "plain"
OWN = frozenset({"id", "number", "parent_event", "event", "created_at", "updated_at", "code"})
"""What tells two records apart that are alike."""
TOLD = {
    # A template's instructors and place differ: what the other template lacks is an error of its row.
    ("event", columns.CODE),
    # The row of an event is day 1, and there is nothing to cancel of an event that nobody has.
    ("event", columns.DAY),
    ("event", columns.CANCELLED),
    ("session", columns.DAY),
    ("lms", columns.CODE),
    ("lms", columns.CANCELLED),
    ("lms", columns.LEARNING_MODE),
    ("lms", columns.VENUE),
    *(("session", column) for column in (*OF_EVENTS, columns.LEARNING_MODE)),
    *(("lms", column) for column in OF_SESSIONS),
}
"""Where a cell need not arrive, since it is told."""


@dataclass(frozen=True)
class Clone:
    """An event that is like the plain one of its kind save for one cell."""

    title: str
    kind: str
    row: str
    column: str | None
    rows: tuple[Row, ...]


class Clones:
    """Clones of an event with sessions and of one that is LMS only, one per column and row."""

    def __init__(self, systems: Systems) -> None:
        self._systems = systems
        sheet = read_sheet(systems.workbook(events=12, sessions=44))
        rows = [
            {column: row.cell(column).value for column in columns.KNOWN if not row.cell(column).is_blank}
            for row in sheet.rows
        ]
        starts = [index for index, row in enumerate(rows) if columns.CODE in row]
        blended = next(
            index
            for index in starts
            if columns.DAY in rows[index]
            and rows[index][columns.LOCATION] in self._towns
            and columns.CODE not in rows[index + 1]
        )
        event, session = dict(rows[blended]), dict(rows[blended + 1])
        # The first session takes its instructors from the event, so that these show.
        del event[columns.SESSION_INSTRUCTOR]
        for row in (event, session):
            row[columns.VENUE] = "To be confirmed"
        lms = next(rows[index] for index in starts if columns.DAY not in rows[index])
        self._rows = {"event": (event, session), "lms": (lms,)}
        self.all = list(self._clones())

    @property
    def _towns(self) -> dict[str, str]:
        """The towns that have a venue, and one of each."""
        return {venue.location.name: venue.name for venue in self._systems.tenant.venues.values()}

    def _clones(self) -> Iterator[Clone]:
        yield self._clone("event", 0, None)
        yield self._clone("lms", 0, None)
        for column in columns.KNOWN:
            if column != columns.EVENT_TITLE:
                yield self._clone("event", 0, column)
                yield self._clone("lms", 0, column)
            yield self._clone("event", 1, column)

    def _clone(self, kind: str, index: int, column: str | None) -> Clone:
        row = "session" if index else kind
        title = f"{row} {column or PLAIN}"[:60]
        rows = [dict(each) for each in self._rows[kind]]
        rows[0][columns.EVENT_TITLE] = title
        for number, each in enumerate(rows, start=1):
            if kind == "event":
                each[columns.SESSION_TITLE] = f"{title}-{number}"
        if column is not None:
            rows[index][column] = self._other(column, rows[index], title)
        return Clone(title, kind, row, column, tuple(rows))

    def _other(self, column: str, row: Row, title: str) -> object:
        tenant, now = self._systems.tenant, row.get(column)
        people = [each.name for each in tenant.contacts.values() if each.is_admin]
        code = str(self._rows["event" if columns.DAY in row else "lms"][0][columns.CODE])
        template = next(each for each in tenant.course_templates.values() if each.code.strip() == code)
        teachers = [each.name for each in template.approved_instructors if each.is_instructor]
        town = row.get(columns.LOCATION)
        others: Row = {
            columns.CODE: self._rows["lms" if columns.DAY in row else "event"][0][columns.CODE],
            columns.EVENT_TITLE: "Another title",
            columns.SESSION_TITLE: f"{title}-other",
            columns.LEARNING_MODE: "Classroom",
            columns.LOCATION: next(each for each in self._towns if each != town),
            columns.VENUE: self._towns.get(str(town), "Somewhere"),
            columns.ZONE: "Europe/Madrid",
            columns.MAX_PLACES: 99,
            columns.INSTRUCTOR: next(name for name in teachers if name != now),
            columns.SESSION_INSTRUCTOR: next(name for name in teachers if name != now),
            columns.ADMINISTRATOR: next(name for name in people if name != now),
            columns.DAY: 7,
            columns.EVENT_URL: "https://meet.example.org/another/",
            columns.SESSION_URL: "https://meet.example.org/another/session/",
            columns.WEB_SALE: "Y",
            columns.SITTING: "2026S" if row.get(columns.SITTING) == "2026A" else "2026A",
            columns.CANCELLED: "Y",
            columns.RECORDINGS: "Y",
        }
        if column in others:
            return others[column]
        if column.endswith("time"):
            return time(18, 15) if "end" in column else time(7, 15)
        if column.endswith("date") or column == columns.REGISTRATION_DEADLINE:
            day = now if isinstance(now, datetime) else datetime(2026, 1, 12)  # noqa: DTZ001 - a cell's
            return day - DAY if "start" in column else day + DAY
        return "417 of another kind"


def as_text(systems: Systems, title: str) -> str:
    """All that both sides have of an event, without its title and what tells records apart."""
    event = next((each for each in systems.tenant.events.values() if each.title == title), None)
    with systems.engine.connect() as connection:
        here = connection.execute(
            text("""
            select to_jsonb(e) || jsonb_build_object('sessions', (select jsonb_agg(to_jsonb(s) || jsonb_build_object(
                    'staff', (select jsonb_agg(i.tutorialinstructor_id order by 1) from
                              acted.tutorial_session_instructors i where i.tutorialsessions_id = s.id))
                    order by s.sequence)
                from acted.tutorial_sessions s where s.tutorial_event_id = e.id),
                'whole', (select to_jsonb(w) from adm.events w where w.tutorial_event_id = e.id))
            from acted.tutorial_events e where e.code = :title"""),
            {"title": title},
        ).scalar_one_or_none()
    both = json.dumps([_without_own(here), None if event is None else _as_json(event)], default=str, sort_keys=True)
    return both.replace(title, "TITLE")


def _without_own(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_own(each) for each in value]
    if isinstance(value, dict):
        own = {"id", "code", "created_at", "updated_at", "tutorial_event_id", "external_id", "synced_at"}
        return {name: _without_own(each) for name, each in value.items() if name not in own}
    return value


def _as_json(value: Any, depth: int = 0) -> Any:
    if isinstance(value, list):
        return [_as_json(each, depth) for each in value]
    if isinstance(value, Record) and type(value).__name__ not in ("Event", "Session", "Staff"):
        return value.id
    if is_dataclass(value) and depth < 4:
        return {
            each.name: _as_json(getattr(value, each.name), depth + 1) for each in fields(value) if each.name not in OWN
        }
    return value


def is_told(clone: Clone, report: EventReport) -> bool:
    """Whether a sentence of the event names the column, or the course template that stands in it."""
    assert clone.column is not None
    said = " ".join([report.sentence or "", *report.warnings])
    return clone.column in said or (clone.column == columns.CODE and str(clone.rows[0][columns.CODE]) in said)


def test_every_column_of_every_row_arrives_or_is_told(systems: Systems) -> None:
    clones = Clones(systems)
    file = RawWorkbook([row for clone in clones.all for row in clone.rows])
    report = systems.run(systems.store(file.build(), "Columns.xlsx"))
    events = {event.title: event for event in report.events}
    plain = {kind: as_text(systems, f"{kind} {PLAIN}") for kind in ("event", "lms")}
    lost, only_told = [], []
    for clone in clones.all:
        if clone.column is None or clone.title not in events:
            continue
        is_there = any(each.title == clone.title for each in systems.tenant.events.values())
        arrives = is_there and as_text(systems, clone.title) != plain[clone.kind]
        if not arrives and not is_told(clone, events[clone.title]):
            lost.append((clone.row, clone.column, events[clone.title].outcome, events[clone.title].sentence))
        if not arrives:
            only_told.append((clone.row, clone.column))
    assert not lost, "\n".join(map(str, lost))
    assert {f"{row}, {column}" for row, column in only_told} <= {f"{row}, {column}" for row, column in TOLD}
