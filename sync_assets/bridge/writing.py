"""Brings a bridge table to what Administrate says, set by set: only changed rows are touched, and all are counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, MetaData, Table, and_, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from sync_assets.bridge.errors import BridgeError, PrerequisiteMissing, TooManyRemovals
from sync_assets.bridge.locks import lock_table

Row = Mapping[str, Any]

MOST_REMOVALS, MOST_REMOVED_PART = 5, 0.2
"""More than this many rows and more than this part of the live rows are not removed without being allowed to."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did, in rows. `live` is the table's number of rows that are not removed, afterwards."""

    created: int
    updated: int
    unchanged: int
    removed: int
    restored: int
    live: int

    @property
    def rows_written(self) -> int:
        """Rows that were inserted or updated."""
        return self.created + self.updated + self.removed + self.restored


@dataclass(frozen=True, slots=True)
class ForeignReference:
    """A column that comes as another bridge row's external id and is stored as that row's `to` column."""

    column: str
    table: Table
    sync_first: str
    to: str = "id"


def write_rows(
    connection: Connection,
    table: Table,
    rows: Iterable[Row],
    *,
    key: Sequence[str] = ("external_id",),
    references: Sequence[ForeignReference] = (),
    what: str = "records",
    allow_removals: bool = False,
) -> Written:
    """Make the live rows of `table` those given, within the caller's transaction.

    `rows` map column names to values, all with the same columns, `key` among them. A row that is not given any more is
    marked `removed_at`, and comes back if it is given again. Raises TooManyRemovals, PrerequisiteMissing (a reference
    to a row that is not there) or BridgeError (a key that comes twice); nothing was changed then.
    """
    lock_table(connection, table)
    given = _resolved(connection, list(rows), references, what)
    _refuse_repeats(given, key, what)
    live = connection.scalar(select(func.count()).where(table.c.removed_at.is_(None))) or 0
    if not given:
        if live and not allow_removals:
            raise TooManyRemovals(
                f"Administrate gave no {what} at all, and {live} are in {table.fullname}. Nothing was changed. If they "
                "really are gone, run again with allow_removals."
            )
        return Written(0, 0, 0, _mark_removed(connection, table, None, key), 0, 0)

    columns = list(given[0])
    incoming = _load(connection, table, columns, given)
    known = _known_rows(table, key)
    same = and_(*(incoming.c[name] == known.c[name] for name in key))
    differs = or_(*(incoming.c[name].is_distinct_from(known.c[name]) for name in columns))
    gone = known.c.removed_at.is_not(None)
    restored, changed, found = connection.execute(
        select(func.count().filter(gone), func.count().filter(and_(~gone, differs)), func.count()).select_from(
            incoming.join(known, same)
        )
    ).one()
    _refuse_removals(table, what, live, live - (found - restored), allow_removals=allow_removals)

    removed = _mark_removed(connection, table, incoming, key)
    now = func.now()
    connection.execute(
        update(table)
        .where(table.c.id == known.c.id, same, or_(gone, differs))
        .values(**{name: incoming.c[name] for name in columns}, removed_at=None, updated_at=now, last_synced=now)
    )
    missing = select(*(incoming.c[name] for name in columns)).where(
        ~select(known.c.id).where(same).correlate(incoming).exists()
    )
    inserting = insert(table).from_select(columns, missing).execution_options(preserve_rowcount=True)
    created = connection.execute(inserting).rowcount
    incoming.drop(connection)
    return Written(created, changed, found - restored - changed, removed, restored, live - removed + restored + created)


def _known_rows(table: Table, key: Sequence[str]) -> Any:
    """Select one row a key, the live one where there is one: an adopted table may hold a key several times."""
    keys = [table.c[name] for name in key]
    ordered = select(table).order_by(*keys, table.c.removed_at.is_not(None), table.c.id)
    return ordered.ext(distinct_on(*keys)).subquery("known")


def _load(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> Table:
    incoming = Table(
        f"incoming_{table.name}",
        MetaData(),
        *(Column(name, table.c[name].type) for name in columns),
        prefixes=["temporary"],
    )
    incoming.create(connection)
    connection.execute(insert(incoming), [dict(row) for row in rows])
    return incoming


def _mark_removed(connection: Connection, table: Table, incoming: Table | None, key: Sequence[str]) -> int:
    gone: list[ColumnElement[bool]] = [table.c.removed_at.is_(None)]
    if incoming is not None:
        kept = select(incoming.c[key[0]]).where(and_(*(incoming.c[name] == table.c[name] for name in key)))
        gone.append(~kept.correlate(table).exists())
    return connection.execute(update(table).where(*gone).values(removed_at=func.now(), updated_at=func.now())).rowcount


def _resolved(
    connection: Connection, rows: list[Row], references: Sequence[ForeignReference], what: str
) -> list[dict[str, Any]]:
    resolved = [dict(row) for row in rows]
    for reference in references:
        target = reference.table
        found = connection.execute(
            select(target.c.external_id, target.c[reference.to]).where(target.c.removed_at.is_(None))
        )
        known: dict[str, Any] = {row[0]: row[1] for row in found}
        wanted = {row[reference.column] for row in resolved} - {None}
        if lost := sorted(wanted - known.keys()):
            raise PrerequisiteMissing(
                f"{len(lost)} records that the {what} refer to are not in {target.fullname} (the first: {lost[0]}). "
                f"Nothing was changed; sync {reference.sync_first} first."
            )
        for row in resolved:
            row[reference.column] = known.get(row[reference.column])
    return resolved


def _refuse_repeats(rows: Sequence[Row], key: Sequence[str], what: str) -> None:
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        value = tuple(row[name] for name in key)
        if value in seen:
            raise BridgeError(
                f"Among the {what}, {', '.join(map(str, value))} comes twice. Nothing was changed; run again, and if "
                "it stays so, look at it in Administrate."
            )
        seen.add(value)


def _refuse_removals(table: Table, what: str, live: int, removals: int, *, allow_removals: bool) -> None:
    if removals > max(MOST_REMOVALS, live * MOST_REMOVED_PART) and not allow_removals:
        raise TooManyRemovals(
            f"{removals} of {live} {what} in {table.fullname} no longer come from Administrate, more than a fifth. "
            "Nothing was changed. If they really are gone, run again with allow_removals."
        )
