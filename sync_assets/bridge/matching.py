"""Finds out which Administrate record is which tutorial row: pure functions of keys and ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Final, Protocol, TypeVar

from sync_assets.bridge.candidates import (
    BridgeCandidate,
    Discrepancy,
    DiscrepancyKind,
    Matching,
    Side,
    TutorialCandidate,
    Verdict,
    Words,
)
from sync_assets.bridge.held_links import HeldLinks, with_links_as_they_are
from sync_assets.bridge.suggestions import MOST_ROWS, Suggestions


def match(bridge: Iterable[BridgeCandidate], tutorial: Iterable[TutorialCandidate], words: Words) -> Matching:
    """Match live bridge rows to active tutorial rows by scope and key.

    A key that occurs once on each side is a link. A key that occurs twice on either side is ambiguous: none of its rows
    is linked. An empty key, or a missing scope where `words` names one, matches nothing. A held link stays, whatever
    the keys say, and its tutorial row is linked to nothing else; it is a discrepancy if the two sides disagree with it.

    A row or record that is not open steps back behind open ones of its own side with the same key, and where it has no
    partner it is no discrepancy: it may be a partner of an open one, and nobody misses one for it.
    """
    return _Match(bridge, tutorial, words).result()


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def scope(self) -> int | None: ...
    @property
    def is_open(self) -> bool: ...


C = TypeVar("C", bound=_Keyed)
_STEPS_BACK: Final[Verdict] = (DiscrepancyKind.UNMATCHED, "an open one has its key")


class _Match:
    def __init__(self, bridge: Iterable[BridgeCandidate], tutorial: Iterable[TutorialCandidate], words: Words) -> None:
        self.words = words
        tutorial_rows = {row.id: row for row in sorted(tutorial, key=lambda row: row.id)}
        self.rows = [row for row in tutorial_rows.values() if row.is_active]
        self.rows_by_key = _by_key(self.rows)
        self.row_ids = tutorial_rows.keys()
        records = with_links_as_they_are(sorted(bridge, key=lambda record: record.id), tutorial_rows)
        self.records_by_key = _by_key(records)
        held = HeldLinks(records, tutorial_rows, words)
        self.taken_over = frozenset(record.id for record in records if record.adopted and self._agrees(record, held))
        self.records = [replace(record, held=False) if record.id in self.taken_over else record for record in records]
        self.held = HeldLinks(self.records, tutorial_rows, words)
        self.near_rows = Suggestions(
            [row for row in self.rows if row.is_open and not self._records_of(row)], lambda row: str(row.id)
        )
        self.near_records = Suggestions(
            [each for each in self.records if each.is_open and not each.held and not self._rows_of(each)],
            lambda each: each.external_id,
        )
        self.suggests = len(self.near_rows) + len(self.near_records) <= MOST_ROWS

    def result(self) -> Matching:
        links: dict[int, int | None] = {}
        discrepancies: list[Discrepancy] = []
        for record in self.records:
            if record.held:
                verdict = self.held.verdict(record)
            else:
                verdict = self._verdict_of_record(record)
                links[record.id] = None if verdict else self._rows_of(record)[0].id
            if verdict and self._is_told(record, verdict, self._rows_of(record)):
                kind, why = verdict
                discrepancies.append(
                    Discrepancy(Side.ADMINISTRATE, kind, record.key, record.name, record.external_id, why)
                )
        for row in self.rows:
            verdict = None if self.held.of_row(row.id) else self._verdict_of_row(row)
            if verdict and self._is_told(row, verdict, self._records_of(row)):
                kind, why = verdict
                discrepancies.append(Discrepancy(Side.TUTORIAL, kind, row.key, row.name, str(row.id), why))
        held = {record.id: record.linked_to for record in self.records if record.held}
        lost = frozenset(record.id for record in self.records if self._has_lost_its_row(record))
        return Matching(links, discrepancies, held, self.taken_over, lost)

    def _rows_of(self, record: BridgeCandidate) -> Sequence[TutorialCandidate]:
        return self.rows_by_key.get((record.scope, record.key), ())

    def _records_of(self, row: _Keyed) -> Sequence[BridgeCandidate]:
        return self.records_by_key.get((row.scope, row.key), ())

    def _has_lost_its_row(self, record: BridgeCandidate) -> bool:
        before = record.linked_before
        return record.linked_to is None and before is not None and before not in self.row_ids

    def _agrees(self, record: BridgeCandidate, held: HeldLinks) -> bool:
        """Say whether a held link is the very one that matching would set."""
        rows = self._rows_of(record)
        return (
            record.linked_to is not None
            and not _steps_back(record, self._records_of(record))
            and self._verdict(record, len(self._records_of(record)), len(rows), Side.ADMINISTRATE) is None
            and rows[0].id == record.linked_to
            and len(held.of_row(record.linked_to)) == 1
        )

    def _is_told(self, candidate: _Keyed, verdict: Verdict, others: Sequence[_Keyed]) -> bool:
        """Say whether a verdict is reported: a held link always is; `others` are those there with its key."""
        kind, _ = verdict
        if candidate.is_open or kind is DiscrepancyKind.HELD_LINK:
            return True
        return kind is DiscrepancyKind.AMBIGUOUS and any(other.is_open for other in others)

    def _verdict_of_record(self, record: BridgeCandidate) -> Verdict | None:
        if _steps_back(record, self._records_of(record)):
            return _STEPS_BACK
        rows = self._rows_of(record)
        verdict = self._verdict(record, len(self._records_of(record)), len(rows), Side.ADMINISTRATE)
        if verdict is None and (holders := self.held.of_row(rows[0].id)):
            why = f"tutorial row {rows[0].id} is held by a link to {holders[0].external_id}"
            verdict = DiscrepancyKind.UNMATCHED, why
        if verdict and not rows and self._has_place(record) and self.suggests:
            verdict = verdict[0], verdict[1] + self.near_rows.perhaps(record)
        if verdict and verdict[0] is DiscrepancyKind.UNMATCHED and self._has_lost_its_row(record):
            why = f"tutorial row {record.linked_before}, which it was linked to, was deleted; {verdict[1]}"
            return DiscrepancyKind.ROW_DELETED, why
        return verdict

    def _verdict_of_row(self, row: TutorialCandidate) -> Verdict | None:
        if _steps_back(row, self.rows_by_key[row.scope, row.key]):
            return _STEPS_BACK
        records = self._records_of(row)
        verdict = self._verdict(row, len(self.rows_by_key[row.scope, row.key]), len(records), Side.TUTORIAL)
        if verdict is None and records[0].held and records[0].id not in self.taken_over:
            return DiscrepancyKind.UNMATCHED, f"somebody unlinked {records[0].external_id} from this row"
        if verdict and not records and self._has_place(row) and self.suggests:
            return verdict[0], verdict[1] + self.near_records.perhaps(row)
        return verdict

    def _has_place(self, candidate: _Keyed) -> bool:
        """Say whether a candidate has what it is matched by, so that its key is what is wrong with it."""
        return bool(candidate.key) and (candidate.scope is not None or not self.words.scope)

    def _verdict(self, candidate: _Keyed, own: int, other: int, side: Side) -> Verdict | None:
        """Say why a candidate has no link, None where it has one; `own` and `other` count the rows of its key."""
        words = self.words
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


def _by_key(candidates: Iterable[C]) -> dict[Hashable, list[C]]:
    """Return those of one side by scope and key: the open ones, or all where none is open."""
    grouped: dict[Hashable, list[C]] = defaultdict(list)
    for candidate in candidates:
        grouped[candidate.scope, candidate.key].append(candidate)
    return {place: [each for each in group if each.is_open] or group for place, group in grouped.items()}


def _steps_back(candidate: _Keyed, foremost: Sequence[_Keyed]) -> bool:
    """Say whether a candidate is left out for open ones; `foremost` are those of its own side and key that are not."""
    return not candidate.is_open and any(other.is_open for other in foremost)


__all__ = [
    "BridgeCandidate",
    "Discrepancy",
    "DiscrepancyKind",
    "Matching",
    "Side",
    "TutorialCandidate",
    "Words",
    "match",
]
