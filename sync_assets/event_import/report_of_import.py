"""The report of an import, from what the file holds and what became of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sync_assets.bridge.planned_tables import EventState
from sync_assets.event_import.event_proposals import EventProposal
from sync_assets.event_import.import_options import ImportOptions
from sync_assets.event_import.planning.proposal import ProposalKind
from sync_assets.event_import.problems import Problem
from sync_assets.event_import.report import TO_CORRECT, EventOutcome, EventReport, ImportReport
from sync_assets.event_import.stored_uploads import Upload
from sync_assets.event_import.validation.validate import RowOfEvent, RowVerdict, Validation
from sync_assets.event_import.workbook.corrections import error_workbook
from sync_assets.event_import.workbook.sheet import WorkbookRefused

NO_EVENT: Final = "(rows above the first event)"
HELD_BACK: Final = "Not imported, since other events of the file are in error (all or nothing)."
LEAVE: Final = "Import it with --apply-changes (apply_changes) to change both sides."


def report_of(
    upload: Upload,
    validation: Validation,
    proposals: Sequence[EventProposal],
    problems: Iterable[Problem],
    options: ImportOptions,
    unavailable: str | None,
    *,
    is_held_back: bool = False,
) -> ImportReport:
    """Return the report of a run; the requests that it took are counted by whoever ran it.

    `is_held_back` says that nothing was written, since an event of the file is in error (all or nothing).
    """
    told = tuple(sorted(problems, key=lambda problem: problem.row))
    by_row = {each.resolved.upload.row.number: each for each in proposals}
    rows: dict[int | None, list[RowOfEvent]] = {}
    for row in validation.rows:
        rows.setdefault(row.event_row, []).append(row)
    events = []
    for event_row, own in rows.items():
        proposal = None if event_row is None else by_row.get(event_row)
        events.append(_event(own, proposal, told, options, unavailable, is_held_back))
    return ImportReport(
        upload_key=upload.key,
        file_name=upload.file_name,
        dry_run=options.dry_run,
        events=tuple(events),
        problems=told,
        requests_sent=0,
        mutations_sent=0,
        unavailable=unavailable,
        error_workbook=_error_workbook(upload, validation, events, told),
    )


def _event(
    rows: Sequence[RowOfEvent],
    proposal: EventProposal | None,
    problems: Sequence[Problem],
    options: ImportOptions,
    unavailable: str | None,
    is_held_back: bool,
) -> EventReport:
    first = min(rows, key=lambda row: row.row)
    numbers = tuple(row.row for row in rows)
    own = [problem for problem in problems if problem.row in numbers]
    outcome, sentence = _outcome(first, proposal, options, unavailable, is_held_back)
    event = proposal.event if proposal is not None else None
    return EventReport(
        title=proposal.plan.title if proposal else _title(first),
        course_template_code=first.course_template_code,
        rows=numbers,
        outcome=outcome,
        done=tuple(event.done) if event else (),
        tutorial_event_id=event.tutorial_event_id if event else proposal.tutorial_event_id if proposal else None,
        external_id=event.external_id if event else proposal.external_id if proposal else None,
        sentence=sentence or _said(own, outcome),
        warnings=(*_warnings(own, outcome), *(event.warnings if event else ())),
        changes=proposal.proposal.changes if proposal and _shows_changes(proposal) else (),
    )


def _shows_changes(proposal: EventProposal) -> bool:
    return proposal.proposal.kind in (ProposalKind.CHANGE, ProposalKind.REFUSED)


def _outcome(
    first: RowOfEvent,
    proposal: EventProposal | None,
    options: ImportOptions,
    unavailable: str | None,
    is_held_back: bool,
) -> tuple[EventOutcome, str | None]:
    if first.outcome is RowVerdict.DUPLICATE:
        return EventOutcome.DUPLICATE, None
    if first.outcome is RowVerdict.ERROR or proposal is None:
        return EventOutcome.ERROR, None
    kind, event = proposal.proposal.kind, proposal.event
    if kind is ProposalKind.REFUSED:
        return EventOutcome.REFUSED, proposal.proposal.sentence
    if kind is ProposalKind.UNKNOWN:
        return EventOutcome.WAITING, proposal.proposal.sentence
    if proposal.is_refused_here:
        return EventOutcome.ERROR, None
    if event is not None and event.state is EventState.REFUSED and not options.dry_run and not is_held_back:
        return EventOutcome.REFUSED, event.refusal
    if not proposal.was_written and (
        kind is ProposalKind.SAME or (kind is ProposalKind.CHANGE and not _would_change(proposal, options))
    ):
        return _left_alone(proposal, unavailable)
    if is_held_back:
        return EventOutcome.HELD_BACK, HELD_BACK
    if options.dry_run or event is None:
        return _of_dry_run(proposal, options)
    if event.state is not EventState.AGREED:
        why = event.failure or unavailable
        return EventOutcome.WAITING, why or "Administrate does not have all of it yet; run the upload again."
    return _of_agreed(proposal)


def _left_alone(proposal: EventProposal, unavailable: str | None) -> tuple[EventOutcome, str | None]:
    if proposal.proposal.kind is ProposalKind.SAME:
        if unavailable is not None:
            return EventOutcome.WAITING, f"Whether Administrate has it so is not known. {unavailable}"
        return EventOutcome.SAME, None
    return EventOutcome.DIFFERS, _why_different(proposal)


def _why_different(proposal: EventProposal) -> str:
    conflicts, changes = proposal.proposal.conflicts, proposal.proposal.changes
    said = [proposal.proposal.sentence or ""]
    if conflicts:
        said.append(
            "Changed by somebody since both sides agreed, and left alone: " + "; ".join(map(str, conflicts)) + "."
        )
    others = [str(change) for change in changes if change not in conflicts]
    if others:
        said.append("Not as the file says: " + "; ".join(others) + ".")
        said.append(proposal.proposal.guard or LEAVE)
    return " ".join(part for part in said if part)


def _would_change(proposal: EventProposal, options: ImportOptions) -> bool:
    if not options.apply_changes or (proposal.proposal.guard and not options.change_published):
        return False
    return len(proposal.proposal.conflicts) < len(proposal.proposal.changes)


def _of_dry_run(proposal: EventProposal, options: ImportOptions) -> tuple[EventOutcome, str | None]:
    kind, event = proposal.proposal.kind, proposal.event
    if kind is ProposalKind.CHANGE:
        return EventOutcome.WOULD_CHANGE, _why_different(proposal) if proposal.proposal.conflicts else None
    if event is not None:
        return EventOutcome.WOULD_CHANGE if event.agreed.there else EventOutcome.WOULD_CREATE, event.failure
    return EventOutcome.WOULD_CREATE, None


def _of_agreed(proposal: EventProposal) -> tuple[EventOutcome, str | None]:
    if proposal.proposal.conflicts:
        return EventOutcome.DIFFERS, _why_different(proposal)
    if proposal.proposal.kind is ProposalKind.SAME:
        return EventOutcome.SAME, None
    if proposal.proposal.kind is ProposalKind.CHANGE:
        return EventOutcome.CHANGED, None
    return EventOutcome.CREATED, None


def _title(first: RowOfEvent) -> str:
    if first.event_row is None:
        return NO_EVENT
    return first.event_title or f"(row {first.event_row}, without a title)"


def _warnings(problems: Sequence[Problem], outcome: EventOutcome) -> tuple[str, ...]:
    """Return what is to be reported of an event that nothing holds back; else its sentence says it."""
    if outcome in (EventOutcome.ERROR, EventOutcome.DUPLICATE):
        return ()
    return tuple(str(problem) for problem in problems if not problem.is_error)


def _said(problems: Sequence[Problem], outcome: EventOutcome) -> str | None:
    if outcome not in (EventOutcome.ERROR, EventOutcome.DUPLICATE):
        return None
    return " ".join(str(problem) for problem in problems) or None


def _error_workbook(
    upload: Upload, validation: Validation, events: Sequence[EventReport], problems: Sequence[Problem]
) -> bytes | None:
    """Return the rows that somebody has to correct."""
    rows = {row for event in events if event.outcome in TO_CORRECT for row in event.rows}
    try:
        return error_workbook(upload.content, validation.sheet, rows, problems) if rows else None
    except WorkbookRefused:
        # The rows are in the report all the same, and what is done is done.
        return None
