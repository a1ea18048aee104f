"""The rows without a link, in a table that the checks, the command line and the alerts read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Boolean, Connection, bindparam, case, delete, func, insert, select, update

from sync_assets.bridge.bridge_table import discrepancies
from sync_assets.bridge.decision_log import ignored as ignored_rows
from sync_assets.bridge.decision_log import is_ignored_row
from sync_assets.bridge.matching import Discrepancy, DiscrepancyKind, Side

COLUMNS = ("entity", "side", "kind", "key", "name", "record_id", "why", "found_at")
IGNORED_COLUMNS = ("reason", "who", "ignored_at")


def record_discrepancies(connection: Connection, entity: str, found: Sequence[Discrepancy]) -> None:
    """Make these the discrepancies of an entity. Those that the table has, of the same kind, keep their `found_at`."""
    table = discrepancies
    standing = {
        (row.side, row.record_id): row for row in connection.execute(select(table).where(table.c.entity == entity))
    }
    current = {(row.side.value, row.record_id): row for row in found}
    if cleared := [row.id for place, row in standing.items() if place not in current]:
        connection.execute(delete(table).where(table.c.id.in_(cleared)))
    new: list[dict[str, str]] = []
    changed: list[dict[str, Any]] = []
    for place, row in current.items():
        content = {"kind": row.kind.value, "key": row.key, "name": row.name, "why": row.why}
        known = standing.get(place)
        if known is None:
            new.append({"entity": entity, "side": row.side.value, "record_id": row.record_id, **content})
        elif any(getattr(known, name) != value for name, value in content.items()):
            changed.append({"row_id": known.id, "other_kind": known.kind != row.kind.value, **content})
    if changed:
        found_at = case((bindparam("other_kind", type_=Boolean), func.now()), else_=table.c.found_at)
        columns: dict[str, Any] = {name: bindparam(name) for name in ("kind", "key", "name", "why")}
        connection.execute(
            update(table).where(table.c.id == bindparam("row_id")).values(**columns, found_at=found_at), changed
        )
    if new:
        connection.execute(insert(table), new)


def read_discrepancies(
    connection: Connection,
    entity: str | None = None,
    *,
    kind: DiscrepancyKind | None = None,
    side: Side | None = None,
    ignored: bool = False,
) -> pd.DataFrame:
    """Return the discrepancies that are not ignored, ordered, as a frame with the columns of `COLUMNS`.

    With `ignored`, return those that are ignored, with the columns of `IGNORED_COLUMNS` as well.
    """
    table = discrepancies
    wanted = [
        table.c[name] == value.value if isinstance(value, (DiscrepancyKind, Side)) else table.c[name] == value
        for name, value in (("entity", entity), ("kind", kind), ("side", side))
        if value is not None
    ]
    same = is_ignored_row(table)
    columns = [table.c[name] for name in COLUMNS]
    if ignored:
        rows = select(*columns, *(ignored_rows.c[name] for name in IGNORED_COLUMNS)).join(ignored_rows, same)
    else:
        rows = select(*columns).where(~select(ignored_rows.c.kind).where(same).exists())
    ordered = rows.where(*wanted).order_by(table.c.entity, table.c.side, table.c.kind, table.c.key, table.c.record_id)
    return pd.read_sql(ordered, connection)
