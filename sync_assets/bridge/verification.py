"""What the asset checks ask the database, in their own SQL and not through the code that wrote the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Text, and_, cast, collate, func, select, text

from sync_assets.bridge.bridge_table import MATCHED
from sync_assets.bridge.link import Link


@dataclass(frozen=True, slots=True)
class MissingLink:
    """A pair that matches unambiguously and is not linked."""

    bridge_id: int
    external_id: str
    tutorial_id: int
    name: str


def missing_links(connection: Connection, link: Link) -> list[MissingLink]:
    """Recompute the matching in SQL and return every unambiguous match that is not linked, held links aside."""
    # The folding of letter case that does most for other alphabets, where the server has it (PostgreSQL 18, or ICU).
    folding = connection.scalar(
        text(
            "select collname from pg_collation where collname in ('pg_unicode_fast', 'und-x-icu') "
            "order by collname limit 1"
        )
    )

    def key(raw: ColumnElement[Any]) -> ColumnElement[Any]:
        normal = func.normalize(func.coalesce(cast(raw, Text), ""), text("NFKC"))
        upper = func.upper(collate(normal, folding) if folding else normal)
        folded = func.lower(collate(upper, folding) if folding else upper)
        return func.btrim(func.regexp_replace(folded, r"[\s\u00a0]+", " ", "g"))

    records, rows = link.records.subquery("records"), link.tutorial_rows.subquery("rows")
    r = select(records, key(records.c.key).label("match_key")).subquery("r")
    t = select(rows, key(rows.c.key).label("match_key")).where(rows.c.is_active).subquery("t")
    r_counted = select(r, func.count().over(partition_by=(r.c.scope, r.c.match_key)).label("n")).subquery("rc")
    t_counted = select(t, func.count().over(partition_by=(t.c.scope, t.c.match_key)).label("n")).subquery("tc")
    held = func.coalesce(r_counted.c.linked_by, MATCHED) != MATCHED
    taken = select(records.c.linked_to).where(
        records.c.linked_to.is_not(None), func.coalesce(records.c.linked_by, MATCHED) != MATCHED
    )
    found = connection.execute(
        select(r_counted.c.id, r_counted.c.external_id, t_counted.c.id, r_counted.c.name)
        .join(
            t_counted,
            and_(
                t_counted.c.match_key == r_counted.c.match_key,
                t_counted.c.scope.is_not_distinct_from(r_counted.c.scope),
            ),
        )
        .where(
            r_counted.c.n == 1,
            t_counted.c.n == 1,
            r_counted.c.match_key != "",
            ~held,
            t_counted.c.id.not_in(taken),
            r_counted.c.linked_to.is_distinct_from(t_counted.c.id),
            *([r_counted.c.scope.is_not(None)] if link.words.scope else []),
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
