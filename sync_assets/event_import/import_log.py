"""The runs of imports, one row per run in `adm.event_imports`: what a run did, for those who look at it afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, func, insert, select

from sync_assets.event_import.import_tables import ImportOutcome, event_import_rows, event_imports
from sync_assets.event_import.report import TO_CORRECT, EventOutcome, ImportReport


def record_import(
    connection: Connection,
    run_id: str | None,
    report: ImportReport,
    files: Mapping[str, str],
    started_at: datetime,
    ended_at: datetime,
    started_by: str | None = None,
) -> None:
    """Write down a run that has come to its report; `files` are the paths of the report's files by name."""
    row = {
        "run_id": run_id,
        "upload_key": report.upload_key,
        "dry_run": report.dry_run,
        "counts": {outcome.value: count for outcome, count in report.counts.items() if count},
        "unavailable": report.unavailable,
        "outcome": _outcome(report).value,
        "files": dict(files),
        "started_at": started_at,
        "ended_at": ended_at,
        "started_by": started_by,
    }
    connection.execute(insert(event_imports).values(row))


def _outcome(report: ImportReport) -> ImportOutcome:
    if report.is_success:
        return ImportOutcome.SUCCESS
    waits = report.unavailable is not None or report.of(EventOutcome.WAITING)
    return ImportOutcome.WAITING if waits else ImportOutcome.NEEDS_SOMEBODY


@dataclass(frozen=True, slots=True)
class EventToCorrect:
    """An event of an upload that somebody has to correct: its first and last Excel row, its title, and why."""

    first_row: int
    last_row: int
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class EndedImport:
    """A row of `adm.event_imports` that has ended.

    `counts` are events by outcome. `to_correct` are the events that somebody has to correct; it is empty where another
    run of the upload came later, since the rows of an upload are those of its last run.
    """

    id: int
    run_id: str | None
    upload_key: str
    dry_run: bool
    counts: Mapping[str, int]
    unavailable: str | None
    outcome: str | None
    files: Mapping[str, str]
    ended_at: datetime
    to_correct: Sequence[EventToCorrect] = ()


def ended_imports(connection: Connection, since: datetime) -> list[EndedImport]:
    """Return the runs that have ended since a moment, the oldest first."""
    table = event_imports
    last = select(func.max(table.c.id)).where(table.c.ended_at.is_not(None)).group_by(table.c.upload_key)
    last_of_upload = set(connection.scalars(last))
    rows = select(
        table.c.id,
        table.c.run_id,
        table.c.upload_key,
        table.c.dry_run,
        table.c.counts,
        table.c.unavailable,
        table.c.outcome,
        table.c.files,
        table.c.ended_at,
    ).where(table.c.ended_at >= since)
    return [
        EndedImport(*row, to_correct=_events_to_correct(connection, row.upload_key) if row.id in last_of_upload else ())
        for row in connection.execute(rows.order_by(table.c.ended_at, table.c.id))
    ]


def _events_to_correct(connection: Connection, upload_key: str) -> list[EventToCorrect]:
    table = event_import_rows
    rows = connection.execute(
        select(table.c.row_number, table.c.event_row, table.c.event_title, table.c.sentence)
        .where(table.c.upload_key == upload_key, table.c.outcome.in_([outcome.value for outcome in TO_CORRECT]))
        .order_by(table.c.event_row, table.c.row_number)
    ).all()
    found: list[EventToCorrect] = []
    for _, of_event in groupby(rows, key=lambda row: row.event_row):
        each = list(of_event)
        first = each[0]
        found.append(EventToCorrect(first.row_number, each[-1].row_number, first.event_title, first.sentence or ""))
    return found
