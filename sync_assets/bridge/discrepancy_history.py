"""How many rows had no partner, over time: what a chart of the open discrepancies is drawn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import pandas as pd
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Double,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    cast,
    extract,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import distinct_on, insert

from sync_assets.bridge.bridge_table import METADATA
from sync_assets.bridge.matching import Discrepancy, Side

discrepancy_counts: Final = Table(
    "discrepancy_counts",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("entity", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("open_rows", Integer, nullable=False),
    Column("counted_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("discrepancy_counts_entity", "entity", "side", "counted_at"),
)
"""One row per entity, side and change of the number of its open discrepancies."""


def record_counts(connection: Connection, entity: str, still_open: Sequence[Discrepancy]) -> None:
    """Record how many discrepancies of an entity are open on each side, where that is another number than the last."""
    table = discrepancy_counts
    latest = (
        select(table.c.side, table.c.open_rows)
        .ext(distinct_on(table.c.side))
        .where(table.c.entity == entity)
        .order_by(table.c.side, table.c.counted_at.desc(), table.c.id.desc())
    )
    before = {row.side: row.open_rows for row in connection.execute(latest)}
    now = Counter(row.side for row in still_open)
    changed = [
        {"entity": entity, "side": side.value, "open_rows": now[side]}
        for side in Side
        if before.get(side.value) != now[side]
    ]
    if changed:
        connection.execute(insert(table), changed)


def read_counts(connection: Connection) -> pd.DataFrame:
    """Return one row per entity, side and change: entity, side, open_rows, counted_at, the earliest first."""
    table = discrepancy_counts
    columns = (table.c.entity, table.c.side, table.c.open_rows, table.c.counted_at)
    return pd.read_sql(select(*columns).order_by(table.c.counted_at, table.c.id), connection)


def read_totals(
    connection: Connection, until: datetime, entity: str | None = None, *, stretches: int = 240, newest: int = 12
) -> pd.DataFrame:
    """Return how many rows were open in all, of all entities or of one: open_rows and counted_at, the earliest first.

    As many changes as a picture can show: the first one, the `newest`, and the last one of each of the equal
    `stretches` of the time from the first to `until`.
    """
    table = discrepancy_counts
    before = func.lag(table.c.open_rows).over(
        partition_by=(table.c.entity, table.c.side), order_by=(table.c.counted_at, table.c.id)
    )
    steps = select(table.c.counted_at, (table.c.open_rows - func.coalesce(before, 0)).label("step"))
    if entity is not None:
        steps = steps.where(table.c.entity == entity)
    each = steps.subquery("each")
    open_rows = func.sum(func.sum(each.c.step)).over(order_by=each.c.counted_at)
    totals = (
        select(each.c.counted_at, cast(open_rows, Integer).label("open_rows"))
        .group_by(each.c.counted_at)
        .subquery("totals")
    )
    at = totals.c.counted_at
    first, last = func.min(at).over(), func.greatest(func.max(at).over(), until)
    span = func.greatest(_seconds(last - first), 1.0)
    stretch = func.least(func.floor(_seconds(at - first) / span * stretches), stretches)
    placed = select(
        at,
        totals.c.open_rows,
        stretch.label("stretch"),
        (at == first).label("is_first"),
        func.row_number().over(order_by=at.desc()).label("from_end"),
    ).subquery("placed")
    from_end = func.row_number().over(partition_by=placed.c.stretch, order_by=placed.c.counted_at.desc())
    ranked = select(placed, from_end.label("from_end_of_stretch")).subquery("ranked")
    is_shown = or_(ranked.c.is_first, ranked.c.from_end <= newest, ranked.c.from_end_of_stretch == 1)
    shown = select(ranked.c.open_rows, ranked.c.counted_at).where(is_shown)
    return pd.read_sql(shown.order_by(ranked.c.counted_at), connection)


def _seconds(interval: ColumnElement[Any]) -> ColumnElement[float]:
    return cast(extract("epoch", interval), Double)
