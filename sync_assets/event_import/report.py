"""What an import did, as its reader wants it: an entry an event, counts, problems, and the rows to correct."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sync_assets.event_import.problems import Problem


class EventOutcome(StrEnum):
    """What became of an event in a run."""

    READY = "ready"
    """It can be imported, and this run was not to: a dry run, or all or nothing with another event in error."""
    IMPORTED = "imported"
    """This run has completed it."""
    ADOPTED = "adopted"
    """This run has completed it, from a draft that was in Administrate already."""
    COMPLETE = "already complete"
    """An earlier run of the same upload has completed it."""
    DUPLICATE = "duplicate"
    """It is in the file or on one of the two sides already, from elsewhere; it was skipped."""
    ERROR = "in error"
    """Something in the file or in the reference data holds it back."""
    WAITING = "waiting for Administrate"
    """Its tutorial rows are there, and Administrate does not have all of it yet; the same upload is to be run again."""


@dataclass(frozen=True, slots=True)
class EventProgress:
    """A sign of life: an event that has come to a state (`tables.State`), or why it has not."""

    title: str
    state: str
    tutorial_event_id: int | None
    external_id: str | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class EventReport:
    """An event of the file: its Excel rows, what became of it, what this run did, and both ids as far as there are any.

    `sentence` says why it is not complete; it is None where there is nothing to say.
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


@dataclass(frozen=True, slots=True)
class ImportReport:
    """A run of an upload.

    `unavailable` is a sentence where the run had to stop asking Administrate. `error_workbook` is an .xlsx with the
    rows of the events in error that nothing was written of, None if there are none.
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

    @property
    def counts(self) -> Mapping[EventOutcome, int]:
        """How many events came to each outcome, zeros included."""
        found = Counter(event.outcome for event in self.events)
        return {outcome: found[outcome] for outcome in EventOutcome}

    @property
    def waiting(self) -> tuple[EventReport, ...]:
        """The events that wait for Administrate."""
        return tuple(event for event in self.events if event.outcome is EventOutcome.WAITING)

    @property
    def in_error(self) -> tuple[EventReport, ...]:
        """The events that something holds back."""
        return tuple(event for event in self.events if event.outcome is EventOutcome.ERROR)

    @property
    def is_success(self) -> bool:
        """Whether nothing is in error and nothing waits."""
        return not self.waiting and not self.in_error and self.unavailable is None
