"""Which rows of other programs refer to rows of the tutorial tables, as the database's own foreign keys tell it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection, text

_PART_OF_AN_EVENT: Final = (
    "acted.tutorial_sessions",
    "acted.tutorial_session_instructors",
    "adm.events",
    "adm.sessions",
)
"""What is deleted along with an event, or set to null by hand before."""
_FOREIGN_KEYS = text("""
    select n.nspname as schema_name, t.relname as table_name, a.attname as column_name,
        has_table_privilege(t.oid, 'select') as is_readable,
        (select k.attname from pg_constraint p join pg_attribute k on k.attrelid = t.oid and k.attnum = p.conkey[1]
         where p.conrelid = t.oid and p.contype = 'p' and array_length(p.conkey, 1) = 1) as primary_key
    from pg_constraint c
    join pg_class t on t.oid = c.conrelid
    join pg_namespace n on n.oid = t.relnamespace
    join pg_attribute a on a.attrelid = t.oid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = to_regclass(:target) and array_length(c.conkey, 1) = 1
        and c.conparentid = 0
        -- Tables of this project's own let a tutorial row go: they are set to null.
        and not (n.nspname = 'adm' and c.confdeltype = 'n')
    order by 1, 2, 3""")


def references_to(connection: Connection, target: str, ids: Collection[int]) -> dict[int, list[str]]:
    """Return the rows of other programs that refer to rows of a table, by the id that they refer to.

    `target` is a qualified name such as "acted.tutorial_events". A row reads "acted.tutorial_choices 12". A table that
    this user may not read counts as one that refers to each of them.
    """
    found: dict[int, list[str]] = defaultdict(list)
    if not ids:
        return found
    quote = connection.dialect.identifier_preparer.quote
    for key in connection.execute(_FOREIGN_KEYS, {"target": target}).all():
        name = f"{key.schema_name}.{key.table_name}"
        if name in _PART_OF_AN_EVENT:
            continue
        if not key.is_readable:
            for id_ in ids:
                found[id_].append(f"{name}, which this user may not read")
            continue
        table = f"{quote(key.schema_name)}.{quote(key.table_name)}"
        column, shown = quote(key.column_name), quote(key.primary_key) if key.primary_key else "'(a row)'"
        rows = connection.execute(
            text(f"select {column}, {shown} from {table} where {column} = any(:ids) order by 1, 2"),  # noqa: S608 - names of the catalogue, quoted
            {"ids": list(ids)},
        )
        for target_id, row_id in rows:
            found[target_id].append(f"{name} {row_id}")
    return found
