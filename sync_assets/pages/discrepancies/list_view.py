"""What the page of an entity's discrepancies shows: the rows that somebody looks for, a page of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection

from sync_assets.bridge.candidates import DiscrepancyKind, Side
from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.bridge.discrepancy_history import read_counts
from sync_assets.decisions.choices import OpenDiscrepancy, open_discrepancies
from sync_assets.entities import ENTITIES, Entity
from sync_assets.pages.discrepancies.words import Choice, choices_for
from sync_assets.pages.shown_rows import ShownRows, shown_rows
from sync_assets.text import match_key

PER_PAGE: Final = 50
IGNORED: Final = "right"
"""What the address says of a list of rows that somebody has called right as they are."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for: open rows or ignored ones, on a side, of a kind, with words in name, key or id."""

    ignored: bool = False
    side: Side | None = None
    kind: DiscrepancyKind | None = None
    words: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Sought:
        """Return what an address asks for; what it says wrongly counts for nothing."""
        side, kind = query.get("side"), query.get("kind")
        return cls(
            query.get("show") == IGNORED,
            Side(side) if side in set(Side) else None,
            DiscrepancyKind(kind) if kind in set(DiscrepancyKind) else None,
            query.get("q", "").strip(),
        )

    @property
    def query(self) -> Mapping[str, object]:
        """The address' query that asks for this."""
        return {"show": IGNORED if self.ignored else "", "side": self.side, "kind": self.kind, "q": self.words}

    @property
    def is_narrowed(self) -> bool:
        """Whether something is looked for."""
        return bool(self.side or self.kind or self.words)


@dataclass(frozen=True, slots=True)
class EntityCount:
    """An entity with its open and its ignored discrepancies."""

    entity: Entity[Any]
    open_rows: int
    ignored: int


@dataclass(frozen=True, slots=True)
class DiscrepancyList:
    """A page of an entity's discrepancies. Open ones are in `shown` whole, ignored ones as rows of a frame."""

    rows: ShownRows[Any]
    shown: Sequence[OpenDiscrepancy]
    choices: Sequence[Choice]
    kinds: Sequence[DiscrepancyKind]
    all_rows: int


def entity_of(name: str) -> Entity[Any] | None:
    """Return the entity of a name if it has two sides."""
    entity = ENTITIES.get(name)
    return entity if entity is not None and entity.link is not None else None


def count_entities(connection: Connection) -> list[EntityCount]:
    """Return every entity that has two sides with its counts."""
    still_open = read_discrepancies(connection)["entity"].value_counts()
    ignored = read_discrepancies(connection, ignored=True)["entity"].value_counts()
    return [
        EntityCount(entity, int(still_open.get(name, 0)), int(ignored.get(name, 0)))
        for name, entity in ENTITIES.items()
        if entity.link
    ]


def counts_over_time(connection: Connection, entity: str | None = None) -> pd.DataFrame:
    """Return how many were open over time, of all entities or of one."""
    counts = read_counts(connection)
    return counts if entity is None else counts[counts["entity"] == entity]


def list_discrepancies(connection: Connection, entity: Entity[Any], sought: Sought, number: str) -> DiscrepancyList:
    """Return the page with this number of what somebody looks for; only its rows are looked at closely."""
    frame = read_discrepancies(connection, entity.name, ignored=sought.ignored)
    kinds = [kind for kind in DiscrepancyKind if (frame["kind"] == kind.value).any()]
    found: list[Any] = list(_matching(frame, sought).itertuples())
    rows = shown_rows(found, number, PER_PAGE)
    if sought.ignored:
        return DiscrepancyList(rows, (), choices_for(frozenset(), ignored=True), kinds, len(frame))
    shown = open_discrepancies(connection, entity, {(Side(row.side), row.record_id) for row in rows})
    actions = frozenset(action for each in shown for action in each.actions)
    return DiscrepancyList(rows, shown, choices_for(actions, ignored=False), kinds, len(frame))


def _matching(frame: pd.DataFrame, sought: Sought) -> pd.DataFrame:
    if sought.side is not None:
        frame = frame[frame["side"] == sought.side.value]
    if sought.kind is not None:
        frame = frame[frame["kind"] == sought.kind.value]
    if words := match_key(sought.words):
        texts = zip(frame["name"], frame["key"], frame["record_id"], strict=True)
        frame = frame[[any(words in match_key(text) for text in row) for row in texts]]
    return frame
