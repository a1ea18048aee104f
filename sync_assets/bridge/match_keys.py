"""The keys that both sides are matched by, computed in one place and stored, so that SQL can compare them.

A bridge row has its key in a column. The tutorial tables are never written, so theirs are in a table of ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Connection,
    PrimaryKeyConstraint,
    Row,
    Table,
    Text,
    cast,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or_update

from sync_assets.bridge.bridge_table import METADATA
from sync_assets.bridge.link import Link
from sync_assets.text import match_key

tutorial_match_keys = Table(
    "tutorial_match_keys",
    METADATA,
    Column("table_name", Text, nullable=False),
    Column("row_id", BigInteger, nullable=False),
    Column("match_key", Text, nullable=False),
    PrimaryKeyConstraint("table_name", "row_id"),
)


def store_match_keys(connection: Connection, link: Link) -> None:
    """Bring the stored keys of both sides to what the rows say now."""
    store_record_keys(connection, link, connection.execute(link.records).all())
    store_tutorial_keys(connection, link, connection.execute(link.tutorial_rows).all())


def store_record_keys(connection: Connection, link: Link, rows: Sequence[Row[Any]]) -> Mapping[int, str]:
    """Store the keys of bridge rows, as `link.records` selects them, where they differ; return all by row id."""
    keys = {row.id: match_key(row.key) for row in rows}
    if changed := {row.id: keys[row.id] for row in rows if keys[row.id] != row.match_key}:
        new = (
            func.unnest(cast(list(changed), ARRAY(BigInteger)), cast(list(changed.values()), ARRAY(Text)))
            .table_valued("id", "key", name="new")
            .render_derived()
        )
        table = link.table
        connection.execute(update(table).where(table.c.id == new.c.id).values(match_key=new.c.key))
    return keys


def store_tutorial_keys(connection: Connection, link: Link, rows: Sequence[Row[Any]]) -> Mapping[int, str]:
    """Store the keys of tutorial rows, as `link.tutorial_rows` selects them; return all by row id."""
    stored, name = tutorial_match_keys, link.tutorial_table.name
    known = {row.row_id: row.match_key for row in connection.execute(select(stored).where(stored.c.table_name == name))}
    keys = {row.id: match_key(row.key) for row in rows}
    if gone := known.keys() - keys.keys():
        connection.execute(delete(stored).where(stored.c.table_name == name, stored.c.row_id.in_(gone)))
    # In the order of the ids, so that two who store at once do not wait for each other in a circle.
    changed = [
        {"table_name": name, "row_id": id_, "match_key": key}
        for id_, key in sorted(keys.items())
        if known.get(id_) != key
    ]
    if changed:
        inserting = insert_or_update(stored)
        connection.execute(
            inserting.on_conflict_do_update(
                index_elements=["table_name", "row_id"], set_={"match_key": inserting.excluded.match_key}
            ),
            changed,
        )
    return keys
