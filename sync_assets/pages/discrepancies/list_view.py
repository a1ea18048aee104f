"""What the page of an entity's discrepancies shows: the rows that somebody looks for, a page of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from sync_assets.bridge.candidates import DiscrepancyKind, Side
from sync_assets.bridge.discrepancies import count_discrepancies, find_discrepancies, read_discrepancies
from sync_assets.decisions.choices import open_discrepancies
from sync_assets.entities import ENTITIES, Entity
from sync_assets.pages.discrepancies.words import Choice, choices_for
from sync_assets.pages.shown_rows import ShownRows, rows_of, shown_rows

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
    """A page of an entity's discrepancies: open ones as `OpenDiscrepancy`, ignored ones as rows of a frame.

    `kinds` are those of all `all_rows` discrepancies that are open, or ignored.
    """

    rows: ShownRows[Any]
    choices: Sequence[Choice]
    kinds: Sequence[DiscrepancyKind]
    all_rows: int


def entity_of(name: str) -> Entity[Any] | None:
    """Return the entity of a name if it has two sides."""
    entity = ENTITIES.get(name)
    return entity if entity is not None and entity.link is not None else None


def count_entities(connection: Connection) -> list[EntityCount]:
    """Return every entity that has two sides with its counts."""
    still_open, ignored = count_discrepancies(connection), count_discrepancies(connection, ignored=True)
    return [
        EntityCount(entity, sum(still_open.get(name, {}).values()), sum(ignored.get(name, {}).values()))
        for name, entity in ENTITIES.items()
        if entity.link
    ]


def list_discrepancies(connection: Connection, entity: Entity[Any], sought: Sought, number: str) -> DiscrepancyList:
    """Return the page with this number of what somebody looks for; only its rows are looked at closely."""
    counts = count_discrepancies(connection, ignored=sought.ignored).get(entity.name, {})
    kinds, all_rows = [kind for kind in DiscrepancyKind if kind in counts], sum(counts.values())
    found = find_discrepancies(
        connection, entity.name, kind=sought.kind, side=sought.side, ignored=sought.ignored, words=sought.words
    )

    def read(ids: Sequence[int]) -> Sequence[Any]:
        if sought.ignored:
            return rows_of(read_discrepancies(connection, entity.name, ignored=True, ids=ids))
        return open_discrepancies(connection, entity, ids)

    rows = shown_rows(found, number, read, PER_PAGE)
    actions = frozenset() if sought.ignored else frozenset(action for each in rows for action in each.actions)
    return DiscrepancyList(rows, choices_for(actions, ignored=sought.ignored), kinds, all_rows)
