"""The tables of the events that the provider wants: what is planned of each, and how far it has come on both sides."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from sync_assets.bridge.bridge_table import METADATA
from sync_assets.tutorial.tables import tutorial_events, tutorial_sessions


class EventState(StrEnum):
    """How far a planned event has come; each is committed before the next step begins."""

    PLANNED = "planned"
    """The tutorial rows are there, and nothing has been sent to Administrate."""
    SENT = "sent"
    """A create has left, and its outcome is not known."""
    CREATED = "created"
    """Administrate has the event, and its id is recorded; not all of it is as planned yet."""
    AGREED = "agreed"
    """Both sides are as planned."""
    REFUSED = "refused"
    """It needs somebody: the sentence says what for."""
    WITHDRAWN = "withdrawn"
    """It was taken back; the row stays as history, and its title is free."""


class SessionState(StrEnum):
    """How far a planned session has come."""

    PLANNED = "planned"
    SENT = "sent"
    CREATED = "created"
    AGREED = "agreed"
    CANCELLED = "cancelled"


def _moment(name: str, doc: str | None = None, *, nullable: bool = True) -> Column[Any]:
    if nullable:
        return Column(name, DateTime(timezone=True), doc=doc)
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now(), doc=doc)


def _tutorial_row(name: str, target: Table) -> Column[int]:
    key = ForeignKey(target.c.id, ondelete="SET NULL", deferrable=True, initially="DEFERRED")
    return Column(name, BigInteger, key, doc=f"Row of {target.fullname}; null once somebody has deleted it.")


planned_events: Final = Table(
    "planned_events",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True, doc="The row's key here."),
    Column("title", Text, nullable=False, doc="The event's title."),
    Column(
        "title_key",
        Text,
        nullable=False,
        doc="What titles are compared by; unique among events that are not withdrawn.",
    ),
    Column("plan", JSONB(none_as_null=True), doc="All that both sides are to have of the event."),
    Column(
        "revision", Integer, nullable=False, server_default=text("1"), doc="How often the plan was changed, from 1."
    ),
    Column(
        "upload_key",
        Text,
        ForeignKey("adm.event_uploads.key", deferrable=True, initially="DEFERRED"),
        doc="The upload that the plan comes from.",
    ),
    Column("upload_row", Integer, doc="The Excel row that the event starts in."),
    _tutorial_row("tutorial_event_id", tutorial_events),
    Column("external_id", Text, unique=True, doc="The event's id in Administrate; null while it is not known."),
    Column("code", Text, doc="Our own key of the event in Administrate."),
    Column("agreed", JSONB(none_as_null=True), doc="By field, what both sides had when they last agreed."),
    Column("state", Text, nullable=False, doc="planned, sent, created, agreed, refused or withdrawn."),
    _moment("create_sent_at", "When the create was sent to Administrate."),
    _moment("absent_at", "When a look first found nothing of it."),
    Column("refusal", Text, doc="What needs somebody, as a sentence."),
    Column("failure", Text, doc="Why the last try did not get on, as a sentence."),
    Column(
        "warnings",
        JSONB,
        nullable=False,
        server_default=text("'[]'::jsonb"),
        doc="What else is worth knowing, as sentences.",
    ),
    Column("tries", Integer, nullable=False, server_default=text("0"), doc="How often it was tried since it waits."),
    _moment("waiting_since", "Since when it waits."),
    _moment("next_try_at", "When it is tried next; null when nothing is tried any more."),
    _moment("created_at", "When the row was made.", nullable=False),
    _moment("updated_at", "When a column last changed.", nullable=False),
    Index("planned_events_title", "title_key", unique=True, postgresql_where=text("state <> 'withdrawn'")),
    Index("planned_events_upload", "upload_key", "upload_row"),
)
"""One row per event that the provider wants. `plan` is null only for an event of a former version until its upload
runs again. `code` is our key in Administrate. An event that waits since `waiting_since` is tried again at
`next_try_at`, null when nothing is tried any more. `agreed` holds by field what both sides had when they last agreed.
"""

planned_sessions: Final = Table(
    "planned_sessions",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column(
        "planned_event_id",
        BigInteger,
        ForeignKey(planned_events.c.id, ondelete="CASCADE", deferrable=True, initially="DEFERRED"),
        nullable=False,
    ),
    Column("day", Integer),
    Column("title", Text, nullable=False),
    Column("code", Text),
    _tutorial_row("tutorial_session_id", tutorial_sessions),
    Column("external_id", Text, unique=True),
    Column("state", Text, nullable=False),
    _moment("create_sent_at"),
    _moment("absent_at"),
    Column("agreed", JSONB(none_as_null=True)),
    _moment("created_at", nullable=False),
    _moment("updated_at", nullable=False),
    UniqueConstraint("planned_event_id", "day"),
)
"""One row per session of a planned event. A row without a day is a session that Administrate made from the template
beyond those planned; the import cancels it.
"""
