"""Tax types: what an event is created with. They have no tutorial side."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import Column, Numeric, Text

from sync_assets.administrate.records import Record
from sync_assets.bridge.bridge_table import bridge_table
from sync_assets.bridge.writing import Row
from sync_assets.entities.entity import Entity, whole_list

TABLE = bridge_table(
    "tax_types",
    Column("legacy_id", Text),
    Column("name", Text),
    Column("effective_rate", Numeric),
)


class TaxType(Record):
    """A tax type; its rate is in per cent."""

    legacy_id: str
    name: str
    effective_rate: Decimal


def rows(tax_type: TaxType) -> Iterator[Row]:
    """Turn a tax type into its row."""
    yield {
        "external_id": tax_type.id,
        "legacy_id": tax_type.legacy_id,
        "name": tax_type.name,
        "effective_rate": tax_type.effective_rate,
    }


ENTITY = Entity(
    name="tax_types",
    singular="tax type",
    plural="tax types",
    description="The tax types that events can be created with.",
    table=TABLE,
    fetch=whole_list("taxTypes", TaxType, "tax type", document="tax_types"),
    rows=rows,
)
