"""An upload into both systems, from its key to its report. Knows nothing of how it is run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Engine

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.locks import tenant_lock
from sync_assets.bridge.migrate import require_current
from sync_assets.event_import.administrate_side.sending import Sender
from sync_assets.event_import.administrate_side.write import write_to_administrate
from sync_assets.event_import.import_tables import ImportState
from sync_assets.event_import.problems import Problem
from sync_assets.event_import.reference.load import load_reference
from sync_assets.event_import.report import EventOutcome, EventProgress, EventReport, ImportReport
from sync_assets.event_import.rows import record_rows
from sync_assets.event_import.stored_uploads import Upload, load_upload
from sync_assets.event_import.validation.resolution import ResolvedEvent, ValidationOptions
from sync_assets.event_import.validation.validate import RowVerdict, Validation, validate_upload
from sync_assets.event_import.workbook.corrections import error_workbook
from sync_assets.event_import.writing.journal import Journal
from sync_assets.event_import.writing.progress import EventInProgress, ImportedEvent, load_imported
from sync_assets.event_import.writing.tutorial_side import write_events

MUTATIONS_PER_REQUEST: Final = 20
_OF_NO_EVENT: Final = "(rows above the first event)"

Progress = Callable[[EventProgress], None]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How an upload is imported.

    With `dry_run` it is validated and nothing is written to either side. With `all_or_nothing` no event is begun while
    one is in error. `approve_instructors` has Administrate approve instructors where that is missing. `tax_type` is the
    name or id of the tax type of all events, None to find it out.
    """

    dry_run: bool = False
    all_or_nothing: bool = False
    approve_instructors: bool = False
    mutations_per_request: int = MUTATIONS_PER_REQUEST
    tax_type: str | None = None

    def __post_init__(self) -> None:
        if self.mutations_per_request < 1:
            raise ValueError(f"A request carries at least one mutation, not {self.mutations_per_request}.")


def import_upload(
    engine: Engine,
    client: AdministrateClient,
    key: str,
    options: ImportOptions | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a stored upload, or carry on where an earlier run of it has stopped.

    `progress` is called with each event that has come to a new state, by one thread at a time. What is wrong with rows
    or events is in the report. Raises UnknownUpload, WorkbookRefused, and BridgeError: PrerequisiteMissing where
    reference data has not been synced, TenantBusy where another run is writing.
    """
    options = options or ImportOptions()
    with nullcontext() if options.dry_run else tenant_lock(engine, exclusive=True):
        return _Import(engine, client, key, options, progress).run()


class _Import:
    """One run of an upload."""

    def __init__(
        self, engine: Engine, client: AdministrateClient, key: str, options: ImportOptions, progress: Progress | None
    ) -> None:
        self._engine = engine
        self._client = client
        self._options = options
        self._progress = progress
        self._telling = threading.Lock()
        self._sender = Sender(client, options.mutations_per_request)
        self._unavailable: str | None = None
        self._in_progress: dict[int, EventInProgress] = {}
        checked = ValidationOptions(options.approve_instructors, options.tax_type)
        with engine.connect() as connection:
            require_current(connection)
            self._upload: Upload = load_upload(connection, key)
            self._begun: dict[int, ImportedEvent] = load_imported(connection, key)
            self._validation: Validation = validate_upload(
                self._upload.content, load_reference(connection, key), checked
            )
        self._problems: list[Problem] = self._relevant_problems()

    def run(self) -> ImportReport:
        requests_before = self._client.requests_sent
        if not self._options.dry_run and not self._is_held_back():
            self._write_locally()
            self._write_remotely()
        reports = self._reports()
        record_rows(self._engine, self._upload.key, self._validation, reports, self._begun, self._problems)
        return ImportReport(
            upload_key=self._upload.key,
            file_name=self._upload.file_name,
            dry_run=self._options.dry_run,
            events=tuple(reports),
            problems=tuple(self._problems),
            requests_sent=self._client.requests_sent - requests_before,
            mutations_sent=self._sender.mutations_sent,
            unavailable=self._unavailable,
            error_workbook=self._error_workbook(reports),
        )

    def _relevant_problems(self) -> list[Problem]:
        """Leave out what is wrong by now with events that are complete: it changes nothing any more."""
        complete = {
            row.row
            for row in self._validation.rows
            if row.event_row in self._begun and self._begun[row.event_row].state is ImportState.COMPLETE
        }
        return [problem for problem in self._validation.problems if problem.row not in complete]

    def _is_held_back(self) -> bool:
        return self._options.all_or_nothing and any(problem.is_error for problem in self._problems)

    def _write_locally(self) -> None:
        """Write every event that is new before anything is sent, so that all are there whatever happens after."""
        new = [event for event in self._validation.ready if event.upload.row.number not in self._begun]
        if not new:
            return
        now = datetime.now(UTC)
        written = write_events(self._engine, self._upload.key, new, now, together=self._options.all_or_nothing)
        self._problems = sorted([*self._problems, *written.problems], key=lambda problem: problem.row)
        for begun in written.begun:
            self._begun[begun.row] = begun
            self._tell(begun)

    def _write_remotely(self) -> None:
        for event in self._validation.ready:
            begun = self._begun.get(event.upload.row.number)
            if begun is not None and begun.state is not ImportState.COMPLETE:
                self._in_progress[begun.row] = EventInProgress(event, begun)
        if not self._in_progress:
            return
        error = write_to_administrate(
            self._client,
            Journal(self._engine),
            self._sender,
            list(self._in_progress.values()),
            lambda event: self._tell(event.begun),
        )
        self._unavailable = None if error is None else str(error)

    def _tell(self, begun: ImportedEvent) -> None:
        if self._progress is None:
            return
        told = EventProgress(begun.title, begun.state, begun.tutorial_event_id, begun.external_id, begun.failure)
        with self._telling:
            self._progress(told)

    def _reports(self) -> list[EventReport]:
        rows: dict[int | None, list[int]] = {}
        for row in self._validation.rows:
            rows.setdefault(row.event_row, []).append(row.row)
        first = {row.event_row: row for row in reversed(self._validation.rows)}
        ready = {event.upload.row.number: event for event in self._validation.ready}
        errors = {problem.row for problem in self._problems if problem.is_error}
        reports: list[EventReport] = []
        for event_row, numbers in rows.items():
            outcome, sentence = self._outcome(event_row, first[event_row].outcome, errors.isdisjoint(numbers))
            begun = None if event_row is None else self._begun.get(event_row)
            event: ResolvedEvent | None = None if event_row is None else ready.get(event_row)
            in_progress = None if event_row is None else self._in_progress.get(event_row)
            reports.append(
                EventReport(
                    title=event.upload.title if event else first[event_row].event_title or _OF_NO_EVENT,
                    course_template_code=first[event_row].course_template_code,
                    rows=tuple(numbers),
                    outcome=outcome,
                    done=tuple(in_progress.done) if in_progress else (),
                    tutorial_event_id=begun.tutorial_event_id if begun else None,
                    external_id=begun.external_id if begun else None,
                    sentence=sentence or self._said_of(numbers, outcome),
                    warnings=tuple(begun.warnings) if begun else (),
                )
            )
        return reports

    def _outcome(self, event_row: int | None, verdict: RowVerdict, is_clean: bool) -> tuple[EventOutcome, str | None]:
        begun = None if event_row is None else self._begun.get(event_row)
        in_progress = None if event_row is None else self._in_progress.get(event_row)
        if begun is not None and begun.state is ImportState.COMPLETE:
            if in_progress is None:
                return EventOutcome.COMPLETE, None
            return (EventOutcome.ADOPTED if in_progress.is_adopted else EventOutcome.IMPORTED), None
        if verdict is RowVerdict.ERROR or not is_clean:
            return EventOutcome.ERROR, None
        if verdict is RowVerdict.DUPLICATE:
            return EventOutcome.DUPLICATE, None
        if begun is not None:
            why = (in_progress.failure if in_progress else None) or self._unavailable or begun.failure
            return EventOutcome.WAITING, why or "Administrate does not have all of it yet; run the upload again."
        if self._options.dry_run:
            return EventOutcome.READY, None
        return EventOutcome.READY, "Not imported, since other events of the file are in error (all or nothing)."

    def _said_of(self, numbers: list[int], outcome: EventOutcome) -> str | None:
        if outcome not in {EventOutcome.ERROR, EventOutcome.DUPLICATE}:
            return None
        said = [str(problem) for problem in self._problems if problem.row in numbers]
        return " ".join(said) or None

    def _error_workbook(self, reports: list[EventReport]) -> bytes | None:
        """Return the rows to correct: of an event that was begun, another file would be a duplicate."""
        rows = {
            row
            for report in reports
            if report.outcome is EventOutcome.ERROR and report.tutorial_event_id is None
            for row in report.rows
        }
        if not rows:
            return None
        return error_workbook(self._upload.content, self._validation.sheet, rows, self._problems)
