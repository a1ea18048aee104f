"""The events of a workbook, of the tutorial tables and of a tenant in one shape, to be held side by side."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
from sqlalchemy import Engine, text

from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets.text import match_key


@dataclass(frozen=True)
class SeenSession:
    title: str
    day: str
    start: datetime
    end: datetime
    location: str
    venue: str
    url: str | None
    instructors: frozenset[str]


@dataclass(frozen=True)
class SeenEvent:
    title: str
    location: str
    venue: str
    places: int
    sessions: tuple[SeenSession, ...] = field(default=())


@cache
def in_workbook(content: bytes, *, without: tuple[str, ...] = ()) -> list[SeenEvent]:
    """The events of an upload, sorted by title, straight from its cells; `without` are titles to leave out."""
    page = openpyxl.load_workbook(io.BytesIO(content))["Import"]
    header, *lines = page.iter_rows(values_only=True)
    rows = [dict(zip(header, line, strict=True)) for line in lines[2:] if any(line)]
    events: list[tuple[dict[Any, Any], list[dict[Any, Any]]]] = []
    for row in rows:
        if row["Course template code"]:
            events.append((row, []))
        if row["Day"]:
            events[-1][1].append(row)
    seen = [
        SeenEvent(
            head["Event title"],
            match_key(head["Location"]),
            _venue(head["Venue"]),
            head["Max places"] or 0,
            tuple(_session(row) for row in days),
        )
        for head, days in events
        if head["Event title"] not in without
    ]
    return sorted(seen, key=lambda event: event.title)


def _session(row: dict[Any, Any]) -> SeenSession:
    zone = ZoneInfo(row["Time Zone"].replace(" - ", "/"))

    def moment(which: str) -> datetime:
        day, clock = row[f"Classroom {which} date"], row[f"Classroom {which} time"]
        held = day.date() if isinstance(day, datetime) else day
        assert isinstance(held, date)
        return datetime.combine(held, time.fromisoformat(clock), zone).astimezone(UTC)

    return SeenSession(
        row["Session title"],
        str(row["Day"]),
        moment("start"),
        moment("end"),
        match_key(row["Location"]),
        _venue(row["Venue"]),
        row["Session url"],
        frozenset(match_key(name) for name in row["Session instructor"].split("/")),
    )


def _venue(name: str | None) -> str:
    return "" if name in (None, "To be confirmed") else match_key(name)


def in_administrate(tenant: Tenant, *, without: tuple[str, ...] = ()) -> list[SeenEvent]:
    """The drafts of a tenant with their live sessions, sorted by title; `without` are titles to leave out."""
    day_key, url_key = (
        next(each.id for each in tenant.definitions_of("Session") if each.label == label) for label in ("Day", "URL")
    )
    seen = []
    for event in tenant.events.values():
        if event.title in without:
            continue
        assert event.lifecycle_state == "draft"
        sessions = [
            SeenSession(
                session.title,
                session.custom_fields.get(day_key, ""),
                session.time_zoned_start,  # type: ignore[arg-type]
                session.time_zoned_end,  # type: ignore[arg-type]
                match_key(session.location.name if session.location else ""),
                match_key(session.venue.name if session.venue else ""),
                session.custom_fields.get(url_key),
                frozenset(match_key(staff.contact.name) for staff in session.staff if staff.staff_type == "instructor"),
            )
            for session in event.sessions
            if session.lifecycle_state != "cancelled"
        ]
        bookings = Counter(
            (id(staff.session), staff.contact.id, staff.staff_type) for each in event.sessions for staff in each.staff
        )
        assert all(count == 1 for count in bookings.values()), "somebody is booked twice"
        seen.append(
            SeenEvent(
                event.title,
                match_key(event.location.name),
                match_key(event.venue.name if event.venue else ""),
                (event.max_places or 0) if event.learning_mode != "lms" else 0,
                tuple(sorted(sessions, key=lambda session: int(session.day or 0))),
            )
        )
    return sorted(seen, key=lambda event: event.title)


def in_tutorial_tables(engine: Engine) -> list[SeenEvent]:
    """The events of the tutorial tables, sorted by title."""
    with engine.connect() as connection:
        sessions = connection.execute(
            text("""
            select s.tutorial_event_id, s.title, s.sequence, s.start_date, s.end_date, l.name location, v.name venue,
                   s.url, array(select u.first_name || ' ' || u.last_name from acted.tutorial_session_instructors i
                       join acted.tutorial_instructors t on t.id = i.tutorialinstructor_id
                       join acted.staff f on f.id = t.staff_id join public.auth_user u on u.id = f.user_id
                       where i.tutorialsessions_id = s.id) instructors
            from acted.tutorial_sessions s left join acted.tutorial_locations l on l.id = s.location_id
            left join acted.tutorial_venues v on v.id = s.venue_id order by s.tutorial_event_id, s.sequence""")
        ).all()
        events = connection.execute(
            text("""
            select e.id, e.code, e.remain_space, l.name location, v.name venue from acted.tutorial_events e
            left join acted.tutorial_locations l on l.id = e.location_id
            left join acted.tutorial_venues v on v.id = e.venue_id order by e.code""")
        ).all()
    return sorted(
        (
            SeenEvent(
                event.code,
                match_key(event.location),
                match_key(event.venue),
                event.remain_space,
                tuple(
                    SeenSession(
                        each.title,
                        str(each.sequence),
                        each.start_date.astimezone(UTC),
                        each.end_date.astimezone(UTC),
                        match_key(each.location),
                        match_key(each.venue),
                        each.url,
                        frozenset(map(match_key, each.instructors)),
                    )
                    for each in sessions
                    if each.tutorial_event_id == event.id
                ),
            )
            for event in events
        ),
        key=lambda event: event.title,
    )


def assert_linked(engine: Engine, tenant: Tenant) -> None:
    """Every event and session of the tutorial tables is planned, agreed on, and linked to its own in Administrate."""
    with engine.connect() as connection:
        events = connection.execute(
            text("""
            select t.code, p.external_id, p.state, a.external_id as application_id from acted.tutorial_events t
            left join adm.planned_events p on p.tutorial_event_id = t.id and p.state <> 'withdrawn'
            left join adm.events a on a.tutorial_event_id = t.id""")
        ).all()
        sessions = connection.execute(
            text("""
            select p.external_id as event_id, t.title, s.external_id, s.state from acted.tutorial_sessions t
            left join adm.planned_sessions s on s.tutorial_session_id = t.id
            left join adm.planned_events p on p.id = s.planned_event_id""")
        ).all()
    assert all(tenant.events[row.external_id].title == row.code for row in events)
    assert {row.state for row in events} <= {"agreed"}
    # February's table has no place for an event without an instructor.
    assert all(row.application_id in (None, row.external_id) for row in events)
    assert any(row.application_id for row in events)
    assert len({row.external_id for row in events}) == len(events) == len(tenant.events)
    for row in sessions:
        found = tenant.sessions[row.external_id]
        assert (found.title, found.parent_event.id, row.state) == (row.title, row.event_id, "agreed")
    assert len({row.external_id for row in sessions}) == len(sessions)


def assert_imported(engine: Engine, tenant: Tenant, content: bytes, *, without: tuple[str, ...] = ()) -> None:
    """The workbook's events are on both sides, each exactly once, with all of its sessions and staff, and linked."""
    expected = in_workbook(content, without=without)
    assert expected
    assert in_tutorial_tables(engine) == expected
    assert in_administrate(tenant) == expected
    assert_linked(engine, tenant)
