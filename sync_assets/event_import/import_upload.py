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
from sync_assets.bridge.planned_tables import EventState
from sync_assets.event_import.administrate_side.bring_about import bring_about
from sync_assets.event_import.administrate_side.clock import Clock
from sync_assets.event_import.administrate_side.run import AdministrateRun
from sync_assets.event_import.administrate_side.sending import Sender
from sync_assets.event_import.event_proposals import EventProposal
from sync_assets.event_import.import_options import ImportOptions
from sync_assets.event_import.problems import Problem, ProblemKind
from sync_assets.event_import.proposed_upload import propose_upload
from sync_assets.event_import.report import EventProgress, ImportReport
from sync_assets.event_import.report_of_import import report_of
from sync_assets.event_import.row_outcomes import record_rows
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.writing.journal import Journal
from sync_assets.event_import.writing.planned_event import PlannedEvent
from sync_assets.event_import.writing.write_plans import write_plans
from sync_assets.tutorial.layout import Layout

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
        proposed = propose_upload(engine, client, key, options)
        layout, validation, proposals = proposed.layout, proposed.validation, proposed.proposals
        problems, unavailable = proposed.problems, proposed.unavailable
        sender = Sender(client, options.mutations_per_request, guard)
        if not options.dry_run and not _is_held_back(problems, options):
            problems += _write(engine, layout, key, proposals, options)
        is_held_back = _is_held_back(problems, options)
        if not options.dry_run and not is_held_back:
            run = AdministrateRun(
                client,
                sender,
                Journal(engine, layout),
                _teller(progress),
                timedelta(seconds=options.quiet_seconds),
                clock or Clock(),
            )
            # One whose new plan was not taken is left as it is, and not brought to its former plan.
            events = [each.event for each in proposals if each.event is not None and not each.is_refused_here]
            unavailable = bring_about(run, events, patience=options.patience_seconds) or unavailable
            problems += _refused_by_administrate(proposals)
        report = report_of(
            proposed.upload,
            validation,
            proposals,
            problems,
            options,
            str(unavailable) if unavailable else None,
            is_held_back=is_held_back,
        )
        report = report.counted(client.requests_sent - before, sender.mutations_sent)
        record_rows(engine, validation, report)
    return report


def _is_held_back(problems: Sequence[Problem], options: ImportOptions) -> bool:
    """Tell whether nothing is to be written, since an event of the file is in error."""
    return options.all_or_nothing and any(problem.is_error for problem in problems)


@contextmanager
def _alone(engine: Engine, options: ImportOptions) -> Iterator[Callable[[], None]]:
    """Hold the lock on the tenant, and give what raises where it is lost; a dry run writes nothing and needs none."""
    if options.dry_run:
        yield lambda: None
    else:
        with tenant_lock(engine, exclusive=True) as lock:
            yield lock.require


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
    sentences = {id(each.plan): each.sentence for each in refused}
    problems = []
    for each, plan in to_write:
        if each.title_key in by_title:
            each.event, each.was_written = by_title[each.title_key], True
        elif id(plan) in sentences:
            each.is_refused_here = True
            problems.append(_not_written(each, sentences[id(plan)]))
    return problems


def _not_written(proposal: EventProposal, sentence: str) -> Problem:
    return proposal.resolved.upload.row.problem(columns.EVENT_TITLE, sentence, ProblemKind.DUPLICATE)


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
