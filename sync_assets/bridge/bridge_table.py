"""The columns that all bridge tables have, and how to declare one.

An entity declares its own table with `bridge_table`; the columns that every bridge row carries come from here. Times
are set by the database. Text columns have no length: Administrate's limits are not ours.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
)

SCHEMA = "adm"
METADATA = MetaData(schema=SCHEMA)

MATCHED, HAND, ADOPTED = "match", "hand", "adopted"
"""Values of `linked_by`: set by matching, set by a person, found in the tables when this project took them over.

A sync changes the first alone. An adopted link that matching would set as well becomes the first.
"""


def bridge_table(
    name: str,
    *columns: Column[Any] | Index,
    link: tuple[str, Table] | None = None,
    unique_external_id: bool = True,
) -> Table:
    """Declare a bridge table.

    Every table has id, external_id, created_at, updated_at (moved when a column changes), last_synced (when the sync
    last wrote the row) and removed_at (since when the record no longer comes). A linked one has a nullable foreign key
    to a tutorial table, `link` as (column, table), `linked_by`, which says who set it, `linked_row_id`, the row that it
    was last set to (it stays when the link goes with its row or its record), and `match_key`, what the record was last
    matched by. The external id is unique by itself unless the table has an index of its own for that.
    """
    link_columns: list[Column[Any]] = []
    if link:
        column, tutorial_table = link
        # The tutorial application may delete its row: the record is a discrepancy then, and no error of theirs.
        target = ForeignKey(tutorial_table.c.id, ondelete="SET NULL", deferrable=True, initially="DEFERRED")
        link_columns = [
            Column(
                column, BigInteger, target, doc=f"Row of {tutorial_table.fullname} that is the same; null: none is."
            ),
            Column(
                "linked_by", Text, doc="Who set the link: match, hand (a person), or adopted (older than this project)."
            ),
            Column(
                "linked_row_id",
                BigInteger,
                doc="The row that the link was last set to; it stays when the link goes with its row or its record.",
            ),
            Column("match_key", Text, doc="What the record was last matched by."),
        ]
    return Table(
        name,
        METADATA,
        Column("id", BigInteger, Identity(), primary_key=True, doc="The row's key here."),
        Column("external_id", Text, nullable=False, unique=unique_external_id, doc="The record's id in Administrate."),
        *columns,
        *link_columns,
        _moment("created_at", "When the row was made."),
        _moment("updated_at", "When a column last changed."),
        _moment("last_synced", "When a sync last wrote the row."),
        Column("removed_at", DateTime(timezone=True), doc="Since when the record no longer comes; null while it does."),
        info={"link": link[0]} if link else {},
    )


def _moment(name: str, doc: str) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now(), doc=doc)


discrepancies = Table(
    "discrepancies",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("entity", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("found_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("entity", "side", "record_id"),
)
