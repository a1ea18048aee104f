"""Finds out which Administrate record is which tutorial row: pure functions of keys and ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar


@dataclass(frozen=True, slots=True)
class TutorialCandidate:
    """An active tutorial row: its id, its match key, and the name that people know.

    `scope` narrows the key: a venue's name counts within its tutorial location. It is None where nothing narrows it.
    """

    id: int
    key: str
    name: str
    scope: int | None = None


@dataclass(frozen=True, slots=True)
class BridgeCandidate:
    """A live bridge row: like a tutorial candidate, with the tutorial row that it is linked to at present.

    `held` says that somebody decided about the link, or that there is none; matching leaves it alone.
    """

    id: int
    key: str
    name: str
    external_id: str
    scope: int | None = None
    linked_to: int | None = None
    held: bool = False


class Side(StrEnum):
    """The side that a row without a link is on."""

    TUTORIAL = "tutorial"
    ADMINISTRATE = "administrate"


class DiscrepancyKind(StrEnum):
    """Why a row has no link."""

    UNMATCHED = "unmatched"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A row of either side without a link.

    `record_id` is the tutorial row's id as text, or the record's external id.
    """

    side: Side
    kind: DiscrepancyKind
    key: str
    name: str
    record_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Matching:
    """The result of matching: the links that there should be (bridge id to tutorial id or None), and discrepancies."""

    links: Mapping[int, int | None]
    discrepancies: Sequence[Discrepancy]


@dataclass(frozen=True, slots=True)
class Words:
    """What sentences call the key ("name", "code") and, where there is one, its scope."""

    key: str
    scope: str | None = None


def match(bridge: Iterable[BridgeCandidate], tutorial: Iterable[TutorialCandidate], words: Words) -> Matching:
    """Match live bridge rows to active tutorial rows by scope and key.

    A key that occurs once on each side is a link. A key that occurs twice on either side is ambiguous: none of its rows
    is linked. An empty key, or a missing scope where `words` names one, matches nothing. A held link stays, whatever
    the keys say, and its tutorial row is linked to nothing else.
    """
    records = sorted(bridge, key=lambda row: row.id)
    rows = sorted(tutorial, key=lambda row: row.id)
    records_by_key, rows_by_key = _by_key(records), _by_key(rows)
    holders = {record.linked_to: record for record in records if record.held and record.linked_to is not None}

    links: dict[int, int | None] = {}
    discrepancies: list[Discrepancy] = []
    for record in records:
        if record.held:
            continue
        same = rows_by_key.get((record.scope, record.key), [])
        verdict = _verdict(record, len(records_by_key[record.scope, record.key]), len(same), Side.ADMINISTRATE, words)
        if verdict is None and (holder := holders.get(same[0].id)):
            verdict = DiscrepancyKind.UNMATCHED, f"tutorial row {same[0].id} is held by a link to {holder.external_id}"
        links[record.id] = None if verdict else same[0].id
        if verdict:
            kind, why = verdict
            discrepancies.append(Discrepancy(Side.ADMINISTRATE, kind, record.key, record.name, record.external_id, why))
    for row in rows:
        if row.id in holders:
            continue
        candidates = records_by_key.get((row.scope, row.key), [])
        verdict = _verdict(row, len(rows_by_key[row.scope, row.key]), len(candidates), Side.TUTORIAL, words)
        if verdict is None and candidates[0].held:
            verdict = DiscrepancyKind.UNMATCHED, f"somebody unlinked {candidates[0].external_id} from this row"
        if verdict:
            kind, why = verdict
            discrepancies.append(Discrepancy(Side.TUTORIAL, kind, row.key, row.name, str(row.id), why))
    return Matching(links, discrepancies)


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def scope(self) -> int | None: ...


C = TypeVar("C", bound=_Keyed)


def _by_key(candidates: Iterable[C]) -> dict[Hashable, list[C]]:
    grouped: dict[Hashable, list[C]] = defaultdict(list)
    for candidate in candidates:
        grouped[candidate.scope, candidate.key].append(candidate)
    return grouped


def _verdict(candidate: _Keyed, own: int, other: int, side: Side, words: Words) -> tuple[DiscrepancyKind, str] | None:
    """Say why a candidate has no link, None where it has one; `own` and `other` count the rows of its key."""
    within = f" in its {words.scope}" if words.scope else ""
    if not candidate.key:
        return DiscrepancyKind.UNMATCHED, f"it has no {words.key}"
    if words.scope and candidate.scope is None:
        return DiscrepancyKind.UNMATCHED, (
            f"its {words.scope} has no link" if side is Side.ADMINISTRATE else f"it has no {words.scope}"
        )
    if own > 1 or other > 1:
        in_administrate, in_tutorial = (own, other) if side is Side.ADMINISTRATE else (other, own)
        return DiscrepancyKind.AMBIGUOUS, (
            f"this {words.key}{within} occurs {in_administrate} x in Administrate "
            f"and {in_tutorial} x on the tutorial side"
        )
    if other == 0:
        partner = "active tutorial row" if side is Side.ADMINISTRATE else "Administrate record"
        return DiscrepancyKind.UNMATCHED, f"no {partner} has this {words.key}{within}"
    return None
