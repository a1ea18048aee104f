"""What the asset checks ask the database, in their own SQL and not through the code that wrote the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, Table, and_, func, select, text

from sync_assets.bridge.bridge_table import MATCHED
from sync_assets.bridge.link import Link
from sync_assets.bridge.match_keys import store_match_keys, tutorial_match_keys


@dataclass(frozen=True, slots=True)
class MissingLink:
    """A pair that matches unambiguously and is not linked."""

    bridge_id: int
    external_id: str
    tutorial_id: int
    name: str


def missing_links(connection: Connection, link: Link, as_of: date | None = None) -> list[MissingLink]:
    """Return every unambiguous match that is not linked, held links aside.

    Rows that are not open on the day `as_of` (unset: today, in UTC) step back behind open ones of the same key.

    The matching is recomputed in SQL from the stored keys, which are brought to what the rows say now: no letter is
    folded a second time, by other rules.
    """
    store_match_keys(connection, link)
    day = as_of or datetime.now(UTC).date()
    records, rows, keys = link.records_on(day).subquery(), link.tutorial_rows_on(day).subquery(), tutorial_match_keys
    active = (
        select(rows.c.id, rows.c.scope, rows.c.is_open, keys.c.match_key)
        .join(keys, and_(keys.c.row_id == rows.c.id, keys.c.table_name == link.tutorial_table.name))
        .where(rows.c.is_active)
        .subquery()
    )
    r, t = _foremost(records, "r"), _foremost(active, "t")
    held = func.coalesce(records.c.linked_by, MATCHED) != MATCHED
    taken = select(records.c.linked_to).where(records.c.linked_to.is_not(None), held)
    same = and_(t.c.match_key == r.c.match_key, t.c.scope.is_not_distinct_from(r.c.scope))
    found = connection.execute(
        select(r.c.id, r.c.external_id, t.c.id, r.c.name)
        .join(t, same)
        .where(
            r.c.times == 1,
            t.c.times == 1,
            r.c.match_key != "",
            func.coalesce(r.c.linked_by, MATCHED) == MATCHED,
            t.c.id.not_in(taken),
            r.c.linked_to.is_distinct_from(t.c.id),
            *([r.c.scope.is_not(None)] if link.words.scope else []),
        )
    )
    return [MissingLink(*row) for row in found]


def _foremost(side: Subquery, name: str) -> Subquery:
    """Select the rows of a side that come first of their key, with `times`, the count of them."""
    place = side.c.scope, side.c.match_key
    ranked = select(side, func.bool_or(side.c.is_open).over(partition_by=place).label("has_open")).subquery()
    is_first: ColumnElement[Any] = ranked.c.is_open == ranked.c.has_open
    times = func.count().over(partition_by=(ranked.c.scope, ranked.c.match_key)).label("times")
    return select(ranked, times).where(is_first).subquery(name)


def schemas_of(connection: Connection, table: Table) -> list[str]:
    """Return the schemas in which `information_schema` knows a table of this name."""
    found = connection.execute(
        text("select table_schema from information_schema.tables where table_name = :name order by table_schema"),
        {"name": table.name},
    )
    return [row.table_schema for row in found]
