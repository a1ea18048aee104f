"""Every step of an event is written down here, committed before the next one begins."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Table, Update, bindparam, delete, func, insert, select, update

from sync_assets.entities import course_templates
from sync_assets.event_import.import_tables import ImportState, SessionState, events, sessions
from sync_assets.event_import.writing.progress import ImportedEvent, ImportedSession


@dataclass(frozen=True, slots=True)
class CreatedEvent:
    """An event that Administrate has: its id, what it was given, and its sessions' ids by position and beyond.

    `assigned` are the ids of the workbook's sessions, `surplus` ids and titles of those that the workbook does not
    have.
    """

    begun: ImportedEvent
    external_id: str
    sent: Mapping[str, Any]
    warnings: Sequence[str]
    assigned: Mapping[ImportedSession, str]
    surplus: Sequence[tuple[str, str]]


class Journal:
    """Writes down what is known of events. All methods may be called from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()

    def created(self, creations: Sequence[CreatedEvent]) -> None:
        """Remember the ids of events and of the sessions that came with them."""
        if not creations:
            return
        with self._engine.begin() as connection:
            connection.execute(
                _by_id(events),
                [
                    {
                        "row_id": each.begun.id,
                        "external_id": each.external_id,
                        "state": ImportState.CREATED,
                        "sent": dict(each.sent),
                        "warnings": [*each.begun.warnings, *each.warnings],
                        "failure": None,
                        "lifecycle_state": "draft",
                    }
                    for each in creations
                ],
            )
            assigned = [
                {"row_id": session.id, "external_id": id_}
                for each in creations
                for session, id_ in each.assigned.items()
            ]
            if assigned:
                connection.execute(_by_id(sessions), assigned)
            added: list[tuple[ImportedEvent, ImportedSession]] = []
            for each in creations:
                for id_, title in each.surplus:
                    row = {
                        "event_id": each.begun.id,
                        "external_id": id_,
                        "title": title,
                        "cancelled": True,
                        "state": SessionState.WRITTEN,
                    }
                    number = connection.execute(insert(sessions).values(row).returning(sessions.c.id)).scalar_one()
                    added.append((each.begun, ImportedSession(number, None, None, id_)))
        for each in creations:
            each.begun.external_id, each.begun.state, each.begun.failure = each.external_id, ImportState.CREATED, None
            each.begun.warnings.extend(each.warnings)
            for session, id_ in each.assigned.items():
                session.external_id = id_
        for begun, surplus in added:
            begun.sessions.append(surplus)

    def forget(self, begun: ImportedEvent) -> None:
        """Take back what is recorded of an event that Administrate no longer has."""
        with self._engine.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.event_id == begun.id, sessions.c.day_number.is_(None)))
            connection.execute(
                update(sessions)
                .where(sessions.c.event_id == begun.id)
                .values(external_id=None, state=SessionState.WRITTEN, sent=None, updated_at=func.now())
            )
            connection.execute(
                update(events)
                .where(events.c.id == begun.id)
                .values(external_id=None, state=ImportState.WRITTEN, sent=None, updated_at=func.now())
            )
        begun.external_id, begun.state = None, ImportState.WRITTEN
        begun.sessions = [session for session in begun.sessions if session.day is not None]
        for session in begun.sessions:
            session.external_id, session.is_sent = None, False

    def sessions_found(self, found: Mapping[ImportedSession, str]) -> None:
        """Remember the ids of sessions that were created, or found to have been."""
        if not found:
            return
        rows = [{"row_id": session.id, "external_id": id_} for session, id_ in found.items()]
        with self._engine.begin() as connection:
            connection.execute(_by_id(sessions), rows)
        for session, id_ in found.items():
            session.external_id = id_

    def sessions_sent(self, sent: Mapping[ImportedSession, Mapping[str, Any]]) -> None:
        """Remember that sessions are in Administrate as they are to be, and what it was given for them."""
        if not sent:
            return
        rows = [
            {"row_id": session.id, "state": SessionState.SENT, "sent": dict(given)} for session, given in sent.items()
        ]
        with self._engine.begin() as connection:
            connection.execute(_by_id(sessions), rows)
        for session in sent:
            session.is_sent = True

    def reached(self, begun: Collection[ImportedEvent], state: ImportState) -> None:
        """Remember that events have come to a state."""
        if not begun:
            return
        with self._engine.begin() as connection:
            connection.execute(
                update(events)
                .where(events.c.id.in_([each.id for each in begun]))
                .values(state=state, failure=None, updated_at=func.now())
            )
        for each in begun:
            each.state, each.failure = state, None

    def warned(self, begun: ImportedEvent, sentences: Iterable[str]) -> None:
        """Remember warnings of an event, each once."""
        with self._lock:
            new = [sentence for sentence in dict.fromkeys(sentences) if sentence not in begun.warnings]
            if not new:
                return
            begun.warnings.extend(new)
            with self._engine.begin() as connection:
                connection.execute(_by_id(events), [{"row_id": begun.id, "warnings": begun.warnings}])

    def failed(self, begun: ImportedEvent, sentence: str) -> None:
        """Remember why an event did not get on."""
        with self._engine.begin() as connection:
            connection.execute(_by_id(events), [{"row_id": begun.id, "failure": sentence}])
        begun.failure = sentence

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

    def owners(self, external_ids: Collection[str]) -> dict[str, int]:
        """Return the bridge rows that have these events already, by the event's id in Administrate."""
        with self._engine.connect() as connection:
            found = connection.execute(
                select(events.c.external_id, events.c.id).where(events.c.external_id.in_(external_ids))
            )
            return {row.external_id: row.id for row in found}


def _by_id(table: Table) -> Update:
    """Return an update for a list of rows that carry the id as `row_id`, and by column name what is new."""
    return update(table).where(table.c.id == bindparam("row_id")).values(updated_at=func.now())
