"""Plans into the tutorial tables and `adm.planned_events`: one transaction per event, or one for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, text, update
from sqlalchemy.exc import IntegrityError

from sync_assets.administrate.create_once import own_code
from sync_assets.bridge.planned_tables import EventState, SessionState, planned_events, planned_sessions
from sync_assets.event_import.planning.fields import comparable, tutorial_event, tutorial_session
from sync_assets.event_import.planning.plan import EventPlan, SessionPlan, as_json
from sync_assets.event_import.planning.proposal import venue_left_as_created
from sync_assets.event_import.writing.journal import clear, forget
from sync_assets.event_import.writing.planned_event import PlannedEvent, load_planned
from sync_assets.text import match_key
from sync_assets.tutorial.errors import TutorialRowRefused
from sync_assets.tutorial.events import NOT_KEPT, StoredEvent, StoredSession, TutorialEvent, TutorialSession
from sync_assets.tutorial.layout import Layout


@dataclass(frozen=True, slots=True)
class PlanToWrite:
    """A plan, the row of the upload that it came from, and what it replaces.

    `record` is the event as it is recorded, None for a new one. `tutorial_event_id` and `external_id` are those of an
    event that both sides or one of them have from elsewhere and that is taken over with this plan. `is_gone_there` says
    that Administrate no longer has the event.
    """

    plan: EventPlan
    row: int
    record: PlannedEvent | None = None
    tutorial_event_id: int | None = None
    external_id: str | None = None
    is_gone_there: bool = False


@dataclass(frozen=True, slots=True)
class PlanNotWritten:
    """A plan that the tables did not take, and why."""

    plan: PlanToWrite
    sentence: str


def write_plans(
    engine: Engine,
    layout: Layout,
    upload_key: str,
    plans: Sequence[PlanToWrite],
    now: datetime,
    *,
    prefix: str,
    together: bool,
) -> tuple[list[PlannedEvent], list[PlanNotWritten]]:
    """Write plans with their tutorial rows and return the events as they are recorded now, and what was not taken.

    Each plan is a transaction of its own; `together`, all are one, and none is written if one is not taken. Rows keep
    their ids by day. Raises DBAPIError where the database cannot be used.
    """
    written: list[PlannedEvent] = []
    refused: list[PlanNotWritten] = []
    for part in [plans] if together else [[plan] for plan in plans]:
        events, problem = _write_in_one(engine, layout, upload_key, part, now, prefix)
        written += events
        refused += [problem] if problem else []
    return written, refused


def _write_in_one(
    engine: Engine, layout: Layout, upload_key: str, plans: Sequence[PlanToWrite], now: datetime, prefix: str
) -> tuple[list[PlannedEvent], PlanNotWritten | None]:
    ids: list[int] = []
    plan: PlanToWrite | None = None
    try:
        with engine.begin() as connection:
            for plan in plans:
                ids.append(_write(connection, layout, upload_key, plan, now, prefix))
                # Deferred foreign keys speak up here, while it is still known whose they are.
                connection.execute(text("set constraints all immediate"))
            return load_planned(connection, planned_events.c.id.in_(ids)), None
    except (IntegrityError, TutorialRowRefused) as error:
        if plan is None:
            raise
        return [], PlanNotWritten(plan, _sentence(error) if isinstance(error, IntegrityError) else str(error))


def _sentence(error: IntegrityError) -> str:
    said = getattr(getattr(error.orig, "diag", None), "message_detail", None) or str(error.orig)
    return (
        f"The tutorial tables did not take the event: {said.strip().rstrip('.')}. Somebody has changed them since the "
        "file was checked; nothing of the event was written, so look at them and import it again."
    )


def _write(
    connection: Connection, layout: Layout, upload_key: str, given: PlanToWrite, now: datetime, prefix: str
) -> int:
    plan, record = given.plan, given.record
    row: dict[str, Any] = {
        "title": plan.title,
        "title_key": match_key(plan.title),
        "plan": as_json(plan),
        "upload_key": upload_key,
        "upload_row": given.row,
        "refusal": None,
        "failure": None,
        "tries": 0,
        "waiting_since": None,
        "next_try_at": None,
        "updated_at": func.now(),
    }
    if record is None:
        return _write_new(connection, layout, given, row, now, prefix)
    if given.is_gone_there:
        forget(connection, record)
        clear(record)
    state = (
        EventState.CREATED if record.external_id else EventState.SENT if record.stamp.sent_at else EventState.PLANNED
    )
    event_id, warnings = _bring_rows_up_to_date(connection, layout, record, plan, now)
    if record.external_id and (venue := venue_left_as_created(record.plan, plan)):
        warnings.append(venue)
    if record.code is None and record.external_id is None and record.stamp.sent_at is None:
        row["code"] = own_code(prefix, plan.title)
    connection.execute(
        update(planned_events)
        .where(planned_events.c.id == record.id)
        .values(
            **row,
            revision=record.revision + 1,
            state=state,
            tutorial_event_id=event_id,
            warnings=[*record.warnings, *(each for each in warnings if each not in record.warnings)],
        )
    )
    return record.id


def _write_new(
    connection: Connection,
    layout: Layout,
    given: PlanToWrite,
    row: dict[str, Any],
    now: datetime,
    prefix: str,
) -> int:
    plan = given.plan
    code = own_code(prefix, plan.title)
    if given.tutorial_event_id is None:
        sessions = [tutorial_session(session, plan) for session in plan.sessions]
        inserted = layout.insert_event(connection, tutorial_event(plan), sessions, now)
        event_id, session_ids = inserted.event_id, dict(inserted.session_ids)
    else:
        event_id = given.tutorial_event_id
        stored = layout.read_events(connection, [event_id])[event_id]
        _update_event(connection, layout, stored, plan, None, now)
        session_ids = _update_sessions(connection, layout, event_id, stored.sessions, plan, None, now)
    id_ = connection.execute(
        insert(planned_events)
        .values(
            **row,
            code=code,
            tutorial_event_id=event_id,
            external_id=given.external_id,
            state=EventState.CREATED if given.external_id else EventState.PLANNED,
        )
        .returning(planned_events.c.id)
    ).scalar_one()
    _insert_sessions(connection, id_, code, plan, plan.sessions, session_ids)
    return int(id_)


def _insert_sessions(
    connection: Connection,
    event_id: int,
    code: str | None,
    plan: EventPlan,
    sessions: Sequence[SessionPlan],
    tutorial_ids: Mapping[int, int],
) -> None:
    rows = [
        {
            "planned_event_id": event_id,
            "day": session.day,
            "title": session.title,
            "code": f"{code or plan.title}-{session.day}",
            "tutorial_session_id": tutorial_ids.get(session.day),
            "state": SessionState.PLANNED,
        }
        for session in sessions
    ]
    if rows:
        connection.execute(insert(planned_sessions), rows)


def _bring_rows_up_to_date(
    connection: Connection, layout: Layout, record: PlannedEvent, plan: EventPlan, now: datetime
) -> tuple[int, list[str]]:
    """Make the tutorial rows of a recorded event what the plan says; return the event's id and warnings.

    Of an event that both sides agreed on, only what the plan has moved is touched.
    """
    stored: StoredEvent | None = None
    if record.tutorial_event_id is not None:
        stored = layout.read_events(connection, [record.tutorial_event_id]).get(record.tutorial_event_id)
    if stored is None:
        sessions = [tutorial_session(session, plan) for session in plan.sessions]
        inserted = layout.insert_event(connection, tutorial_event(plan), sessions, now)
        event_id, session_ids = inserted.event_id, dict(inserted.session_ids)
    else:
        event_id = stored.id
        previous = record.plan if record.state is EventState.AGREED else None
        _update_event(connection, layout, stored, plan, previous, now, planned_before=record.plan)
        session_ids = _update_sessions(connection, layout, event_id, stored.sessions, plan, previous, now)
    warnings = _remove_sessions(connection, layout, record, plan, now)
    known = {session.day: session for session in record.sessions}
    _insert_sessions(
        connection,
        record.id,
        record.code,
        plan,
        [session for session in plan.sessions if session.day not in known],
        session_ids,
    )
    for session in plan.sessions:
        if session.day in known:
            connection.execute(
                update(planned_sessions)
                .where(planned_sessions.c.id == known[session.day].id)
                .values(
                    title=session.title,
                    tutorial_session_id=session_ids.get(session.day, known[session.day].tutorial_session_id),
                    updated_at=func.now(),
                )
            )
    if stored is None and record.external_id is not None:
        ids: dict[int, str | None] = {
            session_ids[each.day]: each.external_id
            for each in record.sessions
            if each.day in session_ids and each.day is not None and each.external_id
        }
        layout.set_external_ids(connection, event_id, record.external_id, ids, now)
    return event_id, warnings


def _update_event(
    connection: Connection,
    layout: Layout,
    stored: StoredEvent,
    plan: EventPlan,
    previous: EventPlan | None,
    now: datetime,
    *,
    planned_before: EventPlan | None = None,
) -> None:
    """Change what differs from the plan; of an event that both sides agreed on, what `previous` had otherwise.

    A field that the layout does not give back is sent where the plan has moved since `planned_before`.
    """
    wanted = tutorial_event(plan)
    before = tutorial_event(previous) if previous is not None else None
    earlier = tutorial_event(planned_before) if planned_before is not None else None
    changes: dict[str, Any] = {}
    for field in fields(TutorialEvent):
        name = field.name
        value, have = getattr(wanted, name), stored.values.get(name, NOT_KEPT)
        if name in ("lifecycle_state", "sold_out") and not (name == "lifecycle_state" and plan.cancelled):
            continue  # Administrate's to say, once the event is there.
        if have is NOT_KEPT:
            if earlier is not None and getattr(earlier, name) != value:
                changes[name] = value
            continue
        moved = before is None or getattr(before, name) != value
        if moved and comparable(have) != comparable(value):
            changes[name] = value
    if changes:
        layout.update_event(connection, stored.id, changes, now)


def _update_sessions(
    connection: Connection,
    layout: Layout,
    event_id: int,
    stored: Sequence[StoredSession],
    plan: EventPlan,
    previous: EventPlan | None,
    now: datetime,
) -> dict[int, int]:
    """Update the sessions that are there, insert the others, and return the ids by day."""
    by_day = {session.values.get("day"): session for session in stored}
    before = {each.day: tutorial_session(each, previous) for each in previous.sessions} if previous else {}
    ids: dict[int, int] = {}
    for session in plan.sessions:
        wanted = tutorial_session(session, plan)
        row = by_day.get(session.day)
        if row is None:
            ids[session.day] = layout.insert_session(connection, event_id, wanted, now)
            continue
        ids[session.day] = row.id
        changes = {
            field.name: getattr(wanted, field.name)
            for field in fields(TutorialSession)
            if _has_moved(field.name, wanted, before.get(session.day), row.values)
        }
        if changes:
            layout.update_session(connection, row.id, changes, now)
    return ids


def _has_moved(name: str, wanted: TutorialSession, before: TutorialSession | None, have: Mapping[str, object]) -> bool:
    value = getattr(wanted, name)
    if before is not None and getattr(before, name) == value:
        return False
    stored = have.get(name, NOT_KEPT)
    return stored is not NOT_KEPT and comparable(stored) != comparable(value)


def _remove_sessions(
    connection: Connection, layout: Layout, record: PlannedEvent, plan: EventPlan, now: datetime
) -> list[str]:
    """Take back the tutorial rows of days that the plan no longer has; a row that nothing was sent of goes as well."""
    days = {session.day for session in plan.sessions}
    warnings = []
    for session in record.sessions:
        if session.day is None or session.day in days:
            continue
        if session.tutorial_session_id is not None:
            kept = layout.remove_session(connection, session.tutorial_session_id, now)
            warnings += [kept] if kept else []
        if session.external_id is None and session.stamp.sent_at is None:
            connection.execute(delete(planned_sessions).where(planned_sessions.c.id == session.id))
    return warnings
