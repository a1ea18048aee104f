"""Tax types: what an event is created with. They have no tutorial side."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Column, Numeric, Text

from sync_assets.administrate.records import Record
from sync_assets.bridge.bridge_table import bridge_table
from sync_assets.entities.entity import Entity, RecordList

TABLE = bridge_table(
    "tax_types",
    Column("legacy_id", Text, doc="The number in Administrate's older interfaces and pages."),
    Column("name", Text, doc="The tax type's name; ADMINISTRATE_TAX_TYPE may name one."),
    Column("effective_rate", Numeric, doc="The rate in per cent."),
)


class TaxType(Record):
    """A tax type; its rate is in per cent."""

    legacy_id: str
    name: str
    effective_rate: Decimal


ENTITY = Entity(
    name="tax_types",
    singular="tax type",
    description="The tax types that events can be created with.",
    table=TABLE,
    reads=RecordList("taxTypes", TaxType),
)
