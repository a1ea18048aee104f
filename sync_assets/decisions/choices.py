"""Open discrepancies as somebody decides about them: the row, what it may belong to, and what can be done about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from sync_assets.bridge.candidates import DiscrepancyKind, Side
from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.bridge.link import Link
from sync_assets.decisions.compared_rows import ComparedRow, ComparedRows
from sync_assets.decisions.decision import Action
from sync_assets.entities.entity import Entity
from sync_assets.entities.entity_creation import InAdministrate

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
    connection: Connection, entity: Entity[Any], ids: Collection[int] | None = None
) -> list[OpenDiscrepancy]:
    """Return the open discrepancies of an entity that is linked, in the order of side, kind and key.

    With `ids`, those that have one of these keys (of `find_discrepancies`); what it costs is what these cost.
    """
    assert entity.link is not None  # noqa: S101 - only entities with a link have discrepancies
    rows: list[Any] = list(read_discrepancies(connection, entity.name, ids=ids).itertuples())
    places = [(Side(row.side), str(row.record_id)) for row in rows]
    compared = ComparedRows(connection, entity.name, entity.link, places)
    partners = [compared.partner(*place) for place in places]
    near = [compared.near(*place) for place in places]
    facts = _facts_of(connection, entity, entity.link, rows, [*partners, *chain.from_iterable(near)])
    return [
        _open(entity, row, partner, others, facts) for row, partner, others in zip(rows, partners, near, strict=True)
    ]


def _open(
    entity: Entity[Any], row: Any, partner: ComparedRow | None, near: Sequence[ComparedRow], facts: Facts
) -> OpenDiscrepancy:
    side, kind = Side(row.side), DiscrepancyKind(row.kind)

    def shown(other: ComparedRow) -> NearRow:
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


def _facts_of(
    connection: Connection, entity: Entity[Any], link: Link, rows: Iterable[Any], others: Iterable[ComparedRow | None]
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
