"""Planned events as a run holds them: the stored row, its sessions, and what this run knows beside that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from sync_assets.administrate.create_once import CreateStamp, stamp_of
from sync_assets.bridge.planned_tables import EventState, SessionState, planned_events, planned_sessions
from sync_assets.event_import.planning.comparison import Sides
from sync_assets.event_import.planning.fields import view_from_json
from sync_assets.event_import.planning.plan import EventPlan, SessionPlan, from_json


@dataclass(slots=True, eq=False)
class PlannedSession:
    """A row of `adm.planned_sessions`; `day` is None for a session that only Administrate's template has."""

    id: int
    day: int | None
    title: str
    state: SessionState
    tutorial_session_id: int | None = None
    code: str | None = None
    stamp: CreateStamp = field(default_factory=CreateStamp)

    @property
    def external_id(self) -> str | None:
        """The session's id in Administrate, None while it is not known."""
        return self.stamp.external_id


@dataclass(slots=True, eq=False)
class PlannedEvent:
    """A row of `adm.planned_events` with its sessions.

    `done` says in words what this run has done. `is_stopped` keeps the event from further steps of this run: it waits,
    or it was refused. `is_created_now` says that this run knows it from the answer to its create, `is_outcome_unknown`
    that something sent for it has no answer.
    """

    id: int
    title: str
    title_key: str
    plan: EventPlan | None
    revision: int
    state: EventState
    upload_key: str | None = None
    upload_row: int | None = None
    tutorial_event_id: int | None = None
    code: str | None = None
    stamp: CreateStamp = field(default_factory=CreateStamp)
    agreed: Sides = field(default_factory=lambda: Sides(None, None))
    refusal: str | None = None
    failure: str | None = None
    warnings: list[str] = field(default_factory=list)
    tries: int = 0
    waiting_since: datetime | None = None
    next_try_at: datetime | None = None
    created_at: datetime | None = None
    sessions: list[PlannedSession] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    is_stopped: bool = False
    is_created_now: bool = False
    is_outcome_unknown: bool = False

    @property
    def external_id(self) -> str | None:
        """The event's id in Administrate, None while it is not known."""
        return self.stamp.external_id

    @property
    def the_plan(self) -> EventPlan:
        """The plan. Raises ValueError for an event of a former version whose upload has not run again."""
        if self.plan is None:
            raise ValueError(f"{self.title} has no plan yet")
        return self.plan

    @property
    def the_external_id(self) -> str:
        """The id in Administrate. Raises ValueError while it is not known."""
        if self.stamp.external_id is None:
            raise ValueError(f"{self.title} is not in Administrate yet")
        return self.stamp.external_id

    def session_of(self, day: int) -> PlannedSession | None:
        """Return the row of a day."""
        return next((session for session in self.sessions if session.day == day), None)

    def plan_of(self, session: PlannedSession) -> SessionPlan | None:
        """Return the plan of a session, None where the plan does not have its day."""
        if session.day is None:
            return None
        return next((each for each in self.the_plan.sessions if each.day == session.day), None)


def load_planned(connection: Connection, *where: ColumnElement[bool]) -> list[PlannedEvent]:
    """Return planned events with their sessions, in the order of their making. Those withdrawn are left out."""
    events = connection.execute(
        select(planned_events)
        .where(planned_events.c.state != EventState.WITHDRAWN, *where)
        .order_by(planned_events.c.id)
    ).all()
    sessions: dict[int, list[PlannedSession]] = defaultdict(list)
    ids = [row.id for row in events]
    for row in connection.execute(
        select(planned_sessions)
        .where(planned_sessions.c.planned_event_id.in_(ids))
        .order_by(planned_sessions.c.planned_event_id, planned_sessions.c.day, planned_sessions.c.id)
    ):
        sessions[row.planned_event_id].append(_session(row))
    return [_event(row, sessions[row.id]) for row in events]


def load_by_title(connection: Connection, title_keys: Collection[str]) -> dict[str, PlannedEvent]:
    """Return the planned events of these titles, by match key."""
    found = load_planned(connection, planned_events.c.title_key.in_(title_keys))
    return {event.title_key: event for event in found}


def _session(row: Any) -> PlannedSession:
    return PlannedSession(
        id=row.id,
        day=row.day,
        title=row.title,
        state=SessionState(row.state),
        tutorial_session_id=row.tutorial_session_id,
        code=row.code,
        stamp=stamp_of(row),
    )


def _event(row: Any, sessions: list[PlannedSession]) -> PlannedEvent:
    agreed = row.agreed or {}
    return PlannedEvent(
        id=row.id,
        title=row.title,
        title_key=row.title_key,
        plan=None if row.plan is None else from_json(row.plan),
        revision=row.revision,
        state=EventState(row.state),
        upload_key=row.upload_key,
        upload_row=row.upload_row,
        tutorial_event_id=row.tutorial_event_id,
        code=row.code,
        stamp=stamp_of(row),
        agreed=Sides(
            view_from_json(agreed["here"]) if "here" in agreed else None,
            view_from_json(agreed["there"]) if "there" in agreed else None,
        ),
        refusal=row.refusal,
        failure=row.failure,
        warnings=list(row.warnings),
        tries=row.tries,
        waiting_since=row.waiting_since,
        next_try_at=row.next_try_at,
        created_at=row.created_at,
        sessions=sessions,
    )
