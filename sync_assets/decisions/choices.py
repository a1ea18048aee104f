"""Open discrepancies as somebody decides about them: the row, what it may belong to, and what can be done about it."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
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
Facts = Mapping[tuple[Side, str], Mapping[str, str]]
"""What the columns of rows say, by side and id."""

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


def open_discrepancies(
    connection: Connection, entity: Entity[Any], only: Collection[tuple[Side, str]] | None = None
) -> list[OpenDiscrepancy]:
    """Return the open discrepancies of an entity that is linked, in the order of side, kind and key.

    With `only`, those of these sides and record ids.
    """
    assert entity.link is not None  # noqa: S101 - only entities with a link have discrepancies
    found: Iterable[Any] = read_discrepancies(connection, entity.name).itertuples()
    rows = [row for row in found if only is None or (Side(row.side), row.record_id) in only]
    sides = _Sides(connection, entity, entity.link)
    partners = [sides.partner(Side(row.side), row.record_id) for row in rows]
    near = [sides.near(Side(row.side), row.record_id) for row in rows]
    facts = _facts_of(connection, entity, entity.link, rows, [*partners, *chain.from_iterable(near)])
    return [
        _open(entity, row, partner, others, facts) for row, partner, others in zip(rows, partners, near, strict=True)
    ]


def _open(entity: Entity[Any], row: Any, partner: _Row | None, near: Sequence[_Row], facts: Facts) -> OpenDiscrepancy:
    side, kind = Side(row.side), DiscrepancyKind(row.kind)

    def shown(other: _Row) -> NearRow:
        return NearRow(other.id, other.name, facts.get((other.side, other.id), {}))

    return OpenDiscrepancy(
        entity=entity.name,
        side=side,
        record_id=row.record_id,
        kind=kind,
        key=row.key,
        name=row.name,
        why=row.why,
        found_at=row.found_at.to_pydatetime(),
        facts=facts.get((side, row.record_id), {}),
        partner=shown(partner) if partner else None,
        near=tuple(shown(other) for other in near),
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
    """A row of a side, as far as it is compared."""

    side: Side
    id: str
    name: str
    key: str
    scope: Hashable
    partner: str | None = None


class _Sides:
    """All rows of both sides, each by its id."""

    def __init__(self, connection: Connection, entity: Entity[Any], link: Link) -> None:
        there, here = Side.ADMINISTRATE, Side.TUTORIAL
        records, rows = connection.execute(link.records).all(), connection.execute(link.tutorial_rows).all()
        self._rows = {
            there: {
                row.external_id: _Row(
                    there,
                    row.external_id,
                    row.name or "",
                    match_key(row.key),
                    row.scope,
                    None if row.linked_to is None else str(row.linked_to),
                )
                for row in records
            },
            here: {str(row.id): _Row(here, str(row.id), row.name or "", match_key(row.key), row.scope) for row in rows},
        }
        self._near = {side: self._near_names(connection, entity, side) for side in Side}

    def partner(self, side: Side, record_id: str) -> _Row | None:
        row = self._rows[side].get(record_id)
        if row is None:
            return None
        if side is Side.ADMINISTRATE:
            return self._rows[Side.TUTORIAL].get(row.partner or "")
        records = [each for each in self._rows[Side.ADMINISTRATE].values() if each.partner == record_id]
        return records[0] if len(records) == 1 else None

    def near(self, side: Side, record_id: str) -> tuple[_Row, ...]:
        """Return the rows of the other side without a partner that have the same key, or else those most like it."""
        row = self._rows[side].get(record_id)
        if row is None:
            return ()
        others, names = self._near[_other(side)].get(row.scope, ({}, None))
        same = others.get(row.key, ())
        like = names.like(row.key) if names else ()
        return (*same, *(each for key in like for each in others[key]))

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


def _facts_of(
    connection: Connection, entity: Entity[Any], link: Link, rows: Iterable[Any], others: Iterable[_Row | None]
) -> Facts:
    """Return what the columns say of rows, as text, by side and id."""
    places = {(Side(row.side), str(row.record_id)) for row in rows} | {(row.side, row.id) for row in others if row}
    there = [id_ for side, id_ in places if side is Side.ADMINISTRATE]
    here = [int(id_) for side, id_ in places if side is Side.TUTORIAL]
    records = select(link.table).where(link.table.c.external_id.in_(there), link.table.c.removed_at.is_(None))
    tutorial = _tutorial_facts(entity, link)
    tutorial = tutorial.where(tutorial.selected_columns["id"].in_(here))
    left_out = {*_BOOKKEEPING, link.column}
    found: dict[tuple[Side, str], Mapping[str, str]] = {}
    for row in connection.execute(records).mappings():
        found[Side.ADMINISTRATE, row["external_id"]] = _texts(row, left_out)
    for row in connection.execute(tutorial).mappings():
        found[Side.TUTORIAL, str(row["id"])] = _texts(row, left_out)
    return found


def _texts(row: Mapping[Any, Any], left_out: Collection[str]) -> Mapping[str, str]:
    return {
        name.replace("_", " "): str(value)
        for name, value in row.items()
        if name not in left_out and value not in (None, "")
    }


def _tutorial_facts(entity: Entity[Any], link: Link) -> Select[Any]:
    return entity.creation.tutorial_facts if entity.creation else select(link.tutorial_table)


def _other(side: Side) -> Side:
    return Side.TUTORIAL if side is Side.ADMINISTRATE else Side.ADMINISTRATE
