"""What some rows of an entity are compared with: their partners, and the rows of the other side that have none."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, cast, func, or_, select

from sync_assets.bridge.bridge_table import discrepancies
from sync_assets.bridge.candidates import Side
from sync_assets.bridge.link import Link
from sync_assets.near_names import NearNames
from sync_assets.text import match_key

MOST_COMPARED: Final = 2000
"""Rows of the other side without a partner, up to which the nearest of them are looked for."""


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A row of a side, as far as it is compared. `partner` is the row that a record is linked to."""

    side: Side
    id: str
    name: str
    key: str
    scope: Hashable
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class _WithoutPartner:
    """The rows of a scope without a partner by key, and their keys by likeness where they are not too many."""

    by_key: Mapping[str, Sequence[ComparedRow]]
    names: NearNames | None


class ComparedRows:
    """Rows of both sides that are looked at, by `places` (side and id); nothing else of their tables is read whole."""

    def __init__(self, connection: Connection, entity: str, link: Link, places: Collection[tuple[Side, str]]) -> None:
        self._connection = connection
        self._entity = entity
        self._link = link
        there = {id_ for side, id_ in places if side is Side.ADMINISTRATE}
        here = {id_ for side, id_ in places if side is Side.TUTORIAL}
        table = link.table
        records = self._records(or_(table.c.external_id.in_(there), table.c[link.column].in_(map(int, here))))
        partners = {each.partner for each in records if each.id in there and each.partner}
        row_ids = here | partners
        # Selecting no row costs as much as selecting some where both sides are matched by what others know of them.
        rows = self._tutorial_rows(link.tutorial_table.c.id.in_(map(int, row_ids))) if row_ids else []
        self._rows = {Side.ADMINISTRATE: _by_id(records), Side.TUTORIAL: _by_id(rows)}
        self._without_partner = {
            _other(side): self._read_without_partner(_other(side), self._keys(side, ids))
            for side, ids in ((Side.ADMINISTRATE, there), (Side.TUTORIAL, here))
            if ids
        }

    def partner(self, side: Side, record_id: str) -> ComparedRow | None:
        """Return the row of the other side that a row is linked to, if it is one."""
        row = self._rows[side].get(record_id)
        if row is None:
            return None
        if side is Side.ADMINISTRATE:
            return self._rows[Side.TUTORIAL].get(row.partner or "")
        records = [each for each in self._rows[Side.ADMINISTRATE].values() if each.partner == record_id]
        return records[0] if len(records) == 1 else None

    def near(self, side: Side, record_id: str) -> tuple[ComparedRow, ...]:
        """Return the rows of the other side without a partner that have the same key, or else those most like it."""
        row = self._rows[side].get(record_id)
        others = self._without_partner[_other(side)].get(row.scope) if row else None
        if row is None or others is None:
            return ()
        like = others.names.like(row.key) if others.names else ()
        return (*others.by_key.get(row.key, ()), *(each for key in like for each in others.by_key[key]))

    def _keys(self, side: Side, ids: Iterable[str]) -> set[str]:
        return {row.key for id_ in ids if (row := self._rows[side].get(id_))}

    def _read_without_partner(self, side: Side, keys: Collection[str]) -> Mapping[Hashable, _WithoutPartner]:
        """Return the rows of a side without a partner by scope; of too many, those that have one of some keys."""
        table = discrepancies
        listed = select(table.c.record_id).where(table.c.entity == self._entity, table.c.side == side.value)
        count = self._connection.scalar(select(func.count()).select_from(listed.subquery())) or 0
        compares = count <= MOST_COMPARED
        if not compares:
            listed = listed.where(table.c.key.in_(keys))
        if side is Side.ADMINISTRATE:
            found = self._records(self._link.table.c.external_id.in_(listed))
        else:
            ids = select(cast(listed.subquery().c.record_id, BigInteger))
            found = self._tutorial_rows(self._link.tutorial_table.c.id.in_(ids))
        by_scope: dict[Hashable, dict[str, list[ComparedRow]]] = {}
        for row in found:
            if row.key:
                by_scope.setdefault(row.scope, {}).setdefault(row.key, []).append(row)
        return {
            scope: _WithoutPartner(by_key, NearNames(by_key) if compares else None)
            for scope, by_key in by_scope.items()
        }

    def _records(self, which: Any) -> list[ComparedRow]:
        rows = self._connection.execute(self._link.records.where(which).order_by(self._link.table.c.id))
        return [
            ComparedRow(
                Side.ADMINISTRATE,
                row.external_id,
                row.name or "",
                match_key(row.key),
                row.scope,
                None if row.linked_to is None else str(row.linked_to),
            )
            for row in rows
        ]

    def _tutorial_rows(self, which: Any) -> list[ComparedRow]:
        rows = self._connection.execute(self._link.tutorial_rows.where(which).order_by(self._link.tutorial_table.c.id))
        return [ComparedRow(Side.TUTORIAL, str(row.id), row.name or "", match_key(row.key), row.scope) for row in rows]


def _by_id(rows: Iterable[ComparedRow]) -> dict[str, ComparedRow]:
    return {row.id: row for row in rows}


def _other(side: Side) -> Side:
    return Side.TUTORIAL if side is Side.ADMINISTRATE else Side.ADMINISTRATE
