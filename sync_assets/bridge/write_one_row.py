"""Writes one row, for a record that a person decided about: into the bridge, or into a tutorial table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, String, Table, func, insert
from sqlalchemy.dialects.postgresql import insert as insert_or_update

from sync_assets.bridge.errors import BridgeError


class RowRefused(BridgeError):
    """A tutorial table cannot store a row as it is."""


def keep_record(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Write the bridge row of one record as the next sync would."""
    now = {"updated_at": func.now(), "last_synced": func.now(), "removed_at": None}
    connection.execute(
        insert_or_update(table).values(**row).on_conflict_do_update(index_elements=["external_id"], set_={**row, **now})
    )


def add_tutorial_row(connection: Connection, table: Table, values: Mapping[str, Any]) -> int:
    """Insert a row into a tutorial table and return its id; columns that keep times get the time of the transaction.

    The tables have no defaults, so `values` has every other column that is not null. Raises RowRefused for a text that
    is longer than its column.
    """
    for name, value in values.items():
        kind = table.c[name].type
        if isinstance(kind, String) and kind.length is not None and isinstance(value, str) and len(value) > kind.length:
            raise RowRefused(
                f"{table.fullname}.{name} holds {kind.length} characters, and the record in Administrate has "
                f"{len(value)}: {value[:60]!r}… Shorten it there, sync, and decide again."
            )
    times = {name: func.now() for name in _present(table, ("created_at", "updated_at", "date_joined"))}
    return int(connection.execute(insert(table).values(**times, **values).returning(table.c.id)).scalar_one())


def _present(table: Table, names: Sequence[str]) -> list[str]:
    return [name for name in names if name in table.c]
