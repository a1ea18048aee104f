"""Rows of `adm.events` and `adm.sessions` in February's shape: the application's copy of what Administrate holds.

The application asks for a course template, a location and an instructor in each row. An event without an instructor,
which it has no place for, has no row there; its sessions then have none either.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Column, Connection, Integer, Row, delete, insert, select, update

from sync_assets.tutorial.events import TutorialEvent, TutorialSession
from sync_assets.tutorial.february_tables import bridge_events, bridge_sessions
from sync_assets.tutorial.field_values import field_values
from sync_assets.tutorial.lengths import misfits, refuse_misfits
from sync_assets.tutorial.zones import APPLICATION_ZONE, midnight

EVENT_COLUMNS: Final = {
    "title": "title",
    "session_title": "session_title",
    "learning_mode": "learning_mode",
    "bridge_course_template_id": "course_template_id",
    "bridge_location_id": "location_id",
    "bridge_venue_id": "venue_id",
    "bridge_instructor_id": "primary_instructor_id",
    "max_places": "max_places",
    "lms_start": "lms_start_date",
    "lms_end": "lms_end_date",
    "access_duration": "access_duration",
    "url": "event_url",
    "lifecycle_state": "lifecycle_state",
    "sold_out": "sold_out",
    "cancelled": "cancelled",
    "web_sale": "web_sale",
    "sitting": "sitting",
    "ocr_moodle_code": "ocr_moodle_code",
    "sage_code": "sage_code",
    "recordings": "recordings",
    "recording_pin": "recording_pin",
    "extra_information": "extra_information",
    "tutors": "tutors",
    "zone": "timezone",
    "administrators": "administrator",
    "registration_deadline": "registration_deadline",
    "finalisation_date": "finalisation_date",
}
"""The column of `adm.events` that each field of TutorialEvent is written to."""
_NEEDED_LINKS: Final = ("course_template_id", "location_id", "primary_instructor_id")


def whole_event(changes: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """Return the columns of `adm.events` for fields of TutorialEvent; what may not be empty is filled."""
    values: dict[str, Any] = {}
    for name, column in EVENT_COLUMNS.items():
        if name not in changes:
            continue
        value = changes[name]
        if name == "administrators":
            value = " / ".join(value)
        elif name in ("registration_deadline", "finalisation_date"):
            value = midnight(value, zone)
        values[column] = _filled(bridge_events.c[column], value)
    return {name: value for name, value in values.items() if name not in _NEEDED_LINKS or value is not None}


def _filled(column: Column[Any], value: Any) -> Any:
    if value is not None or column.nullable or column.name in _NEEDED_LINKS:
        return value
    if isinstance(column.type, Boolean):
        return False
    return 0 if isinstance(column.type, Integer) else ""


class WholeEvents:
    """The rows of `adm.events`."""

    table = bridge_events

    def external_ids(self, connection: Connection, tutorial_ids: Collection[int]) -> dict[int, str]:
        """Return what Administrate calls these tutorial events, as far as it is known."""
        table = bridge_events
        rows = connection.execute(
            select(table.c.tutorial_event_id, table.c.external_id)
            .where(table.c.tutorial_event_id.in_(tutorial_ids), table.c.external_id.is_not(None))
            .order_by(table.c.id)
        )
        return {row.tutorial_event_id: row.external_id for row in rows}

    def insert(
        self,
        connection: Connection,
        event_id: int,
        event: TutorialEvent,
        sessions: Collection[TutorialSession],
        now: datetime,
    ) -> None:
        """Insert the row of an event, or fill the one that the application has for it already."""
        values = whole_event(field_values(event), event.zone)
        taught = (session.bridge_instructor_id for session in sorted(sessions, key=lambda session: session.day))
        instructor = event.bridge_instructor_id or next((each for each in taught if each is not None), None)
        if instructor is not None:
            values["primary_instructor_id"] = instructor
        if any(name not in values for name in _NEEDED_LINKS):
            return
        refuse_misfits(bridge_events, values)
        row = event_row(connection, event_id)
        if row is not None:
            connection.execute(update(bridge_events).where(bridge_events.c.id == row.id).values(values, updated_at=now))
            return
        unknown = {"tutorial_category": "", "min_places": 0, "virtual_classroom": ""}
        times = {"created_at": now, "updated_at": now}
        connection.execute(insert(bridge_events).values(tutorial_event_id=event_id, **values, **unknown, **times))

    def update(self, connection: Connection, event_id: int, changes: Mapping[str, Any], now: datetime) -> None:
        """Change the row of an event, where there is one and it differs."""
        row = event_row(connection, event_id)
        if row is None:
            return
        values = whole_event(changes, changes.get("zone") or row.timezone or APPLICATION_ZONE)
        values = {column: value for column, value in values.items() if row._mapping[column] != value}
        if values:
            refuse_misfits(bridge_events, values)
            values["updated_at"] = now
            connection.execute(update(bridge_events).where(bridge_events.c.id == row.id).values(values))

    def max_places(self, connection: Connection, event_id: int) -> int | None:
        """Return the places that an event has in all, None where no row says it."""
        row = event_row(connection, event_id)
        return None if row is None else int(row.max_places)

    def zone(self, connection: Connection, event_id: int) -> str | None:
        """Return the zone of an event, None where no row says it."""
        row = event_row(connection, event_id)
        return None if row is None else str(row.timezone) or None

    def set_external_ids(self, connection: Connection, ids: Mapping[int, str | None], now: datetime) -> list[str]:
        """Write the external ids of events, None to clear one. Returns a sentence for each that had to stay."""
        said = (_set_external_id(connection, id_, external_id, now) for id_, external_id in ids.items())
        return [sentence for sentence in said if sentence is not None]

    def delete(self, connection: Connection, tutorial_ids: Collection[int]) -> None:
        """Delete the rows of tutorial events."""
        connection.execute(delete(bridge_events).where(bridge_events.c.tutorial_event_id.in_(tutorial_ids)))


def event_row(connection: Connection, event_id: int) -> Row[Any] | None:
    """Return the row of a tutorial event, the oldest of several."""
    table = bridge_events
    return connection.execute(
        select(table).where(table.c.tutorial_event_id == event_id).order_by(table.c.id).limit(1)
    ).one_or_none()


def _set_external_id(connection: Connection, event_id: int, external_id: str | None, now: datetime) -> str | None:
    table = bridge_events
    row = event_row(connection, event_id)
    other = None
    if external_id is not None:
        if any(misfits(table, {"external_id": external_id}, {})):
            return f"adm.events cannot hold the id {external_id} of the event: it is too long."
        other = connection.execute(select(table).where(table.c.external_id == external_id)).one_or_none()
    if other is not None and other.tutorial_event_id not in (None, event_id):
        return (
            f"adm.events says that {external_id} of Administrate is tutorial event {other.tutorial_event_id}, and "
            f"it is tutorial event {event_id}; correct it in the tutorial application."
        )
    if other is None and row is not None:
        changed = {"external_id": external_id, "updated_at": now}
        connection.execute(update(table).where(table.c.id == row.id).values(changed))
    elif other is not None and other.tutorial_event_id is None:
        # The application has taken the event in by itself: its row goes on, and ours is folded into it.
        if row is not None:
            _move_sessions(connection, row.id, other.id, now)
            connection.execute(delete(table).where(table.c.id == row.id))
        linked = {"tutorial_event_id": event_id, "updated_at": now}
        connection.execute(update(table).where(table.c.id == other.id).values(linked))
    return None


def _move_sessions(connection: Connection, from_row: int, to_row: int, now: datetime) -> None:
    table = bridge_sessions
    there = select(table.c.day_number).where(table.c.event_id == to_row)
    connection.execute(delete(table).where(table.c.event_id == from_row, table.c.day_number.in_(there)))
    connection.execute(update(table).where(table.c.event_id == from_row).values(event_id=to_row, updated_at=now))


class WholeSessions:
    """The rows of `adm.sessions`, each found by the row of its event and its day."""

    table = bridge_sessions

    def insert(
        self, connection: Connection, event_id: int, sessions: Mapping[int, TutorialSession], now: datetime
    ) -> None:
        """Insert the rows of sessions, by tutorial session id; a row of the same day is filled instead."""
        event = event_row(connection, event_id)
        if event is None:
            return
        table = bridge_sessions
        days = set(connection.scalars(select(table.c.day_number).where(table.c.event_id == event.id)))
        added = []
        for session in sessions.values():
            values = _whole_session(field_values(session), event.timezone or APPLICATION_ZONE)
            values.setdefault("session_instructor_id", event.primary_instructor_id)
            values["updated_at"] = now
            refuse_misfits(table, values)
            if session.day in days:
                place = (table.c.event_id == event.id, table.c.day_number == session.day)
                connection.execute(update(table).where(*place).values(values))
            else:
                added.append({**values, "event_id": event.id, "created_at": now})
        if added:
            connection.execute(insert(table), added)

    def update(
        self, connection: Connection, event_id: int, day: int, changes: Mapping[str, Any], now: datetime
    ) -> None:
        """Change the row of a session, where there is one."""
        event = event_row(connection, event_id)
        values = {} if event is None else _whole_session(changes, event.timezone or APPLICATION_ZONE)
        if event is None or not values:
            return
        refuse_misfits(bridge_sessions, values)
        place = (bridge_sessions.c.event_id == event.id, bridge_sessions.c.day_number == day)
        connection.execute(update(bridge_sessions).where(*place).values(**values, updated_at=now))

    def cancel(self, connection: Connection, event_id: int, session_id: int, day: int, now: datetime) -> None:
        """Say that a session is cancelled."""
        self.update(connection, event_id, day, {"cancelled": True}, now)

    def delete_of(self, connection: Connection, event_id: int, session_ids: Collection[int]) -> None:
        """Delete the rows of an event's sessions."""
        rows = select(bridge_events.c.id).where(bridge_events.c.tutorial_event_id == event_id)
        connection.execute(delete(bridge_sessions).where(bridge_sessions.c.event_id.in_(rows)))

    def external_ids(self, connection: Connection, tutorial_ids: Collection[int]) -> dict[int, str]:
        """Return nothing: February's application does not know the ids of sessions."""
        return {}

    def set_external_ids(self, connection: Connection, ids: Mapping[int, str | None], now: datetime) -> list[str]:
        """Do nothing: there is no column for them."""
        return []


def _whole_session(changes: Mapping[str, Any], zone: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, column in (("day", "day_number"), ("title", "title"), ("cancelled", "cancelled")):
        if name in changes:
            values[column] = changes[name]
    for name in ("start", "end"):
        moment = changes.get(name)
        if moment is not None:
            local = moment.astimezone(ZoneInfo(zone))
            values[f"classroom_{name}_date"] = local.date()
            values[f"classroom_{name}_time"] = local.time()
    if "url" in changes:
        values["session_url"] = changes["url"] or ""
    if changes.get("bridge_instructor_id") is not None:
        values["session_instructor_id"] = changes["bridge_instructor_id"]
    return values
