"""The rows without a link, in a table that the checks, the command line and the alerts read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from sync_assets.bridge.bridge_table import discrepancies
from sync_assets.bridge.decision_log import ignored as ignored_rows
from sync_assets.bridge.decision_log import is_ignored_row
from sync_assets.bridge.matching import Discrepancy, DiscrepancyKind, Side
from sync_assets.text import match_key

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
    ids: Collection[int] | None = None,
) -> pd.DataFrame:
    """Return the discrepancies that are not ignored, ordered, as a frame with the columns of `COLUMNS`.

    With `ignored`, return those that are ignored, with the columns of `IGNORED_COLUMNS` as well; with `ids`, those of
    them that have one of these keys.
    """
    more = [ignored_rows.c[name] for name in IGNORED_COLUMNS] if ignored else []
    rows = _rows([*(discrepancies.c[name] for name in COLUMNS), *more], entity, kind, side, ignored=ignored)
    if ids is not None:
        rows = rows.where(discrepancies.c.id.in_(ids))
    return pd.read_sql(rows, connection)


def find_discrepancies(
    connection: Connection,
    entity: str,
    *,
    kind: DiscrepancyKind | None = None,
    side: Side | None = None,
    ignored: bool = False,
    words: str = "",
) -> Sequence[int]:
    """Return the keys of the discrepancies that `read_discrepancies` would return, in its order.

    With `words`, those that have them in their name, their key or their id.
    """
    table = discrepancies
    wanted = match_key(words)
    texts = [table.c.name, table.c.key, table.c.record_id] if wanted else []
    found = connection.execute(_rows([table.c.id, *texts], entity, kind, side, ignored=ignored))
    return [id_ for id_, *has in found if not wanted or any(wanted in match_key(text) for text in has)]


def count_discrepancies(
    connection: Connection, *, ignored: bool = False
) -> Mapping[str, Mapping[DiscrepancyKind, int]]:
    """Return how many discrepancies `read_discrepancies` would return, by entity and kind."""
    table = discrepancies
    columns = (table.c.entity, table.c.kind)
    counted = _rows([*columns, func.count()], ignored=ignored).order_by(None).group_by(*columns)
    found: defaultdict[str, dict[DiscrepancyKind, int]] = defaultdict(dict)
    for entity, kind, count in connection.execute(counted):
        found[entity][DiscrepancyKind(kind)] = count
    return found


def _rows(
    columns: Sequence[ColumnElement[Any]],
    entity: str | None = None,
    kind: DiscrepancyKind | None = None,
    side: Side | None = None,
    *,
    ignored: bool,
) -> Select[Any]:
    """Select columns of discrepancies, ordered; of ignored ones, columns of `ignored` as well."""
    table = discrepancies
    rows = select(*columns)
    if ignored:
        rows = rows.join(ignored_rows, is_ignored_row(table))
    else:
        rows = rows.where(~select(ignored_rows.c.kind).where(is_ignored_row(table)).exists())
    wanted = {table.c.entity: entity, table.c.kind: kind and kind.value, table.c.side: side and side.value}
    rows = rows.where(*(column == value for column, value in wanted.items() if value is not None))
    return rows.order_by(table.c.entity, table.c.side, table.c.kind, table.c.key, table.c.record_id)
