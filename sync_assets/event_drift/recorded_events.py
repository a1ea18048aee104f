"""The events of `adm.administrate_events` in the shape in which the import reads them from Administrate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from sync_assets.entities.events import TABLE as EVENTS
from sync_assets.entities.sessions import TABLE as SESSIONS
from sync_assets.event_import.administrate_side.event_records import ReadEvent, ReadSession, Staff


def load_linked_rows(connection: Connection, external_ids: Collection[str] | None = None) -> Sequence[Row[Any]]:
    """Return the live rows of events that are linked to a tutorial event, or those of some ids among them."""
    where: list[ColumnElement[bool]] = [EVENTS.c.removed_at.is_(None), EVENTS.c.tutorial_event_id.is_not(None)]
    if external_ids is not None:
        where.append(EVENTS.c.external_id.in_(external_ids))
    return connection.execute(select(EVENTS).where(*where).order_by(EVENTS.c.title, EVENTS.c.id)).all()


def has_linked_rows(connection: Connection) -> bool:
    """Tell whether any event is linked."""
    linked = select(EVENTS.c.id).where(EVENTS.c.removed_at.is_(None), EVENTS.c.tutorial_event_id.is_not(None))
    return connection.scalar(linked.limit(1)) is not None


def load_session_rows(connection: Connection, event_ids: Collection[str]) -> dict[str, list[Row[Any]]]:
    """Return the live rows of sessions, by the id of their event, in the order of their days."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    wanted = select(SESSIONS).where(SESSIONS.c.removed_at.is_(None), SESSIONS.c.event_id.in_(event_ids))
    for row in connection.execute(wanted.order_by(SESSIONS.c.event_id, SESSIONS.c.day, SESSIONS.c.id)):
        found[row.event_id].append(row)
    return found


def read_event_of(row: Row[Any], sessions: Sequence[Row[Any]]) -> ReadEvent:
    """Return what Administrate says of an event, as the import would have read it."""
    return ReadEvent(
        external_id=row.external_id,
        code=row.code or "",
        title=row.title,
        lifecycle_state=row.lifecycle_state,
        learning_mode=row.learning_mode,
        course_template_id=row.course_template_id,
        location_id=row.location_id,
        zone=row.time_zone,
        max_places=row.max_places,
        booked_places=row.booked_places or 0,
        lms_start=_text(row.lms_start),
        lms_end=_text(row.lms_end),
        registration_deadline=_text(row.registration_deadline),
        custom_fields=row.custom_field_values or {},
        staff=_staff(row.staff),
        sessions=tuple(_session(each) for each in sessions),
    )


def _session(row: Row[Any]) -> ReadSession:
    return ReadSession(
        external_id=row.external_id,
        code=row.code or "",
        title=row.title or "",
        lifecycle_state=row.lifecycle_state,
        zone=row.time_zone,
        start=_text(row.start),
        end=_text(row.end),
        location_id=row.location_id,
        venue_id=row.venue_id,
        custom_fields=row.custom_field_values or {},
        staff=_staff(row.staff),
    )


def _staff(rows: Any) -> tuple[Staff, ...]:
    return tuple(Staff(each["id"], each["contact"], each["type"]) for each in rows or ())


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
