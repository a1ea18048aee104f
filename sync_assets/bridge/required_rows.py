"""Checks that the rows which a step needs are there."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select

from sync_assets.bridge.errors import PrerequisiteMissing


def count_live(connection: Connection, table: Table, *, linked: str | None = None) -> int:
    """Count the rows of a bridge table that are not removed; with `linked`, only those whose link column is set."""
    counted = select(func.count()).select_from(table).where(table.c.removed_at.is_(None))
    if linked:
        counted = counted.where(table.c[linked].is_not(None))
    return connection.scalar(counted) or 0


def require_live(connection: Connection, table: Table, *, sync_first: str, linked: str | None = None) -> None:
    """Raise PrerequisiteMissing, naming what to sync first, where a bridge table has no (linked) live row."""
    if count_live(connection, table, linked=linked) == 0:
        state = "linked row" if linked else "row"
        raise PrerequisiteMissing(f"{table.fullname} has no {state} yet: sync {sync_first} first.")
