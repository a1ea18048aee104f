"""What became of each row of an upload, in a table: replaced as a whole by each run that makes something else of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection, Engine, delete, func, insert, select

from sync_assets.event_import.import_tables import event_import_rows
from sync_assets.event_import.problems import Problem
from sync_assets.event_import.report import EventOutcome, EventReport
from sync_assets.event_import.validation.validate import Validation
from sync_assets.event_import.writing.progress import ImportedEvent

_COMPLETED: Final = frozenset({EventOutcome.IMPORTED, EventOutcome.ADOPTED, EventOutcome.COMPLETE})
_NO_EVENT: Final = -1


def record_rows(
    engine: Engine,
    upload_key: str,
    validation: Validation,
    reports: Iterable[EventReport],
    begun: Mapping[int, ImportedEvent],
    problems: Iterable[Problem],
) -> None:
    """Make the rows of an upload what this run found; nothing is written where they are that already.

    `begun` are the upload's events by the row that each starts in. A completed event has the same outcome whichever run
    has completed it.
    """
    rows = _rows(upload_key, validation, reports, begun, problems)
    table = event_import_rows
    columns = [table.c[name] for name in rows[0]] if rows else [table.c.row_number]
    with engine.begin() as connection:
        stand = connection.execute(
            select(*columns).where(table.c.upload_key == upload_key).order_by(table.c.row_number)
        )
        if [dict(row._mapping) for row in stand] == rows:
            return
        connection.execute(delete(table).where(table.c.upload_key == upload_key))
        if rows:
            connection.execute(insert(table), rows)


def _rows(
    upload_key: str,
    validation: Validation,
    reports: Iterable[EventReport],
    begun: Mapping[int, ImportedEvent],
    problems: Iterable[Problem],
) -> list[dict[str, Any]]:
    report_of = {row: report for report in reports for row in report.rows}
    problems_of: dict[int, list[Problem]] = {}
    for problem in problems:
        problems_of.setdefault(problem.row, []).append(problem)
    session_of = {
        session.upload.row.number: next(
            (each for each in begun[event.upload.row.number].sessions if each.day == session.upload.day), None
        )
        for event in validation.ready
        if event.upload.row.number in begun
        for session in event.sessions
    }
    rows = []
    for row in validation.rows:
        report = report_of[row.row]
        event = begun.get(_NO_EVENT if row.event_row is None else row.event_row)
        session = session_of.get(row.row)
        rows.append(
            {
                "upload_key": upload_key,
                "row_number": row.row,
                "event_row": row.event_row,
                "course_template_code": row.course_template_code,
                "event_title": row.event_title,
                "session_title": row.session_title,
                "outcome": "complete" if report.outcome in _COMPLETED else str(report.outcome),
                "sentence": report.sentence,
                "problems": [_as_json(problem) for problem in problems_of.get(row.row, ())],
                "tutorial_event_id": event.tutorial_event_id if event else None,
                "tutorial_session_id": session.tutorial_session_id if session else None,
                "external_event_id": event.external_id if event else None,
                "external_session_id": session.external_id if session else None,
            }
        )
    return rows


def _as_json(problem: Problem) -> dict[str, Any]:
    return {
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "sentence": problem.sentence,
        "kind": str(problem.kind),
        "severity": str(problem.severity),
    }


COLUMNS = ("row_number", "event_row", "event_title", "session_title", "outcome", "sentence")


def read_rows(connection: Connection, upload_key: str | None) -> pd.DataFrame:
    """Return the rows of an upload in the order of its sheet, with the columns of `COLUMNS`; none for None."""
    table = event_import_rows
    rows = select(*(table.c[name] for name in COLUMNS)).where(table.c.upload_key == upload_key)
    return pd.read_sql(rows.order_by(table.c.row_number), connection)


def latest_upload(connection: Connection) -> str | None:
    """Return the key of the upload that was imported last, None before the first."""
    table = event_import_rows
    latest = select(table.c.upload_key).group_by(table.c.upload_key).order_by(func.max(table.c.recorded_at).desc())
    return connection.scalar(latest.limit(1))
