"""Events into the tutorial tables and the bridge: of each everything is there, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, text
from sqlalchemy.exc import IntegrityError

from sync_assets.event_import.import_tables import ImportState, SessionState, events, sessions
from sync_assets.event_import.problems import Problem, ProblemKind
from sync_assets.event_import.validation.resolution import ResolvedEvent, ResolvedSession
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import Unreadable, read_yes_no
from sync_assets.event_import.workbook.events import WorkbookEvent
from sync_assets.event_import.writing.progress import ImportedEvent, ImportedSession
from sync_assets.tutorial import tables as tutorial


@dataclass(frozen=True, slots=True)
class LocalWrite:
    """What came of writing events: those that were begun, and a problem for each that was not taken."""

    begun: tuple[ImportedEvent, ...]
    problems: tuple[Problem, ...]


def write_events(
    engine: Engine, upload_key: str, events: Sequence[ResolvedEvent], now: datetime, *, together: bool
) -> LocalWrite:
    """Write events with their sessions and instructors, and remember that this upload has begun them.

    Each is a transaction of its own; `together`, all are one, and none is written if one is not taken. An event is not
    taken where a row of another program is in its way.
    """
    begun: list[ImportedEvent] = []
    problems: list[Problem] = []
    for part in [events] if together else [[event] for event in events]:
        written, problem = _write_in_one(engine, upload_key, part, now)
        begun += written
        problems += [problem] if problem else []
    return LocalWrite(tuple(begun), tuple(problems))


def _write_in_one(
    engine: Engine, upload_key: str, events: Sequence[ResolvedEvent], now: datetime
) -> tuple[list[ImportedEvent], Problem | None]:
    written: list[ImportedEvent] = []
    event: ResolvedEvent | None = None
    try:
        with engine.begin() as connection:
            for event in events:
                written.append(_write(connection, upload_key, event, now))
            # Deferred foreign keys speak up here, while it is still known whose they are.
            connection.execute(text("set constraints all immediate"))
    except IntegrityError as error:
        if event is None:
            raise
        return [], event.upload.row.problem(columns.EVENT_TITLE, _sentence(error), ProblemKind.DUPLICATE)
    return written, None


def _sentence(error: IntegrityError) -> str:
    said = getattr(getattr(error.orig, "diag", None), "message_detail", None) or str(error.orig)
    return (
        f"The tutorial tables did not take the event: {said.strip().rstrip('.')}. Somebody has changed them since the "
        "file was checked; nothing of the event was written, so look at them and import it again."
    )


def _write(connection: Connection, upload_key: str, event: ResolvedEvent, now: datetime) -> ImportedEvent:
    upload = event.upload
    times = {"created_at": now, "updated_at": now}
    tutorial_event_id = _insert(
        connection,
        tutorial.tutorial_events,
        [
            {
                "code": upload.title,
                "venue_id": event.venue.tutorial_id if event.venue else None,
                "location_id": event.location.tutorial_id,
                "is_soldout": False,
                "finalisation_date": upload.finalisation_date,
                "remain_space": upload.max_places or 0,
                "start_date": upload.start_date,
                "end_date": upload.end_date,
                "product_id": event.product.id,
                **times,
            }
        ],
    )[0]
    begun_id = _insert(connection, events, [_bridge_event(upload_key, event, tutorial_event_id)])[0]
    begun = ImportedEvent(begun_id, upload.row.number, upload.title, tutorial_event_id)
    if not event.sessions:
        return begun
    tutorial_ids = _insert(
        connection,
        tutorial.tutorial_sessions,
        [_tutorial_session(session, tutorial_event_id) | times for session in event.sessions],
    )
    taught = [
        {"tutorialsessions_id": session_id, "tutorialinstructor_id": instructor.tutorial_id}
        for session, session_id in zip(event.sessions, tutorial_ids, strict=True)
        for instructor in dict.fromkeys(session.instructors)
    ]
    if taught:
        connection.execute(insert(tutorial.tutorial_session_instructors), taught)
    bridge_ids = _insert(
        connection,
        sessions,
        [
            _bridge_session(session, begun_id, session_id)
            for session, session_id in zip(event.sessions, tutorial_ids, strict=True)
        ],
    )
    begun.sessions = [
        ImportedSession(bridge_id, session.upload.day, session_id)
        for session, session_id, bridge_id in zip(event.sessions, tutorial_ids, bridge_ids, strict=True)
    ]
    return begun


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows and return their ids in the same order."""
    found = connection.execute(insert(table).returning(table.c.id, sort_by_parameter_order=True), rows)
    return [row.id for row in found]


def _tutorial_session(session: ResolvedSession, tutorial_event_id: int) -> dict[str, Any]:
    upload = session.upload
    return {
        "tutorial_event_id": tutorial_event_id,
        "title": upload.title,
        "venue_id": session.venue.tutorial_id if session.venue else None,
        "location_id": session.location.tutorial_id,
        "start_date": upload.start.aware,
        "end_date": upload.end.aware,
        "sequence": upload.day,
        "url": upload.url,
    }


def _bridge_event(upload_key: str, event: ResolvedEvent, tutorial_event_id: int) -> dict[str, Any]:
    upload = event.upload
    return {
        "tutorial_event_id": tutorial_event_id,
        "course_template_id": event.course_template.bridge_id,
        "title": upload.title,
        "session_title": upload.sessions[0].title if upload.sessions else None,
        "learning_mode": str(upload.learning_mode),
        "location_id": event.location.bridge_id,
        "venue_id": event.venue.bridge_id if event.venue else None,
        "primary_instructor_id": event.instructors[0].bridge_id if event.instructors else None,
        "administrator": " / ".join(each.name for each in event.administrators) or None,
        "max_places": upload.max_places,
        "registration_deadline": _midnight(upload.registration_deadline),
        "lms_start_date": upload.lms_start.aware if upload.lms_start else None,
        "lms_end_date": upload.lms_end.aware if upload.lms_end else None,
        "access_duration": upload.access_duration,
        "event_url": upload.url,
        "web_sale": upload.web_sale,
        "sitting": upload.sitting,
        "finalisation_date": _midnight(upload.finalisation_date),
        "ocr_moodle_code": upload.ocr_moodle_code,
        "sage_code": upload.sage_code,
        "recordings": _recordings(upload),
        "recording_pin": upload.recording_pin,
        "extra_information": upload.extra_information,
        "tutors": upload.tutors,
        "timezone": upload.zone,
        "upload_key": upload_key,
        "upload_row": upload.row.number,
        "state": ImportState.WRITTEN,
    }


def _bridge_session(session: ResolvedSession, begun_id: int, tutorial_session_id: int) -> dict[str, Any]:
    upload = session.upload
    return {
        "event_id": begun_id,
        "tutorial_session_id": tutorial_session_id,
        "title": upload.title,
        "day_number": upload.day,
        "classroom_start_date": upload.start.local.date(),
        "classroom_start_time": upload.start.local.time(),
        "classroom_end_date": upload.end.local.date(),
        "classroom_end_time": upload.end.local.time(),
        "session_instructor_id": session.instructors[0].bridge_id if session.instructors else None,
        "session_url": upload.url,
        "state": SessionState.WRITTEN,
    }


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(0), UTC) if day else None


def _recordings(upload: WorkbookEvent) -> bool | None:
    """Return the flag that an existing deployment keeps of the column, which is free text; None where it is no flag."""
    if upload.recordings is None:
        return None
    flag = read_yes_no(upload.row.cell(columns.RECORDINGS).value)
    return None if isinstance(flag, Unreadable) else flag
