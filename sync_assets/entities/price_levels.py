"""Price levels ("Standard", "Early Bird"): read-only in Administrate, without a tutorial side."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, Integer, Text

from sync_assets.administrate.records import Record
from sync_assets.bridge.bridge_table import bridge_table
from sync_assets.bridge.writing import Row
from sync_assets.entities.entity import Entity, whole_list

TABLE = bridge_table(
    "pricelevels",
    Column("legacy_id", Text),
    Column("name", Text),
    Column("description", Text),
    Column("expiry_offset", Integer),
)


class PriceLevel(Record):
    """A price level; `expiry_offset` is in days before the start."""

    legacy_id: str
    name: str
    description: str | None
    expiry_offset: int | None


def rows(level: PriceLevel) -> Iterator[Row]:
    """Turn a price level into its row."""
    yield {
        "external_id": level.id,
        "legacy_id": level.legacy_id,
        "name": level.name,
        "description": level.description,
        "expiry_offset": level.expiry_offset,
    }


ENTITY = Entity(
    name="price_levels",
    singular="price level",
    plural="price levels",
    description="The levels that prices of course templates and events are given at.",
    table=TABLE,
    fetch=whole_list("priceLevels", PriceLevel, "price level", document="price_levels"),
    rows=rows,
)
