"""An upload into both systems, from its key to its report: read this first. Knows nothing of how it is run.

An upload only proposes plans. What is planned is written here, and then brought about from the plans alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.locks import tenant_lock
from sync_assets.bridge.migrate import require_current
from sync_assets.event_import.administrate_side.bring_about import bring_about
from sync_assets.event_import.administrate_side.clock import Clock
from sync_assets.event_import.administrate_side.run import AdministrateRun
from sync_assets.event_import.administrate_side.sending import Sender
from sync_assets.event_import.event_proposals import EventProposal, propose_events
from sync_assets.event_import.import_options import ImportOptions
from sync_assets.event_import.planned_tables import EventState
from sync_assets.event_import.problems import Problem, ProblemKind
from sync_assets.event_import.reference.load import load_reference
from sync_assets.event_import.report import EventProgress, ImportReport
from sync_assets.event_import.report_of_import import report_of
from sync_assets.event_import.row_outcomes import record_rows
from sync_assets.event_import.stored_uploads import Upload, load_upload
from sync_assets.event_import.validation.resolution import ValidationOptions
from sync_assets.event_import.validation.validate import Validation, validate_upload
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.writing.journal import Journal
from sync_assets.event_import.writing.planned_event import PlannedEvent
from sync_assets.event_import.writing.write_plans import PlanNotWritten, write_plans
from sync_assets.tutorial.layout import Layout, layout_of

Progress = Callable[[EventProgress], None]


def import_upload(
    engine: Engine,
    client: AdministrateClient,
    key: str,
    options: ImportOptions | None = None,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> ImportReport:
    """Import a stored upload: write what it plans, and bring that about in Administrate.

    `progress` is called with each event that has come to a new state, by one thread at a time. The quiet time is
    measured by `clock`, which is also waited on. What is wrong with rows or events is in the report. Raises
    UnknownUpload, WorkbookRefused, TutorialTablesUnknown, and BridgeError: PrerequisiteMissing where reference data has
    not been synced, TenantBusy where another run is writing, LockLost where another may be.
    """
    options = options or ImportOptions()
    before = client.requests_sent
    with _alone(engine, options) as guard:
        upload, layout, validation = _read(engine, key, options)
        proposals, unavailable = propose_events(engine, client, layout, validation, options.code_prefix)
        problems = [*validation.problems, *_refusals(proposals)]
        sender = Sender(client, options.mutations_per_request, guard)
        if not options.dry_run:
            is_held_back = options.all_or_nothing and any(problem.is_error for problem in problems)
            if not is_held_back:
                problems += _write(engine, layout, key, proposals, options)
            run = AdministrateRun(
                client,
                sender,
                Journal(engine, layout),
                _teller(progress),
                timedelta(seconds=options.quiet_seconds),
                clock or Clock(),
            )
            events = [each.event for each in proposals if each.event is not None]
            error = bring_about(run, events, patience=options.patience_seconds)
            unavailable = unavailable or error
            problems += _refused_by_administrate(proposals)
        report = report_of(upload, validation, proposals, problems, options, str(unavailable) if unavailable else None)
        report = report.counted(client.requests_sent - before, sender.mutations_sent)
        record_rows(engine, validation, report)
    return report


@contextmanager
def _alone(engine: Engine, options: ImportOptions) -> Iterator[Callable[[], None]]:
    """Hold the lock on the tenant, and give what raises where it is lost; a dry run writes nothing and needs none."""
    if options.dry_run:
        yield lambda: None
    else:
        with tenant_lock(engine, exclusive=True) as lock:
            yield lock.require


def _read(engine: Engine, key: str, options: ImportOptions) -> tuple[Upload, Layout, Validation]:
    with engine.connect() as connection:
        require_current(connection)
        upload = load_upload(connection, key)
        layout = layout_of(connection)
        checked = ValidationOptions(options.approve_instructors, options.tax_type, datetime.now(UTC).date())
        return upload, layout, validate_upload(upload.content, load_reference(connection), checked)


def _write(
    engine: Engine, layout: Layout, key: str, proposals: Sequence[EventProposal], options: ImportOptions
) -> list[Problem]:
    """Write every plan before anything is sent, so that all are there whatever happens after."""
    to_write = [
        (each, plan)
        for each in proposals
        if (plan := each.to_write(apply=options.apply_changes, published=options.change_published)) is not None
    ]
    written, refused = write_plans(
        engine,
        layout,
        key,
        [plan for _, plan in to_write],
        datetime.now(UTC),
        prefix=options.code_prefix,
        together=options.all_or_nothing,
    )
    by_title = {event.title_key: event for event in written}
    for each, _ in to_write:
        each.event = by_title.get(each.title_key, each.event)
    return [_not_written(each, problem) for each, plan in to_write for problem in refused if problem.plan is plan]


def _not_written(proposal: EventProposal, refused: PlanNotWritten) -> Problem:
    return proposal.resolved.upload.row.problem(columns.EVENT_TITLE, refused.sentence, ProblemKind.DUPLICATE)


def _refusals(proposals: Sequence[EventProposal]) -> list[Problem]:
    """Return a problem for each event that somebody has to decide about before anything is written."""
    return [
        each.resolved.upload.row.problem(columns.EVENT_TITLE, each.refusal, ProblemKind.REFUSED)
        for each in proposals
        if each.refusal is not None
    ]


def _refused_by_administrate(proposals: Sequence[EventProposal]) -> list[Problem]:
    return [
        each.resolved.upload.row.problem(columns.EVENT_TITLE, each.event.refusal, ProblemKind.REFUSED)
        for each in proposals
        if each.event is not None and each.event.state is EventState.REFUSED and each.event.refusal
    ]


def _teller(progress: Progress | None) -> Callable[[PlannedEvent], None]:
    telling = threading.Lock()

    def tell(event: PlannedEvent) -> None:
        if progress is None:
            return
        is_waiting = event.failure is not None
        has_ended = is_waiting or event.state in (EventState.AGREED, EventState.REFUSED)
        with telling:
            progress(
                EventProgress(
                    event.title,
                    str(event.state),
                    has_ended,
                    event.tutorial_event_id,
                    event.external_id,
                    event.refusal or event.failure,
                )
            )

    return tell
