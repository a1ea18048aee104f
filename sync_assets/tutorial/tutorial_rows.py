"""What both layouts do alike with the rows of an event: its sessions, their instructors, its rows in `adm`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, func, insert, select, update

from sync_assets.text import match_key
from sync_assets.tutorial.errors import TutorialRowRefused
from sync_assets.tutorial.events import (
    ExistingEvent,
    InsertedEvent,
    StoredEvent,
    StoredSession,
    TutorialEvent,
    TutorialSession,
)
from sync_assets.tutorial.field_values import field_values
from sync_assets.tutorial.lengths import Misfit, misfits, refuse_misfits
from sync_assets.tutorial.pairs import EventPairs, SessionPairs
from sync_assets.tutorial.references import references_to
from sync_assets.tutorial.session_instructors import (
    add_instructors,
    change_instructors,
    instructors_of,
    remove_instructors,
)
from sync_assets.tutorial.whole_rows import WholeEvents, WholeSessions

SESSION_COLUMNS: Final = {
    "day": "sequence",
    "title": "title",
    "start": "start_date",
    "end": "end_date",
    "location_id": "location_id",
    "venue_id": "venue_id",
    "url": "url",
}
"""The column of `acted.tutorial_sessions` that each field of TutorialSession is stored in, in both layouts."""

Span = tuple[datetime | None, datetime | None]


class TutorialRows(ABC):
    """The rows of events in one layout; a subclass names its tables and says which columns its fields have."""

    name: str
    kept_fields: frozenset[str]
    kept_session_fields: frozenset[str]
    events: Table
    sessions: Table
    event_fields: Mapping[str, str]
    """The field of TutorialEvent that a column's value comes from, for sentences."""
    session_columns: Mapping[str, str] = SESSION_COLUMNS

    def __init__(self, bridge_events: EventPairs | WholeEvents, bridge_sessions: SessionPairs | WholeSessions) -> None:
        self._bridge_events = bridge_events
        self._bridge_sessions = bridge_sessions

    @abstractmethod
    def _event_row(self, event: TutorialEvent) -> dict[str, Any]:
        """Return the columns of a new event, times aside."""

    @abstractmethod
    def _changed_columns(self, connection: Connection, event_id: int, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns that changes of fields come down to."""

    @abstractmethod
    def _event_values(self, row: Row[Any], sessions: Sequence[Row[Any]]) -> dict[str, Any]:
        """Return what a row holds by field name."""

    @abstractmethod
    def _follow_span(self, connection: Connection, event_id: int, before: Span, after: Span) -> None:
        """Change what an event's row says of the span of its sessions."""

    def existing_events(self, connection: Connection, title_keys: Collection[str] | None = None) -> list[ExistingEvent]:
        """Return the events whose title has one of these match keys, or all of them."""
        wanted = None if title_keys is None else set(title_keys)
        rows = connection.execute(select(self.events.c.id, self.events.c.code).order_by(self.events.c.id)).all()
        chosen = [row for row in rows if wanted is None or match_key(row.code) in wanted]
        ids = self._external_ids(connection, [row.id for row in chosen])
        return [ExistingEvent(row.id, row.code, ids.get(row.id)) for row in chosen]

    def _external_ids(self, connection: Connection, event_ids: Collection[int]) -> dict[int, str]:
        return self._bridge_events.external_ids(connection, event_ids)

    def misfits(self, event: TutorialEvent, sessions: Sequence[TutorialSession]) -> list[Misfit]:
        """Return what of an event the tables cannot hold."""
        sources = {**self.event_fields, "remain_space": "max_places"}
        found = [*misfits(self.events, self._event_row(event), sources), *self._bridge_misfits(event)]
        fields = {column: name for name, column in self.session_columns.items()}
        for session in sessions:
            found += misfits(self.sessions, self._session_row(field_values(session)), fields, session.day)
        return list({(misfit.field, misfit.day): misfit for misfit in reversed(found)}.values())[::-1]

    def _bridge_misfits(self, event: TutorialEvent) -> Iterator[Misfit]:
        """Yield what of an event `adm.events` cannot hold."""
        yield from ()

    def insert_event(
        self, connection: Connection, event: TutorialEvent, sessions: Sequence[TutorialSession], now: datetime
    ) -> InsertedEvent:
        """Insert an event with its sessions, their instructors, and its rows in `adm`.

        Raises TutorialRowRefused, before anything is written, or IntegrityError.
        """
        for misfit in self.misfits(event, sessions):
            raise TutorialRowRefused(f"{misfit.sentence} Nothing was written.")
        event_id = self._insert(connection, self.events, [self._event_row(event)], now)[0]
        self._bridge_events.insert(connection, event_id, event, sessions, now)
        session_ids = self._insert_sessions(connection, event_id, sessions, now)
        return InsertedEvent(event_id, {session.day: id_ for session, id_ in zip(sessions, session_ids, strict=True)})

    def _insert(self, connection: Connection, table: Table, rows: list[dict[str, Any]], now: datetime) -> list[int]:
        """Insert rows and return their ids in the same order."""
        timed = [{**row, "created_at": now, "updated_at": now} for row in rows]
        found = connection.execute(insert(table).returning(table.c.id, sort_by_parameter_order=True), timed)
        return [row.id for row in found]

    def _insert_sessions(
        self, connection: Connection, event_id: int, sessions: Sequence[TutorialSession], now: datetime
    ) -> list[int]:
        if not sessions:
            return []
        rows = [{"tutorial_event_id": event_id, **self._session_row(field_values(each))} for each in sessions]
        ids = self._insert(connection, self.sessions, rows, now)
        by_id = dict(zip(ids, sessions, strict=True))
        add_instructors(connection, {id_: session.instructor_ids for id_, session in by_id.items()})
        self._bridge_sessions.insert(connection, event_id, by_id, now)
        return ids

    def _session_row(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        return {column: changes[name] for name, column in self.session_columns.items() if name in changes}

    def read_events(self, connection: Connection, ids: Collection[int]) -> dict[int, StoredEvent]:
        """Return events by id with all of their sessions in the order of their days; a row that is gone is left out."""
        if not ids:
            return {}
        sessions: dict[int, list[Row[Any]]] = defaultdict(list)
        table = self.sessions
        for row in connection.execute(
            select(table).where(table.c.tutorial_event_id.in_(ids)).order_by(table.c.sequence)
        ):
            sessions[row.tutorial_event_id].append(row)
        taught = instructors_of(connection, [row.id for rows in sessions.values() for row in rows])
        external_ids = self._external_ids(connection, ids)
        return {
            row.id: StoredEvent(
                row.id,
                external_ids.get(row.id),
                self._event_values(row, sessions[row.id]),
                [StoredSession(each.id, self._session_values(each, taught[each.id])) for each in sessions[row.id]],
            )
            for row in connection.execute(select(self.events).where(self.events.c.id.in_(ids)))
        }

    def _session_values(self, row: Row[Any], instructors: tuple[int, ...]) -> dict[str, Any]:
        values = {name: row._mapping[column] for name, column in self.session_columns.items()}
        return {**values, "instructor_ids": instructors}

    def update_event(self, connection: Connection, event_id: int, changes: Mapping[str, Any], now: datetime) -> None:
        """Change fields of an event; those that no column is there for are passed over. Raises TutorialRowRefused."""
        values = self._changed_columns(connection, event_id, changes)
        refuse_misfits(self.events, values)
        if values:
            connection.execute(update(self.events).where(self.events.c.id == event_id).values(**values, updated_at=now))
        self._bridge_events.update(connection, event_id, changes, now)

    def _remaining_space(
        self, connection: Connection, event_id: int, before: int | None, after: int | None
    ) -> dict[str, int]:
        """Return the places that are left if there are `after` in all and not `before` any more."""
        row = connection.execute(select(self.events.c.remain_space).where(self.events.c.id == event_id)).one_or_none()
        if row is None:
            return {}
        left = after or 0 if before is None else row.remain_space + (after or 0) - before
        return {"remain_space": max(left, 0)}

    def insert_session(self, connection: Connection, event_id: int, session: TutorialSession, now: datetime) -> int:
        """Insert one further session with its instructors and return its id.

        Raises TutorialRowRefused or IntegrityError.
        """
        refuse_misfits(self.sessions, self._session_row(field_values(session)))
        before = self._span(connection, event_id)
        (id_,) = self._insert_sessions(connection, event_id, [session], now)
        self._follow_span(connection, event_id, before, self._span(connection, event_id))
        return id_

    def update_session(
        self, connection: Connection, session_id: int, changes: Mapping[str, Any], now: datetime
    ) -> None:
        """Change fields of a session, instructors included. Raises TutorialRowRefused."""
        place = self._place(connection, session_id)
        if place is None:
            return
        event_id, day = place
        before = self._span(connection, event_id)
        values = self._session_row(changes)
        refuse_misfits(self.sessions, values)
        if values:
            table = self.sessions
            connection.execute(update(table).where(table.c.id == session_id).values(**values, updated_at=now))
        if "instructor_ids" in changes:
            change_instructors(connection, session_id, changes["instructor_ids"])
        self._bridge_sessions.update(connection, event_id, day, changes, now)
        self._follow_span(connection, event_id, before, self._span(connection, event_id))

    def _place(self, connection: Connection, session_id: int) -> tuple[int, int] | None:
        """Return the event of a session and its day, None where the session is gone."""
        table = self.sessions
        row = connection.execute(
            select(table.c.tutorial_event_id, table.c.sequence).where(table.c.id == session_id)
        ).one_or_none()
        return None if row is None else (row.tutorial_event_id, row.sequence)

    def _span(self, connection: Connection, event_id: int) -> Span:
        return self._span_where(connection, event_id)

    def _span_where(self, connection: Connection, event_id: int, *where: ColumnElement[bool]) -> Span:
        table = self.sessions
        earliest, latest = func.min(table.c.start_date), func.max(table.c.end_date)
        row = connection.execute(select(earliest, latest).where(table.c.tutorial_event_id == event_id, *where)).one()
        return row[0], row[1]

    def set_external_ids(
        self,
        connection: Connection,
        event_id: int,
        external_id: str | None,
        sessions: Mapping[int, str | None],
        now: datetime,
    ) -> list[str]:
        """Write the ids that Administrate gave an event and its sessions (by tutorial session id); None clears one.

        Returns a sentence for each id that another program has given away already; those are left as they are.
        """
        said = list(self._set_own_external_id(connection, event_id, external_id, now))
        said += self._bridge_events.set_external_ids(connection, {event_id: external_id}, now)
        return said + self._bridge_sessions.set_external_ids(connection, sessions, now)

    def _set_own_external_id(
        self, connection: Connection, event_id: int, external_id: str | None, now: datetime
    ) -> Iterator[str]:
        """Write the id into the event's own row, where the layout has a column for it."""
        yield from ()

    def references(self, connection: Connection, event_ids: Collection[int]) -> dict[int, list[str]]:
        """Return the rows of other programs that refer to an event or its sessions, by event."""
        found: dict[int, list[str]] = {id_: [] for id_ in event_ids}
        for id_, rows in references_to(connection, "acted.tutorial_events", event_ids).items():
            found[id_] += rows
        table = self.sessions
        event_of = {
            row.id: row.tutorial_event_id
            for row in connection.execute(
                select(table.c.id, table.c.tutorial_event_id).where(table.c.tutorial_event_id.in_(event_ids))
            )
        }
        for session_id, rows in references_to(connection, "acted.tutorial_sessions", list(event_of)).items():
            known = found[event_of[session_id]]
            known += [row for row in rows if row not in known]
        return {id_: rows for id_, rows in found.items() if rows}

    def delete_event(self, connection: Connection, event_id: int) -> None:
        """Delete an event with its sessions, their instructors, and the rows of `adm.events` and `adm.sessions`."""
        table = self.sessions
        ids = list(connection.scalars(select(table.c.id).where(table.c.tutorial_event_id == event_id)))
        self._bridge_sessions.delete_of(connection, event_id, ids)
        self._bridge_events.delete(connection, [event_id])
        self._delete_sessions(connection, ids)
        connection.execute(delete(self.events).where(self.events.c.id == event_id))

    def _delete_sessions(self, connection: Connection, session_ids: Collection[int]) -> None:
        remove_instructors(connection, session_ids)
        connection.execute(delete(self.sessions).where(self.sessions.c.id.in_(session_ids)))
