"""What Administrate says of the sessions of events. Which tutorial session each is follows from its event and day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from pydantic import Field
from sqlalchemy import Column, DateTime, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB

from sync_assets.administrate.records import (
    CustomFieldValue,
    Nodes,
    Record,
    Reference,
    Staff,
    WholeNodes,
    values_by_label,
)
from sync_assets.bridge.bridge_table import bridge_table
from sync_assets.bridge.writing import Row
from sync_assets.entities.entity import Changes, Entity, RecordList
from sync_assets.entities.event_values import staff_row, values_by_key
from sync_assets.text import match_key

TABLE = bridge_table(
    "administrate_sessions",
    Column("event_id", Text, nullable=False, doc="The event's id in Administrate."),
    Column("code", Text, doc="The code."),
    Column("title", Text, doc="The title."),
    Column("day", Integer, doc="The custom field Day, else the number that the title ends with."),
    Column("lifecycle_state", Text, doc="Draft, published or cancelled."),
    Column("start", DateTime(timezone=True), doc="When it starts."),
    Column("end", DateTime(timezone=True), doc="When it ends."),
    Column("time_zone", Text, doc="The IANA name of its zone."),
    Column("location_id", Text, doc="The location's id in Administrate."),
    Column("venue_id", Text, doc="The venue's id in Administrate."),
    Column("custom_field_values", JSONB(none_as_null=True), doc="All custom fields that say something, by key."),
    Column("staff", JSONB(none_as_null=True), doc="Who is booked on it: id, contact and kind."),
    Index("administrate_sessions_event", "event_id"),
)
_NUMBER_AT_END: Final = re.compile(r"(?<!\d)(\d{1,3})\s*$")


class AdministrateSession(Record):
    """A session, with its whole staff."""

    code: str | None
    title: str | None
    lifecycle_state: str
    start: datetime | None = Field(alias="timeZonedStart")
    end: datetime | None = Field(alias="timeZonedEnd")
    time_zone: str | None = Field(alias="timeZoneName")
    location: Reference | None
    venue: Reference | None
    custom_field_values: tuple[CustomFieldValue, ...]
    staff: WholeNodes[Staff]


class EventWithSessions(Record):
    """An event with all of its sessions."""

    title: str
    sessions: Nodes[AdministrateSession]


def rows(event: EventWithSessions) -> Iterator[Row]:
    """Turn an event into a row for each of its sessions."""
    for session in event.sessions:
        row = session.as_row()
        row["event_id"] = event.id
        row["day"] = _day(session)
        row["custom_field_values"] = values_by_key(session.custom_field_values)
        row["staff"] = staff_row(session.staff)
        yield row


def _day(session: AdministrateSession) -> int | None:
    labelled = {match_key(label): value for label, value in values_by_label(session.custom_field_values).items()}
    if (said := labelled.get("day") or "").strip().isdecimal():
        return int(said)
    number = _NUMBER_AT_END.search(session.title or "")
    return int(number[1]) if number else None


_LIST: Final = RecordList(
    "events", EventWithSessions, what="event", document="administrate_sessions", nested=("sessions",)
)
ENTITY = Entity(
    name="sessions",
    singular="session",
    description="What Administrate says of the sessions of events.",
    table=TABLE,
    reads=_LIST,
    rows=rows,
    record_id=TABLE.c.event_id,
    needs=("events",),
    after_reference=True,
    may_be_empty=True,
    # A session has no time of its last change, and whether its edit moves that of its event is not known.
    changes=Changes(_LIST),
)
