"""What an action has done, event by event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from sync_assets.administrate.errors import AdministrateError
from sync_assets.event_actions.action import EventAction
from sync_assets.event_actions.undertaking import ActionOutcome, Undertaking

_NO_ANSWER: Final = "Something was sent without an answer, and Administrate does not show it yet. Run the action again."


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What became of one event.

    `changes` are what was or would be changed, in words. `sentence` says why it is not as wanted, None where it is.
    """

    title: str
    external_id: str | None
    tutorial_event_id: int | None
    outcome: ActionOutcome
    changes: Sequence[str] = ()
    sentence: str | None = None


def result_of(undertaking: Undertaking, error: AdministrateError | None, *, dry_run: bool = False) -> ActionResult:
    """Return what became of an event; `error` is why Administrate could not be asked to the end."""
    outcome, sentence = _outcome(undertaking, error, dry_run=dry_run)
    event = undertaking.chosen
    return ActionResult(
        event.title, event.external_id, event.tutorial_event_id, outcome, undertaking.work.changes, sentence
    )


def _outcome(
    undertaking: Undertaking, error: AdministrateError | None, *, dry_run: bool
) -> tuple[ActionOutcome, str | None]:
    if undertaking.refusal is not None:
        return ActionOutcome.REFUSED, undertaking.refusal
    if not undertaking.is_to_do:
        return ActionOutcome.AS_WANTED, None
    if dry_run:
        return ActionOutcome.WOULD_BE_DONE, None
    if undertaking.said:
        return ActionOutcome.NOT_FINISHED, " ".join(undertaking.said)
    if undertaking.is_there and not undertaking.open_sessions and not undertaking.is_unknown:
        return ActionOutcome.DONE, None
    if error is not None and not undertaking.is_unknown:
        return ActionOutcome.NOT_FINISHED, str(error)
    return ActionOutcome.NOT_KNOWN, _NO_ANSWER


@dataclass(frozen=True, slots=True)
class ActionReport:
    """What an action did, or would do.

    `only_titled` are the titles of events of Administrate that have the sitting in their title alone, and that were
    left as they are. `unavailable` says why Administrate could not be asked to the end.
    """

    action: EventAction
    dry_run: bool
    results: Sequence[ActionResult]
    only_titled: Sequence[str] = ()
    unavailable: str | None = None
    requests_sent: int = 0
    mutations_sent: int = 0

    @property
    def counts(self) -> Mapping[ActionOutcome, int]:
        """How many events came to which outcome, those that need somebody last."""
        found = Counter(result.outcome for result in self.results)
        return {outcome: found[outcome] for outcome in ActionOutcome if found[outcome]}

    @property
    def is_success(self) -> bool:
        """Whether every event is, or would be, as was asked for."""
        return self.unavailable is None and not any(result.outcome.needs_somebody for result in self.results)

    @property
    def failure(self) -> str | None:
        """Why it is no success, as a sentence."""
        if self.is_success:
            return None
        open_ = [result for result in self.results if result.outcome.needs_somebody]
        first = next((result.sentence for result in open_ if result.sentence), None)
        counted = (
            f"{len(open_)} of {len(self.results)} events are not as asked for; running it again goes on with them."
        )
        return " ".join(part for part in (self.unavailable, counted, f"The first: {first}" if first else None) if part)


def report_as_frame(report: ActionReport) -> pd.DataFrame:
    """Return one row per event: title, outcome, what was changed, why it is not as wanted, and both ids."""
    columns = ["event", "outcome", "changes", "why", "tutorial_event_id", "administrate_id"]
    rows = [
        (
            each.title,
            each.outcome.value,
            ", ".join(each.changes),
            each.sentence or "",
            each.tutorial_event_id,
            each.external_id or "",
        )
        for each in report.results
    ]
    return pd.DataFrame(rows, columns=columns).astype({"tutorial_event_id": "Int64"})
