"""What an import did: one entry per event, plus counts, problems, and the rows to correct."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from sync_assets.event_import.planning.comparison import FieldChange
from sync_assets.event_import.problems import Problem


class EventOutcome(StrEnum):
    """What became of an event in a run. The values are stored; `words` are what people read."""

    CREATED = "created"
    """This run has brought it to both sides."""
    CHANGED = "changed"
    """This run has changed it to what the file says."""
    SAME = "same"
    """Both sides are as the file says."""
    DUPLICATE = "duplicate"
    """It stands in the file twice; this copy was skipped."""
    WOULD_CREATE = "would_create"
    """A dry run: it would be created."""
    WOULD_CHANGE = "would_change"
    """A dry run with leave to change: it would be changed."""
    HELD_BACK = "held_back"
    """It could be imported, and another event of the file is in error (all or nothing)."""
    DIFFERS = "differs"
    """A side is not as the file says, and it was left so: without leave, or since somebody else has changed it."""
    WAITING = "waiting"
    """Administrate does not have all of it yet; it needs time, and a later run goes on."""
    REFUSED = "refused"
    """It needs somebody: Administrate refused it, or has an event of this title that is somebody else's."""
    ERROR = "error"
    """Something in the file or in the reference data holds it back."""

    @property
    def words(self) -> str:
        """The outcome as people read it."""
        return _WORDS[self]


_WORDS: Final[Mapping[EventOutcome, str]] = {
    EventOutcome.CREATED: "created",
    EventOutcome.CHANGED: "changed",
    EventOutcome.SAME: "as the file says",
    EventOutcome.DUPLICATE: "twice in the file",
    EventOutcome.WOULD_CREATE: "would be created",
    EventOutcome.WOULD_CHANGE: "would be changed",
    EventOutcome.HELD_BACK: "held back by other events",
    EventOutcome.DIFFERS: "differs",
    EventOutcome.WAITING: "waiting for Administrate",
    EventOutcome.REFUSED: "refused",
    EventOutcome.ERROR: "in error",
}

DONE: Final = frozenset({EventOutcome.CREATED, EventOutcome.CHANGED, EventOutcome.SAME, EventOutcome.DUPLICATE})
"""The outcomes of an event that both sides have as the file says."""
WOULD_BE_DONE: Final = frozenset({EventOutcome.WOULD_CREATE, EventOutcome.WOULD_CHANGE})
TO_CORRECT: Final = frozenset({EventOutcome.ERROR, EventOutcome.REFUSED})
"""The outcomes whose rows go into the error workbook."""
URGENCY: Final = (
    EventOutcome.ERROR,
    EventOutcome.REFUSED,
    EventOutcome.WAITING,
    EventOutcome.DIFFERS,
    EventOutcome.HELD_BACK,
    EventOutcome.WOULD_CHANGE,
    EventOutcome.WOULD_CREATE,
    EventOutcome.DUPLICATE,
    EventOutcome.CHANGED,
    EventOutcome.CREATED,
    EventOutcome.SAME,
)
"""The outcomes in the order in which they need somebody."""


@dataclass(frozen=True, slots=True)
class EventProgress:
    """A sign of life: an event that has come to a state (`EventState`), waits or was refused.

    `has_ended` says that this run does no more about it; `sentence` says why it is not as planned, None where it is.
    """

    title: str
    state: str
    has_ended: bool
    tutorial_event_id: int | None
    external_id: str | None
    sentence: str | None


@dataclass(frozen=True, slots=True)
class EventReport:
    """An event of the file: its Excel rows, what became of it, what this run did, and both ids as far as there are any.

    `sentence` says why it is not as the file says; it is None where there is nothing to say. `changes` are the fields
    that differ or differed.
    """

    title: str
    course_template_code: str
    rows: tuple[int, ...]
    outcome: EventOutcome
    done: tuple[str, ...] = ()
    tutorial_event_id: int | None = None
    external_id: str | None = None
    sentence: str | None = None
    warnings: tuple[str, ...] = ()
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """A run of an upload.

    `unavailable` is a sentence where the run had to stop asking Administrate. `error_workbook` is an .xlsx with the
    rows of the events that somebody has to correct, None if there are none.
    """

    upload_key: str
    file_name: str
    dry_run: bool
    events: tuple[EventReport, ...]
    problems: tuple[Problem, ...]
    requests_sent: int
    mutations_sent: int
    unavailable: str | None
    error_workbook: bytes | None

    def counted(self, requests: int, mutations: int) -> ImportReport:
        """Return the report with the requests and mutations that the run has sent."""
        return replace(self, requests_sent=requests, mutations_sent=mutations)

    @property
    def counts(self) -> Mapping[EventOutcome, int]:
        """How many events came to each outcome, zeros included."""
        found = Counter(event.outcome for event in self.events)
        return {outcome: found[outcome] for outcome in EventOutcome}

    def of(self, *outcomes: EventOutcome) -> tuple[EventReport, ...]:
        """Return the events of some outcomes."""
        return tuple(event for event in self.events if event.outcome in outcomes)

    @property
    def of_no_event(self) -> tuple[Problem, ...]:
        """The problems that belong to no event of the file: those of its headings and hidden columns."""
        rows = {row for event in self.events for row in event.rows}
        return tuple(problem for problem in self.problems if problem.row not in rows)

    @property
    def not_done(self) -> tuple[EventReport, ...]:
        """The events that are not on both sides as the file says, or would not be; the most urgent first."""
        good = DONE | WOULD_BE_DONE if self.dry_run else DONE
        return tuple(
            sorted(
                (event for event in self.events if event.outcome not in good),
                key=lambda event: URGENCY.index(event.outcome),
            )
        )

    @property
    def is_success(self) -> bool:
        """Whether every event of the file is on both sides as the file says; of a dry run, would be."""
        return not self.not_done and self.unavailable is None

    @property
    def failure(self) -> str | None:
        """Say how many events are not as the file says, with the first names; None for a success."""
        if self.is_success:
            return None
        counts = Counter(event.outcome for event in self.not_done)
        told = ", ".join(f"{counts[outcome]} {outcome.words}" for outcome in URGENCY if counts[outcome])
        names = ", ".join(event.title for event in self.not_done[:3]) + (" …" if len(self.not_done) > 3 else "")
        why = self.unavailable or next((event.sentence for event in self.not_done if event.sentence), None) or ""
        if not self.not_done:
            return why
        return f"{len(self.not_done)} of {len(self.events)} events are not as the file says: {told} ({names}). {why}"
