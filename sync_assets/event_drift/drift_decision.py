"""What people decide about differences of events, and what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd


# The members are named as they are written: a run's config takes an enumeration by its members' names.
class DriftChoice(StrEnum):
    """What is to be done about a difference."""

    take_theirs = "take_theirs"
    """Write here what Administrate has."""
    send_ours = "send_ours"
    """Send to Administrate what is here."""
    leave_apart = "leave_apart"
    """Leave both as they are, and say no more of it until one of them changes again."""


@dataclass(frozen=True, slots=True)
class DriftDecision:
    """A choice about an event, named by its id in Administrate, its title or its tutorial id.

    `fields` are named as the differences are, such as "Max places" or "Day 2, Location"; none means all that differ.
    """

    event: str
    choice: DriftChoice
    fields: tuple[str, ...] = ()
    reason: str = ""


class DriftOutcome(StrEnum):
    """What became of a decision about a field."""

    DONE = "done"
    WOULD_BE_DONE = "would be done"
    NOTHING_TO_DO = "nothing to do"
    """The two sides do not differ there any more."""
    REFUSED = "refused"
    """It may not or cannot be done; nothing was changed."""
    NOT_FINISHED = "not finished"
    """Administrate refused it, or did not answer."""

    @property
    def needs_somebody(self) -> bool:
        """Whether it is not as it was decided."""
        return self in (DriftOutcome.REFUSED, DriftOutcome.NOT_FINISHED)


@dataclass(frozen=True, slots=True)
class DriftResult:
    """What became of one field of a decision, in a sentence."""

    decision: DriftDecision
    title: str
    external_id: str
    field: str
    outcome: DriftOutcome
    sentence: str


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What became of decisions, one result per event and field."""

    dry_run: bool
    results: Sequence[DriftResult]
    requests_sent: int = 0
    mutations_sent: int = 0

    @property
    def counts(self) -> Mapping[DriftOutcome, int]:
        """How many fields came to which outcome."""
        found = Counter(result.outcome for result in self.results)
        return {outcome: found[outcome] for outcome in DriftOutcome if found[outcome]}

    @property
    def failure(self) -> str | None:
        """Why not all is as it was decided, None where it is."""
        open_ = [result for result in self.results if result.outcome.needs_somebody]
        if not open_:
            return None
        return (
            f"{len(open_)} of {len(self.results)} fields are not as decided; the others do not depend on them. The "
            f"first: {open_[0].title}: {open_[0].sentence}"
        )


def report_as_frame(report: DriftReport) -> pd.DataFrame:
    """Return one row per event and field: event, field, choice, outcome, what became of it, the id, the reason."""
    columns = ["event", "field", "choice", "outcome", "what", "administrate_id", "reason"]
    rows = [
        (
            each.title,
            each.field,
            each.decision.choice.value,
            each.outcome.value,
            each.sentence,
            each.external_id,
            each.decision.reason,
        )
        for each in report.results
    ]
    return pd.DataFrame(rows, columns=columns)
