"""Links that are held: which of them come back with their records, and which disagree with what both sides say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sync_assets.bridge.candidates import BridgeCandidate, DiscrepancyKind, TutorialCandidate, Verdict, Words


class HeldLinks:
    """The held links among live records; `rows` are all tutorial rows by id."""

    def __init__(self, records: Sequence[BridgeCandidate], rows: Mapping[int, TutorialCandidate], words: Words) -> None:
        self._rows = rows
        self._words = words
        self._linked = {record.linked_to: record.external_id for record in records}
        self._holders = _holders(records)

    def of_row(self, row_id: int) -> Sequence[BridgeCandidate]:
        """Return the records that hold a tutorial row."""
        return self._holders.get(row_id, ())

    def verdict(self, record: BridgeCandidate) -> Verdict | None:
        """Say what a person should know of a record whose link is held; None where both sides say the same."""
        set_by = "found when the tables were taken over" if record.adopted else "set by hand"
        before = record.linked_before
        if record.linked_to is None:
            if before is None:
                return DiscrepancyKind.HELD_APART, "it is held apart by hand: no sync links it"
            if before not in self._rows:
                return DiscrepancyKind.ROW_DELETED, (
                    f"tutorial row {before} was deleted, and the link to it, {set_by}, is held"
                )
            return DiscrepancyKind.HELD_LINK, (
                f"its link to tutorial row {before}, {set_by}, went while Administrate did not have it, and the row is "
                f"linked to {self._linked[before]} now"
            )
        row = self._rows[record.linked_to]
        reasons = list(self._disagreements(record, row))
        if not reasons:
            return None
        return DiscrepancyKind.HELD_LINK, (
            f"its link to tutorial row {row.id} ({row.name}), {set_by}, is held, and {'; '.join(reasons)}"
        )

    def _disagreements(self, record: BridgeCandidate, row: TutorialCandidate) -> Iterator[str]:
        words = self._words
        if record.key != row.key:
            yield f"the row has another {words.key}"
        if words.scope and record.scope != row.scope:
            yield f"the row has another {words.scope}"
        if not row.is_active:
            yield "the row is inactive"
        others = [other.external_id for other in self.of_row(row.id) if other.id != record.id]
        if others:
            yield f"the row is linked to {', '.join(others)}, too"


def with_links_as_they_are(
    records: Sequence[BridgeCandidate], rows: Mapping[int, TutorialCandidate]
) -> list[BridgeCandidate]:
    """Give held records their links back that have gone with them, and take away links to rows that are not there.

    A link does not come back to a row that is gone, or held by another record.
    """
    existing = [_without_lost_row(record, rows) for record in records]
    taken = set(_holders(existing))
    returned: list[BridgeCandidate] = []
    for record in existing:
        before = record.linked_before
        has_gone = record.held and record.linked_to is None
        if has_gone and before is not None and before in rows and before not in taken:
            returned.append(replace(record, linked_to=before, linked_before=None))
            taken.add(before)
        else:
            returned.append(record)
    return returned


def _without_lost_row(record: BridgeCandidate, rows: Mapping[int, TutorialCandidate]) -> BridgeCandidate:
    if record.linked_to is None or record.linked_to in rows:
        return record
    return replace(record, linked_to=None, linked_before=record.linked_to)


def _holders(records: Iterable[BridgeCandidate]) -> dict[int, list[BridgeCandidate]]:
    """Return the held records by the tutorial row that each is linked to."""
    holders: dict[int, list[BridgeCandidate]] = {}
    for record in records:
        if record.held and record.linked_to is not None:
            holders.setdefault(record.linked_to, []).append(record)
    return holders
