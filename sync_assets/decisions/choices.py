"""Open discrepancies as somebody decides about them: the row, what it may belong to, and what can be done about it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from sync_assets.bridge.bridge_table import discrepancies
from sync_assets.bridge.candidates import DiscrepancyKind, Side
from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.bridge.link import Link
from sync_assets.decisions.decision import Action
from sync_assets.entities.entity import Entity
from sync_assets.entities.entity_creation import InAdministrate
from sync_assets.near_names import NearNames
from sync_assets.text import match_key

MOST_COMPARED: Final = 2000
"""Rows of the other side without a partner, up to which the nearest of them are looked for."""

_BOOKKEEPING: Final = frozenset(
    {"id", "external_id", "linked_by", "linked_row_id", "match_key", "created_at", "updated_at", "last_synced"}
    | {"removed_at", "key", "password"}
)


@dataclass(frozen=True, slots=True)
class NearRow:
    """A row of the other side that a row may belong to: its id there, its name, and its facts as text."""

    id: str
    name: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OpenDiscrepancy:
    """A discrepancy that nobody ignores.

    `facts` are the columns of the row that say something, as text. `partner` is the row that a held link points at,
    `near` are the rows without a partner whose key is most like its own. `actions` are the decisions that can be tried.
    """

    entity: str
    side: Side
    record_id: str
    kind: DiscrepancyKind
    key: str
    name: str
    why: str
    found_at: datetime
    facts: Mapping[str, str]
    partner: NearRow | None
    near: tuple[NearRow, ...]
    actions: tuple[Action, ...]


def open_discrepancies(connection: Connection, entity: Entity[Any]) -> list[OpenDiscrepancy]:
    """Return the open discrepancies of an entity that is linked, in the order of side, kind and key."""
    assert entity.link is not None  # noqa: S101 - only entities with a link have discrepancies
    rows = read_discrepancies(connection, entity.name)
    sides = _Sides(connection, entity, entity.link)
    return [_open(entity, row, sides) for row in rows.itertuples()]


def _open(entity: Entity[Any], row: Any, sides: _Sides) -> OpenDiscrepancy:
    side, kind = Side(row.side), DiscrepancyKind(row.kind)
    return OpenDiscrepancy(
        entity=entity.name,
        side=side,
        record_id=row.record_id,
        kind=kind,
        key=row.key,
        name=row.name,
        why=row.why,
        found_at=row.found_at.to_pydatetime(),
        facts=sides.facts(side, row.record_id),
        partner=sides.partner(side, row.record_id),
        near=sides.near(side, row.record_id),
        actions=actions_for(entity, side, kind),
    )


def actions_for(entity: Entity[Any], side: Side, kind: DiscrepancyKind) -> tuple[Action, ...]:
    """Return the decisions that can be tried about a row, the usual one first."""
    if kind is DiscrepancyKind.HELD_LINK:
        return (Action.unlink, Action.ignore)
    if kind is DiscrepancyKind.HELD_APART:
        return (Action.link, Action.unlink, Action.ignore)
    if kind is DiscrepancyKind.AMBIGUOUS or entity.creation is None:
        return (Action.link, Action.ignore)
    if side is Side.ADMINISTRATE:
        return (Action.link, Action.create_tutorial, Action.ignore)
    if isinstance(entity.creation.in_administrate, InAdministrate):
        return (Action.link, Action.create_administrate, Action.ignore)
    return (Action.link, Action.ignore)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a side, as far as it is compared and shown."""

    id: str
    name: str
    key: str
    scope: Hashable
    partner: str | None
    facts: Mapping[str, str]

    @property
    def near_row(self) -> NearRow:
        return NearRow(self.id, self.name, self.facts)


class _Sides:
    """All rows of both sides, each by its id."""

    def __init__(self, connection: Connection, entity: Entity[Any], link: Link) -> None:
        table = link.table
        records = connection.execute(link.records).all()
        columns = {
            row["external_id"]: row for row in _rows(connection, select(table).where(table.c.removed_at.is_(None)))
        }
        tutorial = connection.execute(link.tutorial_rows).all()
        wanted = _tutorial_facts(entity, link)
        tutorial_columns = {row["id"]: row for row in _rows(connection, wanted)}
        self._link_column = link.column
        self._rows = {
            Side.ADMINISTRATE: {
                row.external_id: _Row(
                    row.external_id,
                    row.name or "",
                    match_key(row.key),
                    row.scope,
                    None if row.linked_to is None else str(row.linked_to),
                    self._texts(columns[row.external_id]),
                )
                for row in records
            },
            Side.TUTORIAL: {
                str(row.id): _Row(
                    str(row.id),
                    row.name or "",
                    match_key(row.key),
                    row.scope,
                    None,
                    self._texts(tutorial_columns.get(row.id, {})),
                )
                for row in tutorial
            },
        }
        self._near = {side: self._near_names(connection, entity, side) for side in Side}

    def facts(self, side: Side, record_id: str) -> Mapping[str, str]:
        row = self._rows[side].get(record_id)
        return row.facts if row else {}

    def partner(self, side: Side, record_id: str) -> NearRow | None:
        row = self._rows[side].get(record_id)
        if row is None:
            return None
        if side is Side.ADMINISTRATE:
            other = self._rows[Side.TUTORIAL].get(row.partner or "")
            return other.near_row if other else None
        records = [each for each in self._rows[Side.ADMINISTRATE].values() if each.partner == record_id]
        return records[0].near_row if len(records) == 1 else None

    def near(self, side: Side, record_id: str) -> tuple[NearRow, ...]:
        """Return the rows of the other side without a partner that have the same key, or else those most like it."""
        row = self._rows[side].get(record_id)
        if row is None:
            return ()
        others, names = self._near[_other(side)].get(row.scope, ({}, None))
        same = others.get(row.key, ())
        like = names.like(row.key) if names else ()
        found = [*same, *(each for key in like for each in others[key])]
        return tuple(each.near_row for each in found)

    def _near_names(
        self, connection: Connection, entity: Entity[Any], side: Side
    ) -> Mapping[Hashable, tuple[Mapping[str, Sequence[_Row]], NearNames | None]]:
        table = discrepancies
        ids = connection.execute(
            select(table.c.record_id).where(table.c.entity == entity.name, table.c.side == side.value)
        ).scalars()
        by_scope: dict[Hashable, dict[str, list[_Row]]] = {}
        known = [row for id_ in ids if (row := self._rows[side].get(id_)) and row.key]
        for row in known:
            by_scope.setdefault(row.scope, {}).setdefault(row.key, []).append(row)
        compare = len(known) <= MOST_COMPARED
        return {scope: (keys, NearNames(keys) if compare else None) for scope, keys in by_scope.items()}

    def _texts(self, row: Mapping[str, Any]) -> Mapping[str, str]:
        return {
            name.replace("_", " "): str(value)
            for name, value in row.items()
            if name not in _BOOKKEEPING and name != self._link_column and value not in (None, "")
        }


def _tutorial_facts(entity: Entity[Any], link: Link) -> Select[Any]:
    return entity.creation.tutorial_facts if entity.creation else select(link.tutorial_table)


def _rows(connection: Connection, wanted: Select[Any]) -> Iterable[Mapping[str, Any]]:
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _other(side: Side) -> Side:
    return Side.TUTORIAL if side is Side.ADMINISTRATE else Side.ADMINISTRATE
