"""What became of each row of an upload, in a table: replaced as a whole by each run that makes something else of it."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from sqlalchemy import Connection, Engine, delete, func, insert, select

from sync_assets.bridge.planned_tables import planned_events, planned_sessions
from sync_assets.event_import.import_tables import event_import_rows
from sync_assets.event_import.problems import Problem
from sync_assets.event_import.report import DONE, EventOutcome, ImportReport
from sync_assets.event_import.validation.validate import Validation
from sync_assets.text import match_key

COMPLETE: Final = "complete"
"""Stored for an event that both sides have as the file says, whichever run has brought that about."""
COLUMNS = ("row_number", "event_row", "event_title", "session_title", "outcome", "sentence")


def record_rows(engine: Engine, validation: Validation, report: ImportReport) -> None:
    """Make the rows of an upload what this run found; nothing is written where they are that already."""
    table = event_import_rows
    with engine.begin() as connection:
        rows = _rows(connection, validation, report)
        names = [table.c[name] for name in rows[0]] if rows else [table.c.row_number]
        stand = connection.execute(
            select(*names).where(table.c.upload_key == report.upload_key).order_by(table.c.row_number)
        )
        if [dict(row._mapping) for row in stand] == rows:
            return
        connection.execute(delete(table).where(table.c.upload_key == report.upload_key))
        if rows:
            connection.execute(insert(table), rows)


def _rows(connection: Connection, validation: Validation, report: ImportReport) -> list[dict[str, Any]]:
    report_of = {row: event for event in report.events for row in event.rows}
    problems_of: dict[int, list[Problem]] = {}
    for problem in report.problems:
        problems_of.setdefault(problem.row, []).append(problem)
    sessions = _sessions(connection, [match_key(event.title) for event in report.events])
    days = {session.upload.row.number: session.upload.day for event in validation.ready for session in event.sessions}
    rows = []
    for row in validation.rows:
        event = report_of[row.row]
        session = sessions.get((match_key(event.title), days.get(row.row)))
        rows.append(
            {
                "upload_key": report.upload_key,
                "row_number": row.row,
                "event_row": row.event_row,
                "course_template_code": row.course_template_code,
                "event_title": row.event_title or event.title,
                "session_title": row.session_title,
                "outcome": stored_outcome(event.outcome),
                "sentence": event.sentence,
                "problems": [_as_json(problem) for problem in problems_of.get(row.row, ())],
                "tutorial_event_id": event.tutorial_event_id,
                "tutorial_session_id": session[0] if session else None,
                "external_event_id": event.external_id,
                "external_session_id": session[1] if session else None,
            }
        )
    return rows


def stored_outcome(outcome: EventOutcome) -> str:
    """Return the word that is stored for an outcome: one for all that are as the file says, duplicates apart."""
    return COMPLETE if outcome in DONE - {EventOutcome.DUPLICATE} else outcome.value


def _sessions(connection: Connection, title_keys: list[str]) -> dict[tuple[str, int | None], tuple[int | None, str]]:
    events, sessions = planned_events, planned_sessions
    found = connection.execute(
        select(events.c.title_key, sessions.c.day, sessions.c.tutorial_session_id, sessions.c.external_id)
        .join(sessions, sessions.c.planned_event_id == events.c.id)
        .where(events.c.title_key.in_(title_keys), events.c.state != "withdrawn", sessions.c.day.is_not(None))
    )
    return {(row.title_key, row.day): (row.tutorial_session_id, row.external_id) for row in found}


def _as_json(problem: Problem) -> dict[str, Any]:
    return {
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "sentence": problem.sentence,
        "kind": str(problem.kind),
        "severity": str(problem.severity),
    }


def read_rows(connection: Connection, upload_key: str | None) -> pd.DataFrame:
    """Return the rows of an upload in the order of its sheet, with the columns of `COLUMNS`; none for None."""
    table = event_import_rows
    rows = select(*(table.c[name] for name in COLUMNS)).where(table.c.upload_key == upload_key)
    return pd.read_sql(rows.order_by(table.c.row_number), connection)


def events_of_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per event for some rows of an upload: its Excel rows, its title, and its sentence."""
    events = rows.groupby("event_row", dropna=False, sort=False).agg(
        first=("row_number", "min"),
        last=("row_number", "max"),
        event=("event_title", "first"),
        why=("sentence", "first"),
    )
    events["rows"] = [
        str(first) if first == last else f"{first}-{last}"
        for first, last in zip(events["first"], events["last"], strict=True)
    ]
    return events.sort_values("first")[["rows", "event", "why"]]


def latest_upload(connection: Connection) -> str | None:
    """Return the key of the upload that was imported last, None before the first."""
    table = event_import_rows
    latest = select(table.c.upload_key).group_by(table.c.upload_key).order_by(func.max(table.c.recorded_at).desc())
    return connection.scalar(latest.limit(1))
