"""Looks for differences of events: what a list that is shown in pages is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from sync_assets.bridge.event_drift_table import event_drift
from sync_assets.event_drift.record_drift import conditions, order
from sync_assets.event_drift.three_way import DriftKind
from sync_assets.event_import.planning.fields import Field
from sync_assets.text import match_key


def find_drift(
    connection: Connection,
    *,
    sitting: str | None = None,
    kind: DriftKind | None = None,
    left_apart: bool = False,
    words: str = "",
) -> Sequence[int]:
    """Return the keys of the differences that `read_drift` would return, in its order.

    With `words`, those that have them in the event's title or in the field's name.
    """
    table, wanted = event_drift, match_key(words)
    texts = [table.c.title, table.c.day, table.c.field] if wanted else []
    rows = select(table.c.id, *texts).where(*conditions(sitting=sitting, kind=kind, left_apart=left_apart))
    found = connection.execute(rows.order_by(*order())).all()
    if not wanted:
        return [row.id for row in found]

    def texts_of(row: Row[Any]) -> tuple[str, str]:
        return row.title, str(Field(row.day or None, row.field))

    return [row.id for row in found if any(wanted in match_key(text) for text in texts_of(row))]


def count_drift(connection: Connection, *, left_apart: bool = False) -> Mapping[str, int]:
    """Return how many differences there are by sitting; an empty text is that of events without one."""
    sitting = func.coalesce(event_drift.c.sitting, "").label("sitting")
    counted = select(sitting, func.count()).where(*conditions(left_apart=left_apart)).group_by(sitting)
    return {row.sitting: row[1] for row in connection.execute(counted)}
