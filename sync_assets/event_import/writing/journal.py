"""Every step of a planned event is written down here, committed before the next one begins."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, Update, bindparam, delete, func, insert, update

from sync_assets.administrate.create_once import CreateStamp, after_answer, after_refusal, before_create, stamp_columns
from sync_assets.bridge.planned_tables import EventState, SessionState, planned_events, planned_sessions
from sync_assets.entities import course_templates
from sync_assets.event_import.planning.comparison import Sides
from sync_assets.event_import.planning.fields import View, view_as_json, wanted_here, wanted_there
from sync_assets.event_import.writing.planned_event import PlannedEvent, PlannedSession
from sync_assets.tutorial.layout import Layout

FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=2)
TRIED_FOR: Final = timedelta(days=1)
"""How long an event that waits is tried again by itself."""


class Journal:
    """Writes down what is known of planned events. All methods may be called from any thread."""

    def __init__(self, engine: Engine, layout: Layout) -> None:
        self._engine = engine
        self._layout = layout
        self._lock = threading.Lock()

    def about_to_create(self, events: Sequence[PlannedEvent], now: datetime) -> None:
        """Commit the intention to create events, before the request leaves."""
        rows = [_stamp_of_event(event, before_create(event.stamp, now), EventState.SENT) for event in events]
        self._write(planned_events, rows)
        for event in events:
            event.stamp, event.state = before_create(event.stamp, now), EventState.SENT

    def stamped(self, events: Sequence[tuple[PlannedEvent, CreateStamp]]) -> None:
        """Remember what a look has changed in the stamps of events."""
        changed = [(event, stamp) for event, stamp in events if stamp != event.stamp]
        self._write(planned_events, [_stamp_of_event(event, stamp, event.state) for event, stamp in changed])
        for event, stamp in changed:
            event.stamp = stamp

    def created(
        self,
        events: Sequence[tuple[PlannedEvent, str, Mapping[int, str], Sequence[tuple[str, str]]]],
        now: datetime,
    ) -> None:
        """Remember the ids of events, of their sessions (by row), and the sessions beyond the plan (id and title)."""
        if not events:
            return
        with self._engine.begin() as connection:
            connection.execute(
                _by_id(planned_events),
                [
                    _stamp_of_event(event, after_answer(event.stamp, id_), EventState.CREATED) | {"failure": None}
                    for event, id_, _, _ in events
                ],
            )
            added: list[tuple[PlannedEvent, PlannedSession]] = []
            said: dict[int, list[str]] = {}
            for event, id_, assigned, surplus in events:
                _write_sessions(connection, event, assigned)
                for session_id, title in surplus:
                    added.append((event, _insert_surplus(connection, event, session_id, title)))
                said[event.id] = self._write_ids_here(connection, event, id_, assigned, now)
        for event, id_, assigned, _ in events:
            event.stamp, event.state, event.failure = after_answer(event.stamp, id_), EventState.CREATED, None
            _take_ids(event, assigned)
        for event, session in added:
            event.sessions.append(session)
        for event, *_ in events:
            self.warned(event, said[event.id])

    def sessions_found(
        self,
        event: PlannedEvent,
        assigned: Mapping[int, str],
        now: datetime,
        surplus: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Remember the ids of an event's sessions, by row, and sessions of Administrate beyond the plan."""
        if not assigned and not surplus:
            return
        with self._engine.begin() as connection:
            _write_sessions(connection, event, assigned)
            added = [_insert_surplus(connection, event, id_, title) for id_, title in surplus]
            said = self._write_ids_here(connection, event, event.the_external_id, assigned, now)
        _take_ids(event, assigned)
        event.sessions.extend(added)
        self.warned(event, said)

    def about_to_create_sessions(self, sessions: Sequence[PlannedSession], now: datetime) -> None:
        """Commit the intention to create sessions, before the request leaves."""
        stamps = [before_create(session.stamp, now) for session in sessions]
        self._write(
            planned_sessions,
            [_stamp_of_session(each, stamp, SessionState.SENT) for each, stamp in zip(sessions, stamps, strict=True)],
        )
        for session, stamp in zip(sessions, stamps, strict=True):
            session.stamp, session.state = stamp, SessionState.SENT

    def sessions_stamped(self, sessions: Sequence[tuple[PlannedSession, CreateStamp]]) -> None:
        """Remember what a look has changed in the stamps of sessions."""
        changed = [(session, stamp) for session, stamp in sessions if stamp != session.stamp]
        self._write(planned_sessions, [_stamp_of_session(each, stamp, each.state) for each, stamp in changed])
        for session, stamp in changed:
            session.stamp = stamp

    def not_created(self, events: Sequence[PlannedEvent]) -> None:
        """Remember that creates of events certainly did nothing."""
        rows = [_stamp_of_event(event, after_refusal(event.stamp), EventState.PLANNED) for event in events]
        self._write(planned_events, rows)
        for event in events:
            event.stamp, event.state = after_refusal(event.stamp), EventState.PLANNED

    def sessions_not_created(self, sessions: Sequence[PlannedSession]) -> None:
        """Remember that creates of sessions certainly did nothing."""
        rows = [_stamp_of_session(each, after_refusal(each.stamp), SessionState.PLANNED) for each in sessions]
        self._write(planned_sessions, rows)
        for session in sessions:
            session.stamp, session.state = after_refusal(session.stamp), SessionState.PLANNED

    def forgotten(self, event: PlannedEvent) -> None:
        """Take back what is recorded of an event that Administrate no longer has; its plan stays."""
        with self._engine.begin() as connection:
            forget(connection, event)
        clear(event)

    def sessions_done(self, sessions: Sequence[PlannedSession], state: SessionState) -> None:
        """Remember that sessions are as planned, or are cancelled."""
        self._write(planned_sessions, [{"row_id": session.id, "state": state} for session in sessions])
        for session in sessions:
            session.state = state

    def agreed(self, events: Sequence[PlannedEvent]) -> None:
        """Remember that both sides are as planned, and what that is."""
        rows = []
        for event in events:
            event.agreed = Sides(wanted_here(event.the_plan), wanted_there(event.the_plan))
            event.state, event.failure, event.refusal = EventState.AGREED, None, None
            event.tries, event.waiting_since, event.next_try_at = 0, None, None
            rows.append({"row_id": event.id, **_agreement(event.agreed), "state": EventState.AGREED, **_NO_TROUBLE})
        self._write(planned_events, rows)
        self.sessions_done(
            [
                session
                for event in events
                for session in event.sessions
                if session.state is SessionState.CREATED and event.plan_of(session) is not None
            ],
            SessionState.AGREED,
        )

    def warned(self, event: PlannedEvent, sentences: Iterable[str]) -> None:
        """Remember warnings of an event, each once."""
        with self._lock:
            new = [sentence for sentence in dict.fromkeys(sentences) if sentence not in event.warnings]
            event.warnings.extend(new)
            if new:
                self._write(planned_events, [{"row_id": event.id, "warnings": event.warnings}])

    def refused(self, event: PlannedEvent, sentence: str) -> None:
        """Remember that an event needs somebody."""
        row = {"row_id": event.id, "state": EventState.REFUSED, "refusal": sentence, "failure": None}
        self._write(planned_events, [{**row, "next_try_at": None}])
        event.state, event.refusal, event.failure, event.next_try_at = EventState.REFUSED, sentence, None, None

    def waiting(self, events: Sequence[tuple[PlannedEvent, str]], now: datetime) -> None:
        """Remember why events did not get on, and when the next try is due.

        Pauses grow from a minute to two hours. After a day nothing is tried any more until somebody asks for it.
        """
        rows = []
        for event, sentence in events:
            event.failure, event.tries = sentence, event.tries + 1
            event.waiting_since = event.waiting_since or now
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(event.tries - 1, 10))
            event.next_try_at = now + pause if now < event.waiting_since + TRIED_FOR else None
            rows.append(
                {
                    "row_id": event.id,
                    "failure": sentence,
                    "tries": event.tries,
                    "waiting_since": event.waiting_since,
                    "next_try_at": event.next_try_at,
                }
            )
        self._write(planned_events, rows)

    def approved(self, lists: Mapping[str, Collection[str]]) -> None:
        """Remember who is approved for course templates, by the template's id in Administrate."""
        if not lists:
            return
        table = course_templates.TABLE
        with self._engine.begin() as connection:
            connection.execute(
                update(table).where(table.c.external_id == bindparam("template")).values(updated_at=func.now()),
                [{"template": id_, "approved_instructors": sorted(contacts)} for id_, contacts in lists.items()],
            )

    def _write(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if not rows:
            return
        with self._engine.begin() as connection:
            connection.execute(_by_id(table), list(rows))

    def _write_ids_here(
        self, connection: Connection, event: PlannedEvent, id_: str, assigned: Mapping[int, str], now: datetime
    ) -> list[str]:
        """Write ids into the tutorial rows; return a sentence for each that another program has given away already."""
        if event.tutorial_event_id is None:
            return []
        ids: dict[int, str | None] = {
            session.tutorial_session_id: assigned[session.id]
            for session in event.sessions
            if session.id in assigned and session.tutorial_session_id is not None
        }
        return self._layout.set_external_ids(connection, event.tutorial_event_id, id_, ids, now)


_NO_TROUBLE: Final = {"failure": None, "refusal": None, "tries": 0, "waiting_since": None, "next_try_at": None}


def forget(connection: Connection, event: PlannedEvent) -> None:
    """Take back what is recorded of an event in Administrate, within the caller's transaction."""
    connection.execute(
        delete(planned_sessions).where(
            planned_sessions.c.planned_event_id == event.id, planned_sessions.c.day.is_(None)
        )
    )
    nothing: dict[str, Any] = {
        "external_id": None,
        "create_sent_at": None,
        "absent_at": None,
        "updated_at": func.now(),
    }
    connection.execute(
        update(planned_sessions)
        .where(planned_sessions.c.planned_event_id == event.id)
        .values(state=SessionState.PLANNED, **nothing)
    )
    connection.execute(
        update(planned_events)
        .where(planned_events.c.id == event.id)
        .values(state=EventState.PLANNED, agreed=None, **nothing)
    )


def clear(event: PlannedEvent) -> None:
    """Make the run's picture of an event what `forget` has written."""
    event.stamp, event.state, event.agreed = CreateStamp(), EventState.PLANNED, Sides(None, None)
    event.sessions = [session for session in event.sessions if session.day is not None]
    for session in event.sessions:
        session.stamp, session.state = CreateStamp(), SessionState.PLANNED


def _agreement(agreed: Sides) -> dict[str, Any]:
    def rows(view: View | None) -> Any:
        return [] if view is None else view_as_json(view)

    return {"agreed": {"here": rows(agreed.here), "there": rows(agreed.there)}}


def _stamp_of_event(event: PlannedEvent, stamp: CreateStamp, state: EventState) -> dict[str, Any]:
    return {"row_id": event.id, "state": state, "code": event.code, **stamp_columns(stamp)}


def _stamp_of_session(session: PlannedSession, stamp: CreateStamp, state: SessionState) -> dict[str, Any]:
    return {"row_id": session.id, "state": state, **stamp_columns(stamp)}


def _write_sessions(connection: Connection, event: PlannedEvent, assigned: Mapping[int, str]) -> None:
    rows = [
        {"row_id": session.id, "external_id": assigned[session.id], "state": SessionState.CREATED}
        for session in event.sessions
        if session.id in assigned
    ]
    if rows:
        connection.execute(_by_id(planned_sessions), rows)


def _take_ids(event: PlannedEvent, assigned: Mapping[int, str]) -> None:
    for session in event.sessions:
        if session.id in assigned:
            session.stamp, session.state = after_answer(session.stamp, assigned[session.id]), SessionState.CREATED


def _insert_surplus(connection: Connection, event: PlannedEvent, external_id: str, title: str) -> PlannedSession:
    row = {
        "planned_event_id": event.id,
        "day": None,
        "title": title,
        "external_id": external_id,
        "state": SessionState.CREATED,
    }
    id_ = connection.execute(insert(planned_sessions).values(row).returning(planned_sessions.c.id)).scalar_one()
    return PlannedSession(id_, None, title, SessionState.CREATED, stamp=CreateStamp(external_id=external_id))


def _by_id(table: Table) -> Update:
    """Return an update for a list of rows that carry the id as `row_id`, and by column name what is new."""
    return update(table).where(table.c.id == bindparam("row_id")).values(updated_at=func.now())
