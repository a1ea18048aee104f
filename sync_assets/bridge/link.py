"""What an entity's link is: both sides of it, and what they are matched on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Table, cast, null, select, true

from sync_assets.bridge.matching import Words

Sides = str | tuple[ColumnElement[Any], ColumnElement[Any]]
"""What both sides have: the name of a column of both tables, or an expression for each, the bridge's first."""


@dataclass(frozen=True, slots=True)
class Link:
    """How the rows of a bridge table find their tutorial rows.

    `table` was declared with a link, which names the tutorial table and the foreign key. `key` is the text that both
    sides are matched on, `name` what a person reads (unset: the key), `scope` an id that narrows the key. `also_read`
    are the tutorial tables that these expressions read beside the linked one.
    """

    table: Table
    words: Words
    key: Sides
    name: Sides | None = None
    scope: Sides | None = None
    also_read: tuple[Table, ...] = ()

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
        return select(
            table.c.id,
            table.c.external_id,
            *self._matched_on(0, table),
            table.c[self.column].label("linked_to"),
            table.c.linked_by,
            table.c.linked_row_id,
            table.c.match_key,
        ).where(table.c.removed_at.is_(None))

    @property
    def tutorial_rows(self) -> Select[Any]:
        """Select all tutorial rows as (id, name, key, scope, is_active); where no flag is kept, all are active."""
        table = self.tutorial_table
        is_active = table.c.is_active if "is_active" in table.c else true().label("is_active")
        return select(table.c.id, *self._matched_on(1, table), is_active)

    def _matched_on(self, side: int, table: Table) -> tuple[ColumnElement[Any], ...]:
        key = _of_side(self.key, side, table)
        name = key if self.name is None else _of_side(self.name, side, table)
        scope = null() if self.scope is None else _of_side(self.scope, side, table)
        return name.label("name"), key.label("key"), cast(scope, BigInteger).label("scope")


def _of_side(sides: Sides, side: int, table: Table) -> ColumnElement[Any]:
    return table.c[sides] if isinstance(sides, str) else sides[side]
