"""Which rows a list no longer has, and how many of them may be marked as removed without somebody's word.

Removals are measured over days. A list that loses a fifth in every run would otherwise be followed to its end, a fifth
at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Interval,
    Table,
    Text,
    and_,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or_update

from sync_assets.bridge.bridge_table import METADATA
from sync_assets.bridge.errors import TooManyRemovals

MOST_REMOVALS, MOST_REMOVED_PART = 5, 0.2
"""More than this many rows and more than this part of the live rows are not removed without being allowed to."""
WINDOW = timedelta(days=7)
"""Over which time removals are counted together, unless a setting says otherwise."""

removal_allowances = Table(
    "removal_allowances",
    METADATA,
    Column("table_name", Text, primary_key=True),
    Column("allowed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
"""When removals of a table were last allowed by somebody: what had gone by then counts no more."""


@dataclass(frozen=True, slots=True)
class RemovalLimits:
    """What bounds the removals of a table.

    `allowed` says that somebody has looked and allows any number. `window` is the time over which they are counted.
    `per` names a column: the rows of each of its values are bounded by themselves.
    """

    allowed: bool = False
    window: timedelta = WINDOW
    per: str | None = None


@dataclass(frozen=True, slots=True)
class AbsentRow:
    """A live row that was not given: its id and key, the id of the record that it comes from, its value of `per`."""

    id: int
    key: tuple[Any, ...]
    record_id: str
    group: str | None


def is_too_many(count: int, of: int) -> bool:
    """Say whether so many of so many rows are more than happens in a tenant that is well."""
    return count > max(MOST_REMOVALS, of * MOST_REMOVED_PART)


def absent_rows(
    connection: Connection,
    table: Table,
    present: Iterable[tuple[Any, ...]],
    key: Sequence[str],
    *,
    record_id: ColumnElement[Any] | None = None,
    per: str | None = None,
) -> list[AbsentRow]:
    """Return the live rows of a table whose key is not among those present.

    `record_id` is the external id of the record that a row comes from, if it is not the row's own.
    """
    present_keys = set(present)
    record = table.c.external_id if record_id is None else record_id
    group = null() if per is None else table.c[per]
    rows = connection.execute(
        select(table.c.id, record, group, *(table.c[name] for name in key))
        .where(table.c.removed_at.is_(None))
        .order_by(table.c.id)
    )
    return [
        AbsentRow(id_, tuple(values), record_id, group)
        for id_, record_id, group, *values in rows
        if tuple(values) not in present_keys
    ]


def refuse_removals(
    connection: Connection,
    table: Table,
    absent: Sequence[AbsentRow],
    present: Counter[str | None],
    key: Sequence[str],
    *,
    what: str,
    limits: RemovalLimits,
) -> None:
    """Raise TooManyRemovals where more rows are absent than may be removed, earlier removals within the window counted.

    `present` counts the rows that were given, by their value of `limits.per`.
    """
    if limits.allowed:
        return
    absent_by_group = Counter(row.group for row in absent)
    for group, live, recent in _live_and_recent(connection, table, key, limits):
        gone = absent_by_group[group]
        kind = what if group is None else f"{what} of {group}"
        nothing_changed = "Nothing was changed. If they really are gone, run again with allow_removals."
        if gone and gone == live and not present[group]:
            raise TooManyRemovals(
                f"Administrate gave no {kind} at all, and {live} are in {table.fullname}. {nothing_changed}"
            )
        if gone and is_too_many(gone + recent, live + recent):
            before = (
                f", and {recent} more were removed in the {limits.window / timedelta(days=1):g} days before"
                if recent
                else ""
            )
            raise TooManyRemovals(
                f"{gone} of {live} {kind} in {table.fullname} no longer come from Administrate{before}: more than a "
                f"fifth. {nothing_changed}"
            )


def mark_removed(connection: Connection, table: Table, rows: Sequence[AbsentRow], limits: RemovalLimits) -> None:
    """Mark rows as removed and take their links away; note it where somebody has allowed removals.

    `linked_by` and `linked_row_id` stay, so that the link comes back with the record.
    """
    if not rows:
        return
    if limits.allowed:
        allowance = insert_or_update(removal_allowances).values(table_name=table.name)
        connection.execute(
            allowance.on_conflict_do_update(index_elements=["table_name"], set_={"allowed_at": func.now()})
        )
    link = {table.info["link"]: None} if "link" in table.info else {}
    connection.execute(
        update(table)
        .where(table.c.id.in_([row.id for row in rows]))
        .values(removed_at=func.now(), updated_at=func.now(), **link)
    )


def _live_and_recent(
    connection: Connection, table: Table, key: Sequence[str], limits: RemovalLimits
) -> list[tuple[str | None, int, int]]:
    """Count by group the live rows, and those that were removed within the window and have not come back."""
    live_row = table.alias("live_row")
    is_back = (
        select(live_row.c.id)
        .where(live_row.c.removed_at.is_(None), *(live_row.c[name] == table.c[name] for name in key))
        .exists()
    )
    allowed_at = (
        select(removal_allowances.c.allowed_at).where(removal_allowances.c.table_name == table.name).scalar_subquery()
    )
    since = func.greatest(func.now() - literal(limits.window, Interval), allowed_at)
    group = null() if limits.per is None else table.c[limits.per]
    is_live, is_recent = table.c.removed_at.is_(None), and_(table.c.removed_at > since, ~is_back)
    counts = select(group, func.count().filter(is_live), func.count().filter(is_recent)).where(or_(is_live, is_recent))
    if limits.per is not None:
        counts = counts.group_by(group)
    return [(row[0], row[1], row[2]) for row in connection.execute(counts)]
