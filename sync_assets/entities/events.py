"""What Administrate says of events, linked to the tutorial events: by ids that are known, else by a title that is one.

An import knows which event it created, and the tutorial application may know it, too. Their ids say it best: a title
can be changed on either side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from pydantic import Field
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Integer,
    Select,
    Text,
    and_,
    cast,
    column,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB, distinct_on

from sync_assets.administrate.records import CustomFieldValue, Nodes, Record, Reference, Staff, values_by_label
from sync_assets.bridge.bridge_table import bridge_table
from sync_assets.bridge.link import Link
from sync_assets.bridge.matching import Words
from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.bridge.writing import Row
from sync_assets.entities.entity import Changes, Entity, RecordList
from sync_assets.entities.event_values import staff_row, values_by_key
from sync_assets.entities.sessions import TABLE as SESSIONS
from sync_assets.text import match_key, yes_or_no
from sync_assets.tutorial.open_events import is_open_row
from sync_assets.tutorial.pairs import event_pairs
from sync_assets.tutorial.tables import tutorial_events, tutorial_sessions

TABLE = bridge_table(
    "administrate_events",
    Column("code", Text, doc="The code; that of an imported event is our key."),
    Column("title", Text, doc="The title."),
    Column("lifecycle_state", Text, doc="Draft, published or cancelled."),
    Column("learning_mode", Text, doc="Classroom, blended or lms."),
    Column("is_sold_out", Boolean, doc="Whether somebody said that it is sold out; null: nobody said anything."),
    Column("cancelled_at", Text, doc="When it was cancelled, as Administrate writes it."),
    Column("max_places", Integer, doc="The most places."),
    Column("min_places", Integer, doc="The fewest places."),
    Column("booked_places", Integer, doc="Places that are booked."),
    Column("remaining_places", Integer, doc="Places that are left; null without a maximum."),
    Column("course_template_id", Text, doc="The course template's id in Administrate."),
    Column("location_id", Text, doc="The location's id in Administrate."),
    Column("venue_id", Text, doc="The venue's id in Administrate."),
    Column("time_zone", Text, doc="The IANA name of its zone."),
    Column("lms_start", DateTime(timezone=True), doc="When LMS access opens."),
    Column("lms_end", DateTime(timezone=True), doc="When LMS access closes."),
    Column("registration_deadline", DateTime, doc="The last moment to register, by the clocks of its zone."),
    Column("sitting", Text, doc="The custom field Sitting."),
    Column("web_sale", Boolean, doc="What the custom field Web sale says; null: neither yes nor no."),
    Column("finalisation_date", Date, doc="The custom field Finalisation date, where it is a date."),
    Column("custom_field_values", JSONB(none_as_null=True), doc="All custom fields that say something, by key."),
    Column("staff", JSONB(none_as_null=True), doc="Who is booked on it: id, contact and kind."),
    Column("updated_at_there", DateTime(timezone=True), doc="When Administrate last changed it."),
    Column("agreed", JSONB(none_as_null=True), doc="By field, what both sides last had alike."),
    link=("tutorial_event_id", tutorial_events),
)


class AdministrateEvent(Record):
    """An event; local times are by the clocks of its zone."""

    code: str | None
    title: str
    lifecycle_state: str
    learning_mode: str | None
    is_sold_out: bool | None
    cancelled_at: str | None
    max_places: int | None
    min_places: int | None
    booked_places: int | None
    remaining_places: int | None
    time_zone: str | None = Field(alias="timeZoneName")
    lms_start: datetime | None = Field(alias="timeZonedLmsStart")
    lms_end: datetime | None = Field(alias="timeZonedLmsEnd")
    registration_deadline: datetime | None
    updated_at_there: datetime | None = Field(alias="updatedAt")
    course_template: Reference | None
    location: Reference | None
    venue: Reference | None
    custom_field_values: tuple[CustomFieldValue, ...]
    staff: Nodes[Staff]


def rows(event: AdministrateEvent) -> Iterator[Row]:
    """Turn an event into its row."""
    row = event.as_row()
    labelled = {match_key(label): value for label, value in values_by_label(event.custom_field_values).items()}
    row["custom_field_values"] = values_by_key(event.custom_field_values)
    row["staff"] = staff_row(event.staff)
    row["sitting"] = labelled.get("sitting") or None
    row["web_sale"] = yes_or_no(labelled.get("web sale"))
    row["finalisation_date"] = _date(labelled.get("finalisation date"))
    yield row


def _date(value: str | None) -> date | None:
    try:
        return date.fromisoformat((value or "")[:10])
    except ValueError:
        return None


def known_pairs() -> Select[Any]:
    """Select (external_id, tutorial_id) of events that are known by their ids, or by our key.

    What the import knows goes before what the tutorial application says.
    """
    planned, pairs = planned_events, event_pairs
    is_planned = planned.c.tutorial_event_id.is_not(None), planned.c.state != EventState.WITHDRAWN
    of_plan = select(
        planned.c.external_id.label("external_id"),
        planned.c.tutorial_event_id.label("tutorial_id"),
        literal(1).label("rank"),
    ).where(planned.c.external_id.is_not(None), *is_planned)
    of_key = (
        select(TABLE.c.external_id, planned.c.tutorial_event_id, literal(2))
        .join(planned, planned.c.code == TABLE.c.code)
        .where(planned.c.external_id.is_(None), TABLE.c.code != "", *is_planned)
    )
    of_pairs = select(pairs.c.external_id, pairs.c.tutorial_event_id, literal(3)).where(
        pairs.c.external_id.is_not(None), pairs.c.tutorial_event_id.is_not(None)
    )
    # A column that only one layout of the application has. Its name means the one around it where the table has none.
    none = select(cast(null(), Text).label("external_id")).subquery("none")
    own = select(cast(column("external_id"), Text).label("own_id"), tutorial_events.c.id).lateral("own")
    of_row = select(own.c.own_id, own.c.id, literal(4)).select_from(none).join(own, true()).where(own.c.own_id != "")
    found = union_all(of_plan, of_key, of_pairs, of_row).subquery("found")
    return (
        select(found.c.external_id, found.c.tutorial_id)
        .ext(distinct_on(found.c.external_id))
        .order_by(found.c.external_id, found.c.rank, found.c.tutorial_id)
    )


LAST_DAY: Final = func.greatest(
    cast(TABLE.c.lms_end, Date),
    select(cast(func.max(SESSIONS.c.end), Date))
    .where(
        SESSIONS.c.event_id == TABLE.c.external_id,
        SESSIONS.c.removed_at.is_(None),
        SESSIONS.c.lifecycle_state != "cancelled",
    )
    .scalar_subquery(),
)
"""The last day, in UTC, of an event in Administrate: of its LMS access and its sessions, whichever ends later."""


def is_open(day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Say of events in Administrate, and of tutorial events, whether they are of an open sitting on a day in UTC.

    That is one that is neither cancelled nor over; one of which no end is known is not over.
    """
    is_not_over = func.coalesce(day <= LAST_DAY, true())
    is_open_there = and_(TABLE.c.lifecycle_state.is_distinct_from("cancelled"), is_not_over)
    return is_open_there, is_open_row(day)


_NO_SITTING: Final = "no sitting"
_COUNTS: Final = {
    "events": true(),
    "draft": TABLE.c.lifecycle_state == "draft",
    "published": TABLE.c.lifecycle_state == "published",
    "cancelled": TABLE.c.lifecycle_state == "cancelled",
    "on sale": TABLE.c.web_sale.is_(True),
    "sold out": TABLE.c.is_sold_out.is_(True),
}


def numbers(connection: Connection) -> Mapping[str, int]:
    """Return counts by sitting: events by state, on sale and sold out, and the places of those not cancelled."""
    living = TABLE.c.lifecycle_state != "cancelled"
    places = {
        "places": func.coalesce(func.sum(TABLE.c.max_places).filter(living), 0),
        "booked places": func.coalesce(func.sum(TABLE.c.booked_places).filter(living), 0),
        "remaining places": func.coalesce(func.sum(TABLE.c.remaining_places).filter(living), 0),
    }
    sitting = func.coalesce(TABLE.c.sitting, literal(_NO_SITTING))
    counted = {name: func.count().filter(condition) for name, condition in _COUNTS.items()} | places
    found = connection.execute(
        select(sitting.label("sitting"), *(value.label(name) for name, value in counted.items()))
        .where(TABLE.c.removed_at.is_(None))
        .group_by(sitting)
        .order_by(sitting)
    )
    return {f"{row['sitting']}: {name}": int(row[name]) for row in found.mappings() for name in counted}


_LIST: Final = RecordList("events", AdministrateEvent, what="event", document="administrate_events", nested=("staff",))
ENTITY = Entity(
    name="events",
    singular="event",
    description="What Administrate says of events, whoever made them; the job event_import creates those of uploads.",
    table=TABLE,
    reads=_LIST,
    rows=rows,
    needs=("course_templates", "locations"),
    after_reference=True,
    link=Link(
        TABLE,
        Words(key="title"),
        key=(TABLE.c.title, tutorial_events.c.code),
        also_read=(tutorial_sessions,),
        known=known_pairs(),
        is_open=is_open,
    ),
    link_reads=("sessions",),
    may_be_empty=True,
    numbers=numbers,
    changes=Changes(_LIST, "updatedAt", "updated_at_there"),
)
