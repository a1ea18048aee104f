"""Public prices of course templates: one a level, currency and region, and all of them are kept."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import BigInteger, Column, ForeignKey, Numeric, Text, select

from sync_assets.administrate.records import Nodes, Record, Reference, WireModel
from sync_assets.bridge.bridge_table import bridge_table
from sync_assets.bridge.writing import ForeignReference, Row
from sync_assets.entities import course_templates, price_levels
from sync_assets.entities.entity import Entity, RecordList

TABLE = bridge_table(
    "course_template_price_levels",
    Column(
        "course_template_id",
        BigInteger,
        ForeignKey(course_templates.TABLE.c.id, deferrable=True, initially="DEFERRED"),
        nullable=False,
        doc="Row of adm.course_templates.",
    ),
    Column(
        "price_level_id",
        BigInteger,
        ForeignKey(price_levels.TABLE.c.id, deferrable=True, initially="DEFERRED"),
        doc="Row of adm.pricelevels; null where the price has no level.",
    ),
    Column("amount", Numeric, doc="The price, in the currency of the row."),
    Column("financial_unit_id", Text, doc="Id in Administrate of the currency or other unit of the price."),
    Column("financial_unit_name", Text, doc="Name of that unit."),
    Column("currency_code", Text, doc="ISO 4217 code of the currency; null for another unit."),
    Column("region_id", Text, doc="Id in Administrate of the region that the price holds in."),
    Column("region_name", Text, doc="Name of that region."),
)


class FinancialUnit(WireModel):
    """A currency, with its ISO 4217 code, or a type of training token, without one."""

    id: str
    name: str
    code: str | None = None


class Region(WireModel):
    """The region that a price is for."""

    id: str
    name: str


class PublicPrice(Record):
    """One price of a template."""

    amount: Decimal
    financial_unit: FinancialUnit
    price_level: Reference | None
    region: Region


class PricedTemplate(Record):
    """A course template with all of its public prices."""

    code: str
    public_prices: Nodes[PublicPrice]


def rows(template: PricedTemplate) -> Iterator[Row]:
    """Turn a template into a row a price."""
    for price in template.public_prices:
        yield {
            "external_id": price.id,
            "course_template_id": template.id,
            "price_level_id": price.price_level.id if price.price_level else None,
            "amount": price.amount,
            "financial_unit_id": price.financial_unit.id,
            "financial_unit_name": price.financial_unit.name,
            "currency_code": price.financial_unit.code,
            "region_id": price.region.id,
            "region_name": price.region.name,
        }


ENTITY = Entity(
    name="course_template_price_levels",
    singular="course template price",
    plural="course template prices",
    description="The public prices of course templates, a row for each level, currency and region.",
    table=TABLE,
    reads=RecordList(
        "courseTemplates",
        PricedTemplate,
        what="course template",
        document="course_template_price_levels",
        nested=("publicPrices",),
    ),
    rows=rows,
    # A price is not a node and stands in no list of its own: whether one is there, its template says.
    record_id=select(course_templates.TABLE.c.external_id)
    .where(course_templates.TABLE.c.id == TABLE.c.course_template_id)
    .scalar_subquery(),
    needs=("course_templates", "price_levels"),
    references=(
        ForeignReference("course_template_id", course_templates.TABLE, sync_first="course templates"),
        ForeignReference("price_level_id", price_levels.TABLE, sync_first="price levels"),
    ),
)
