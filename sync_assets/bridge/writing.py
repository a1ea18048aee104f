"""Brings a bridge table to what Administrate says, set by set: only changed rows are touched, and all are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, MetaData, Table, and_, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from sync_assets.bridge.errors import BridgeError, PrerequisiteMissing
from sync_assets.bridge.locks import lock_table
from sync_assets.bridge.removals import WINDOW, RemovalLimits, absent_rows, is_too_many, mark_removed, refuse_removals

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did, in rows. `live` is the table's number of rows that are not removed, afterwards.

    `odd` counts the records that could not be written and were left as they are; `warnings` has a sentence for each.
    """

    created: int
    updated: int
    unchanged: int
    removed: int
    restored: int
    live: int
    odd: int = 0
    warnings: tuple[str, ...] = ()

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
    removal_window: timedelta = WINDOW,
    removals_per: str | None = None,
    record_id: ColumnElement[Any] | None = None,
    kept: Collection[str] = (),
) -> Written:
    """Make the live rows of `table` those given, within the caller's transaction.

    `rows` map column names to values, all with the same columns, `key` among them. A row that is not given any more is
    marked `removed_at`, and comes back if it is given again. Rows of the records `kept` (ids, as `record_id` gives them
    for a row) are left as they are, and so is a row that refers to one which is not there; the latter is a warning.
    Removals are bounded over `removal_window`, and for each value of the column `removals_per` by itself.
    Raises TooManyRemovals, PrerequisiteMissing (too many references to rows that are not there) or BridgeError (a key
    that comes twice); nothing was changed then.
    """
    limits = RemovalLimits(allow_removals, removal_window, removals_per)
    lock_table(connection, table)
    rows = list(rows)
    _refuse_repeats(rows, key, what)
    resolved, warnings = _resolved(connection, rows, references, what)
    live = connection.scalar(select(func.count()).where(table.c.removed_at.is_(None))) or 0
    absent = absent_rows(connection, table, (_key(row, key) for row in rows), key, record_id=record_id, per=limits.per)
    removals = [row for row in absent if row.record_id not in kept]
    groups = Counter(row[limits.per] if limits.per else None for row in rows)
    refuse_removals(connection, table, removals, groups, key, what=what, limits=limits)
    mark_removed(connection, table, removals, limits)
    created, changed, unchanged, restored = _write(connection, table, resolved, key) if resolved else (0, 0, 0, 0)
    return Written(
        created,
        changed,
        unchanged,
        len(removals),
        restored,
        live - len(removals) + restored + created,
        len(warnings),
        tuple(warnings),
    )


def write_some_rows(
    connection: Connection,
    table: Table,
    rows: Iterable[Row],
    *,
    key: Sequence[str] = ("external_id",),
    references: Sequence[ForeignReference] = (),
    what: str = "records",
) -> Written:
    """Write rows as `write_rows` does, of a list that is not whole: nothing follows from a row that is not given.

    Raises PrerequisiteMissing or BridgeError; nothing was changed then.
    """
    lock_table(connection, table)
    rows = list(rows)
    _refuse_repeats(rows, key, what)
    resolved, warnings = _resolved(connection, rows, references, what)
    created, changed, unchanged, restored = _write(connection, table, resolved, key) if resolved else (0, 0, 0, 0)
    live = connection.scalar(select(func.count()).where(table.c.removed_at.is_(None))) or 0
    return Written(created, changed, unchanged, 0, restored, live, len(warnings), tuple(warnings))


def _write(connection: Connection, table: Table, rows: Sequence[Row], key: Sequence[str]) -> tuple[int, int, int, int]:
    """Write the rows that differ; return how many were created, updated, unchanged and restored."""
    columns = list(rows[0])
    incoming = _load(connection, table, columns, rows)
    known = _known_rows(table, key)
    same = and_(*(incoming.c[name] == known.c[name] for name in key))
    differs = or_(*(incoming.c[name].is_distinct_from(known.c[name]) for name in columns))
    gone = known.c.removed_at.is_not(None)
    restored, changed, found = connection.execute(
        select(func.count().filter(gone), func.count().filter(and_(~gone, differs)), func.count()).select_from(
            incoming.join(known, same)
        )
    ).one()
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
    return created, changed, found - restored - changed, restored


def _known_rows(table: Table, key: Sequence[str]) -> Any:
    """Select one row per key, the live one where there is one: an adopted table may hold a key several times."""
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


def _key(row: Row, key: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in key)


def _resolved(
    connection: Connection, rows: Sequence[Row], references: Sequence[ForeignReference], what: str
) -> tuple[list[Row], list[str]]:
    """Return the rows whose references are there, with these resolved, and a warning for each of the others."""
    resolved = {number: dict(row) for number, row in enumerate(rows)}
    warnings: list[str] = []
    for reference in references:
        target = reference.table
        targets = connection.execute(
            select(target.c.external_id, target.c[reference.to]).where(target.c.removed_at.is_(None))
        )
        known: dict[Any, Any] = {None: None, **{row[0]: row[1] for row in targets}}
        lost = {number: row[reference.column] for number, row in resolved.items() if row[reference.column] not in known}
        if lost and (len(lost) == len(rows) or is_too_many(len(lost), len(rows))):
            distinct = sorted(set(lost.values()))
            raise PrerequisiteMissing(
                f"{len(distinct)} records that the {what} refer to are not in {target.fullname} (the first: "
                f"{distinct[0]}). Nothing was changed; sync {reference.sync_first} first."
            )
        for number, wanted in lost.items():
            row = resolved.pop(number)
            warnings.append(
                f"{row['external_id']} of the {what} refers to {wanted}, which is not in {target.fullname}, and was "
                f"left as it is. The next sync of {reference.sync_first} brings it, if it is new."
            )
        for row in resolved.values():
            row[reference.column] = known[row[reference.column]]
    return list(resolved.values()), warnings


def _refuse_repeats(rows: Sequence[Row], key: Sequence[str], what: str) -> None:
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        value = _key(row, key)
        if value in seen:
            raise BridgeError(
                f"Among the {what}, {', '.join(map(str, value))} comes twice. Nothing was changed; run again, and if "
                "it stays so, look at it in Administrate."
            )
        seen.add(value)
