"""The records that decisions create in Administrate: one row per record, with what is known of its create.

The rules of `administrate.create_once` are over these rows. The intention is committed here before a request leaves,
and nobody but these functions writes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Identity,
    Table,
    Text,
    UniqueConstraint,
    and_,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_unless_there

from sync_assets.administrate.create_once import CreateStamp, stamp_columns, stamp_of
from sync_assets.bridge.bridge_table import METADATA
from sync_assets.bridge.errors import BridgeError


class StampChanged(BridgeError):
    """Another run has written down something about the same record since this one looked."""


planned_records: Final = Table(
    "planned_records",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("entity", Text, nullable=False),
    Column("tutorial_id", BigInteger, nullable=False),
    Column("key", Text),
    Column("code", Text),
    Column("external_id", Text),
    Column("create_sent_at", DateTime(timezone=True)),
    Column("absent_at", DateTime(timezone=True)),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("entity", "tutorial_id"),
)
"""One row per record to create. `key` and `code` are those of the create that left last: what the record is matched on,
and our key in Administrate, null where none was sent. A row without a `key` is of a create of a former version.
"""


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """What is recorded of a record to create. `id` is None while nothing is.

    `open_keys` are those that creates without a known outcome were sent with.
    """

    entity: str
    tutorial_id: int
    id: int | None = None
    key: str | None = None
    code: str | None = None
    stamp: CreateStamp = field(default_factory=CreateStamp)
    open_keys: frozenset[str] = frozenset()


def read_planned_record(connection: Connection, entity: str, tutorial_id: int, key: str) -> PlannedRecord:
    """Return what is recorded for a tutorial row.

    A create of the same key without a known outcome counts as the row's, too: the tutorial application may have made
    the row anew in between.
    """
    table = planned_records
    is_open = and_(table.c.create_sent_at.is_not(None), table.c.external_id.is_(None))
    rows = connection.execute(
        select(table).where(
            table.c.entity == entity, or_(table.c.tutorial_id == tutorial_id, and_(is_open, table.c.key == key))
        )
    ).all()
    if not rows:
        return PlannedRecord(entity, tutorial_id)
    open_rows = [row for row in rows if row.create_sent_at is not None and row.external_id is None]
    # What was sent last keeps the row waiting longest; whatever the row itself has, it may still be carried out.
    row = max(open_rows, key=lambda row: row.create_sent_at) if open_rows else rows[0]
    open_keys = frozenset(each.key for each in (*open_rows, row) if each.key)
    return PlannedRecord(entity, row.tutorial_id, row.id, row.key, row.code, stamp_of(row), open_keys)


def write_planned_record(connection: Connection, before: PlannedRecord, after: PlannedRecord) -> PlannedRecord:
    """Write down what is new of a record, and return it with its id.

    Raises StampChanged where the row is no longer as it was before: then another run may be about to create it.
    """
    values: dict[str, Any] = {"key": after.key, "code": after.code, **stamp_columns(after.stamp)}
    table = planned_records
    if before.id is None:
        id_ = connection.scalar(
            insert_unless_there(table)
            .values(entity=after.entity, tutorial_id=after.tutorial_id, **values)
            .on_conflict_do_nothing(index_elements=["entity", "tutorial_id"])
            .returning(table.c.id)
        )
        if id_ is None:
            raise _changed(after)
        return replace(after, id=id_)
    unchanged = [table.c[name].is_not_distinct_from(value) for name, value in stamp_columns(before.stamp).items()]
    done = connection.execute(
        update(table).where(table.c.id == before.id, *unchanged).values(**values, updated_at=func.now())
    )
    if done.rowcount != 1:
        raise _changed(after)
    return after


def _changed(record: PlannedRecord) -> StampChanged:
    return StampChanged(
        f"Another run has begun something about row {record.tutorial_id} of the {record.entity.replace('_', ' ')} in "
        "the meantime. Nothing was sent; decide again when it has ended."
    )
