"""How far the events of an upload have come, from the tables: while a run works on them, and after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, select

from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.event_import.import_tables import event_import_rows
from sync_assets.event_import.problems import Problem, ProblemKind, Severity
from sync_assets.event_import.report import TO_CORRECT, EventOutcome, EventReport, ImportReport
from sync_assets.event_import.row_outcomes import COMPLETE
from sync_assets.event_import.stored_uploads import Upload
from sync_assets.event_import.workbook.corrections import error_workbook
from sync_assets.event_import.workbook.refusal import WorkbookRefused
from sync_assets.event_import.workbook.sheet import read_sheet
from sync_assets.text import match_key


@dataclass(frozen=True, slots=True)
class EventOnItsWay:
    """A planned event of an upload: its state, both ids, and why it waits or was refused."""

    id: int
    title: str
    state: EventState
    tutorial_event_id: int | None
    external_id: str | None
    refusal: str | None
    failure: str | None
    next_try_at: datetime | None
    updated_at: datetime

    @property
    def waits(self) -> bool:
        """Whether it needs time, and no person."""
        return self.failure is not None and self.state is not EventState.REFUSED

    @property
    def sentence(self) -> str | None:
        """Why it is not as planned."""
        return self.refusal if self.state is EventState.REFUSED else self.failure


def events_on_their_way(connection: Connection, upload_key: str) -> list[EventOnItsWay]:
    """Return the planned events of an upload that are not withdrawn, in the order of its sheet."""
    table = planned_events
    rows = connection.execute(
        select(
            table.c.id,
            table.c.title,
            table.c.state,
            table.c.tutorial_event_id,
            table.c.external_id,
            table.c.refusal,
            table.c.failure,
            table.c.next_try_at,
            table.c.updated_at,
        )
        .where(table.c.upload_key == upload_key, table.c.state != EventState.WITHDRAWN)
        .order_by(table.c.upload_row, table.c.id)
    )
    return [EventOnItsWay(**{**row._mapping, "state": EventState(row.state)}) for row in rows]


def recorded_report(connection: Connection, upload: Upload, *, with_workbook: bool) -> ImportReport | None:
    """Return what became of an upload as it is recorded, with what has happened to its events since its last run.

    None where no run of it has come to a report. An event that both sides have as the file says is `SAME`, whichever
    run has brought that about. The report does not know what was done, nor which fields differ; sentences say it. Its
    error workbook is made only `with_workbook`.
    """
    table = event_import_rows
    rows = connection.execute(
        select(table).where(table.c.upload_key == upload.key).order_by(table.c.event_row, table.c.row_number)
    ).all()
    if not rows:
        return None
    events: list[EventReport] = []
    problems: list[Problem] = []
    for _, of_event in groupby(rows, key=lambda row: row.event_row):
        own = list(of_event)
        first = own[0]
        problems += [_problem(each) for row in own for each in row.problems]
        events.append(
            EventReport(
                title=first.event_title or f"(row {first.row_number}, without a title)",
                course_template_code=first.course_template_code,
                rows=tuple(row.row_number for row in own),
                outcome=EventOutcome.SAME if first.outcome == COMPLETE else EventOutcome(first.outcome),
                tutorial_event_id=first.tutorial_event_id,
                external_id=first.external_event_id,
                sentence=first.sentence,
            )
        )
    report = ImportReport(
        upload_key=upload.key,
        file_name=upload.file_name,
        dry_run=any(event.outcome in (EventOutcome.WOULD_CREATE, EventOutcome.WOULD_CHANGE) for event in events),
        events=_as_they_are_now(connection, events),
        problems=tuple(problems),
        requests_sent=0,
        mutations_sent=0,
        unavailable=None,
        error_workbook=None,
    )
    return replace(report, error_workbook=_rows_to_correct(upload, report)) if with_workbook else report


def _as_they_are_now(connection: Connection, events: list[EventReport]) -> tuple[EventReport, ...]:
    """Return the events with what has become since of those that waited or were refused."""
    table = planned_events
    open_ones = {match_key(each.title) for each in events if each.outcome in (EventOutcome.WAITING, *TO_CORRECT)}
    found = {
        row.title_key: row
        for row in connection.execute(
            select(table.c.title_key, table.c.state, table.c.external_id, table.c.refusal, table.c.failure).where(
                table.c.title_key.in_(open_ones), table.c.state != EventState.WITHDRAWN
            )
        )
    }
    now = []
    for event in events:
        row = found.get(match_key(event.title))
        if row is not None and event.outcome in (EventOutcome.WAITING, EventOutcome.REFUSED):
            if row.state == EventState.AGREED:
                event = replace(event, outcome=EventOutcome.SAME, sentence=None, external_id=row.external_id)
            elif row.state == EventState.REFUSED:
                event = replace(event, outcome=EventOutcome.REFUSED, sentence=row.refusal or event.sentence)
            elif row.failure:
                event = replace(event, outcome=EventOutcome.WAITING, sentence=row.failure)
        now.append(event)
    return tuple(now)


def _problem(stored: dict[str, str | int]) -> Problem:
    return Problem(
        int(stored["row"]),
        str(stored["column"]),
        str(stored["value"]),
        str(stored["sentence"]),
        ProblemKind(str(stored["kind"])),
        Severity(str(stored["severity"])),
    )


def _rows_to_correct(upload: Upload, report: ImportReport) -> bytes | None:
    rows = {row for event in report.of(*TO_CORRECT) for row in event.rows}
    try:
        return error_workbook(upload.content, read_sheet(upload.content), rows, report.problems) if rows else None
    except WorkbookRefused:
        return None
