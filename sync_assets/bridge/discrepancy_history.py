"""How many rows had no partner, over time: what a chart of the open discrepancies is drawn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import pandas as pd
from sqlalchemy import BigInteger, Column, Connection, DateTime, Identity, Index, Integer, Table, Text, func, select
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
