"""What an entity's link is: both sides of it, and what they are matched on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Table, case, cast, func, null, select, true

from sync_assets.bridge.matching import Words

Sides = str | tuple[ColumnElement[Any], ColumnElement[Any]]
"""What both sides have: the name of a column of both tables, or an expression for each, the bridge's first."""


@dataclass(frozen=True, slots=True)
class Link:
    """How the rows of a bridge table find their tutorial rows.

    `table` was declared with a link, which names the tutorial table and the foreign key. `key` is the text that both
    sides are matched on, `name` what a person reads (unset: the key), `scope` an id that narrows the key. `also_read`
    are the tutorial tables that these expressions read beside the linked one. `known` selects (external_id,
    tutorial_id) of records and rows that are known to be each other by their ids, each record once: they are partners
    whatever their keys say, and only the others are matched on the key. `is_open` says for a day which records and rows
    are open, each of its own table (unset: all are); what that means is said in `matching.match`.
    """

    table: Table
    words: Words
    key: Sides
    name: Sides | None = None
    scope: Sides | None = None
    also_read: tuple[Table, ...] = ()
    known: Select[Any] | None = None
    is_open: Callable[[date], tuple[ColumnElement[bool], ColumnElement[bool]]] | None = None

    @property
    def column(self) -> str:
        """The bridge table's foreign key to the tutorial table."""
        return str(self.table.info["link"])

    @property
    def tutorial_table(self) -> Table:
        """The table that the foreign key points at."""
        (target,) = self.table.c[self.column].foreign_keys
        return target.column.table

    @property
    def tutorial_tables(self) -> tuple[Table, ...]:
        """All tutorial tables that are read."""
        return (self.tutorial_table, *self.also_read)

    @property
    def records(self) -> Select[Any]:
        """Select the live bridge rows.

        As (id, external_id, name, key, scope, linked_to, linked_by, linked_row_id, match_key): `key` is the text that
        the key is made from, `match_key` the key that is stored.
        """
        table = self.table
        source, name, key, scope = self._records_matched_on()
        return (
            select(
                table.c.id,
                table.c.external_id,
                name.label("name"),
                key.label("key"),
                cast(scope, BigInteger).label("scope"),
                table.c[self.column].label("linked_to"),
                table.c.linked_by,
                table.c.linked_row_id,
                table.c.match_key,
            )
            .select_from(source)
            .where(table.c.removed_at.is_(None))
        )

    @property
    def tutorial_rows(self) -> Select[Any]:
        """Select all tutorial rows as (id, name, key, scope, is_active); where no flag is kept, all are active."""
        table = self.tutorial_table
        is_active = table.c.is_active if "is_active" in table.c else true().label("is_active")
        name, key, scope = self._matched_on(1, table)
        source: Any = table
        if self.known is not None:
            pairs, records = self.known.subquery("known_pairs"), self.table
            known = (
                select(pairs.c.tutorial_id)
                .join(records, records.c.external_id == pairs.c.external_id)
                .where(records.c.removed_at.is_(None))
                .distinct()
                .subquery("known_rows")
            )
            source = table.outerjoin(known, known.c.tutorial_id == table.c.id)
            scope = case((known.c.tutorial_id.is_not(None), _of_known(table.c.id)), else_=scope)
        matched_on = name.label("name"), key.label("key"), cast(scope, BigInteger).label("scope")
        return select(table.c.id, *matched_on, is_active).select_from(source)

    def records_on(self, day: date) -> Select[Any]:
        """Select the live bridge rows as `records` does, with `is_open` on a day."""
        is_open = true() if self.is_open is None else self.is_open(day)[0]
        return self.records.add_columns(is_open.label("is_open"))

    def tutorial_rows_on(self, day: date) -> Select[Any]:
        """Select all tutorial rows as `tutorial_rows` does, with `is_open` on a day."""
        is_open = true() if self.is_open is None else self.is_open(day)[1]
        return self.tutorial_rows.add_columns(is_open.label("is_open"))

    def _records_matched_on(self) -> tuple[Any, ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]:
        """Return where records come from, with their name, key and scope.

        A record and a row that are known to be each other share the key of the row, in a scope that only they have.
        """
        table, row = self.table, self.tutorial_table
        name, key, scope = self._matched_on(0, table)
        if self.known is None:
            return table, name, key, scope
        known = self.known.subquery("known_records")
        source = table.outerjoin(known, known.c.external_id == table.c.external_id)
        source = source.outerjoin(row, row.c.id == known.c.tutorial_id)
        key = func.coalesce(_of_side(self.key, 1, row), key)
        return source, name, key, case((row.c.id.is_not(None), _of_known(row.c.id)), else_=scope)

    def _matched_on(self, side: int, table: Table) -> tuple[ColumnElement[Any], ...]:
        key = _of_side(self.key, side, table)
        name = key if self.name is None else _of_side(self.name, side, table)
        return name, key, null() if self.scope is None else _of_side(self.scope, side, table)


def _of_known(row_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a scope that no id is: ids are positive."""
    return -row_id


def _of_side(sides: Sides, side: int, table: Table) -> ColumnElement[Any]:
    return table.c[sides] if isinstance(sides, str) else sides[side]
