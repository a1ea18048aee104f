"""Price levels ("Standard", "Early Bird"): read-only in Administrate, without a tutorial side."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Text

from sync_assets.administrate.records import Record
from sync_assets.bridge.bridge_table import bridge_table
from sync_assets.entities.entity import Entity, RecordList

TABLE = bridge_table(
    "pricelevels",
    Column("legacy_id", Text, doc="The number in Administrate's older interfaces and pages."),
    Column("name", Text, doc="The level's name, such as Early booking."),
    Column("description", Text, doc="What Administrate says of the level."),
    Column("expiry_offset", Integer, doc="How many days before an event's start the level ends."),
)


class PriceLevel(Record):
    """A price level; `expiry_offset` is in days before the start."""

    legacy_id: str
    name: str
    description: str | None
    expiry_offset: int | None


ENTITY = Entity(
    name="price_levels",
    singular="price level",
    description="The levels that prices of course templates and events are given at.",
    table=TABLE,
    reads=RecordList("priceLevels", PriceLevel),
)
