"""What the asset checks ask the database, in their own SQL and not through the code that wrote the rows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Table, and_, func, select, text

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


def missing_links(connection: Connection, link: Link) -> list[MissingLink]:
    """Return every unambiguous match that is not linked, held links aside.

    The matching is recomputed in SQL from the stored keys, which are brought to what the rows say now: no letter is
    folded a second time, by other rules.
    """
    store_match_keys(connection, link)
    records, rows, keys = link.records.subquery("records"), link.tutorial_rows.subquery("rows"), tutorial_match_keys
    r = select(records, func.count().over(partition_by=(records.c.scope, records.c.match_key)).label("times")).subquery(
        "r"
    )
    t = (
        select(
            rows.c.id,
            rows.c.scope,
            keys.c.match_key,
            func.count().over(partition_by=(rows.c.scope, keys.c.match_key)).label("times"),
        )
        .join(keys, and_(keys.c.row_id == rows.c.id, keys.c.table_name == link.tutorial_table.name))
        .where(rows.c.is_active)
        .subquery("t")
    )
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


def schemas_of(connection: Connection, table: Table) -> list[str]:
    """Return the schemas in which `information_schema` knows a table of this name."""
    found = connection.execute(
        text("select table_schema from information_schema.tables where table_name = :name order by table_schema"),
        {"name": table.name},
    )
    return [row.table_schema for row in found]
