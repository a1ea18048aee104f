"""Where both sides of an event differ: one row per field, in a table that checks, pages and alerts read."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, DateTime, Identity, Integer, Table, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB

from sync_assets.bridge.bridge_table import METADATA

event_drift: Final = Table(
    "event_drift",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True, doc="The row's key."),
    Column("tutorial_event_id", BigInteger, nullable=False, doc="The tutorial event."),
    Column("external_id", Text, nullable=False, doc="The event's id in Administrate."),
    Column("title", Text, nullable=False, doc="The event's title in Administrate."),
    Column("sitting", Text, doc="The event's sitting."),
    Column("day", Integer, nullable=False, doc="The day of the session; 0 for a field of the event itself."),
    Column("field", Text, nullable=False, doc="The field, by the name of its column in an upload."),
    Column("kind", Text, nullable=False, doc="Changed here, changed there, changed in both, or never agreed."),
    Column("owner", Text, nullable=False, doc="The side whose value counts: here or there."),
    Column("agreed", JSONB(none_as_null=True), doc="What both sides last had: here, there."),
    Column("here", JSONB(none_as_null=True), doc="What the tutorial side has."),
    Column("there", JSONB(none_as_null=True), doc="What Administrate has."),
    Column("agreed_text", Text, doc="What both sides last had, as a person reads it."),
    Column("here_text", Text, doc="What the tutorial side has, as a person reads it."),
    Column("there_text", Text, doc="What Administrate has, as a person reads it."),
    Column("left_apart_by", Text, doc="Who said that both sides may stay as they are; null: nobody."),
    Column("left_apart_reason", Text, doc="Why both sides may stay as they are."),
    Column("found_at", DateTime(timezone=True), nullable=False, server_default=func.now(), doc="When it was found."),
    UniqueConstraint("external_id", "day", "field"),
)
"""A difference that somebody left apart counts again as soon as a side changes once more."""
