"""What became of the decisions or actions of a run, as its log tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from sync_assets.bridge.decision_log import read_decisions
from sync_assets.decisions.decision import DecisionOutcome
from sync_assets.pages.drift.drift_words import OUTCOMES

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    DecisionOutcome.DONE.value: ("done", "good"),
    DecisionOutcome.FAILED.value: ("not done", "bad"),
    DecisionOutcome.BEGUN.value: ("at work", "new"),
    **{outcome.value: words for outcome, words in OUTCOMES.items()},
}


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """One row or event: its name, what became of it in a word (with the kind of its badge) and in a sentence."""

    name: str
    words: str
    badge: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Decided:
    """All of them, in the order in which they were carried out, and how many came to what."""

    rows: Sequence[DecidedRow]
    counts: Mapping[str, int]
    who: str
    reason: str


def read_decided(connection: Connection, run_id: str) -> Decided:
    """Return what became of a run so far."""
    log = read_decisions(connection, run_id=run_id)
    # What has begun is only of interest until its end is known.
    is_over = log.duplicated(["entity", "side", "record_id", "name", "action"], keep="last")
    log = log[~(is_over & (log["outcome"] == DecisionOutcome.BEGUN.value))]
    lines: list[Any] = list(log.itertuples())
    rows = []
    for line in lines:
        words, badge = _WORDS.get(line.outcome, (line.outcome, ""))
        rows.append(DecidedRow(line.name or line.record_id, words, badge, line.sentence))
    who, reason = (lines[0].who, lines[0].reason) if lines else ("", "")
    return Decided(rows, Counter(row.words for row in rows), who, reason)
