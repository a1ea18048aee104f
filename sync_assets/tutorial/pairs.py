"""Rows of `adm.events` and `adm.sessions` in the thin shape: a pair of ids, as May's application keeps them.

The application writes such rows, too. One of its own with the same id on either side is used, and never doubled.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Identity,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from sync_assets.tutorial.events import TutorialEvent, TutorialSession

METADATA = MetaData(schema="adm")
LONGEST_EXTERNAL_ID: Final = 50


def _pairs(name: str, link: str) -> Table:
    return Table(
        name,
        METADATA,
        Column("id", BigInteger, Identity(), primary_key=True),
        Column("external_id", String(LONGEST_EXTERNAL_ID), unique=True),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("updated_at", DateTime(timezone=True), nullable=False),
        Column(link, BigInteger),
    )


event_pairs: Final = _pairs("events", "tutorial_event_id")
session_pairs: Final = _pairs("sessions", "tutorial_session_id")


class Pairs:
    """The rows of one of the two tables, found by the id of a tutorial row."""

    def __init__(self, table: Table, link: str, what: str) -> None:
        self.table = table
        self._link = table.c[link]
        self._what = what

    def external_ids(self, connection: Connection, tutorial_ids: Collection[int]) -> dict[int, str]:
        """Return what Administrate calls these tutorial rows, as far as it is known."""
        table = self.table
        rows = connection.execute(
            select(self._link.label("tutorial_id"), table.c.external_id)
            .where(self._link.in_(tutorial_ids), table.c.external_id.is_not(None))
            .order_by(table.c.id)
        )
        return {row.tutorial_id: row.external_id for row in rows}

    def add(self, connection: Connection, tutorial_id: int, now: datetime) -> None:
        """Insert a row without an external id, unless there is one for the tutorial row."""
        if connection.scalar(select(self.table.c.id).where(self._link == tutorial_id).limit(1)) is None:
            self._insert(connection, tutorial_id, None, now)

    def _insert(self, connection: Connection, tutorial_id: int, external_id: str | None, now: datetime) -> None:
        values = {self._link.name: tutorial_id, "external_id": external_id, "created_at": now, "updated_at": now}
        connection.execute(insert(self.table).values(values))

    def set_external_id(
        self, connection: Connection, tutorial_id: int, external_id: str | None, now: datetime
    ) -> str | None:
        """Write an external id, None to clear it. Returns a sentence where it had to stay as it was."""
        table = self.table
        own = connection.execute(select(table).where(self._link == tutorial_id).order_by(table.c.id)).all()
        if external_id is None:
            self._change([row.id for row in own if row.external_id is not None], connection, {"external_id": None}, now)
            return None
        if len(external_id) > LONGEST_EXTERNAL_ID:
            return f"{table.fullname} cannot hold the id {external_id} of the {self._what}: it is too long."
        other = connection.execute(select(table).where(table.c.external_id == external_id)).one_or_none()
        if other is None:
            free = next((row for row in own if row.external_id is None), own[0] if own else None)
            if free is None:
                self._insert(connection, tutorial_id, external_id, now)
            else:
                self._change([free.id], connection, {"external_id": external_id}, now)
            return None
        linked_to = other._mapping[self._link.name]
        if linked_to not in (None, tutorial_id):
            return (
                f"{table.fullname} says that {external_id} of Administrate is tutorial {self._what} {linked_to}, and "
                f"it is tutorial {self._what} {tutorial_id}; correct it in the tutorial application."
            )
        blank = [row.id for row in own if row.external_id is None]
        if blank:
            connection.execute(delete(table).where(table.c.id.in_(blank)))
        if linked_to is None:
            self._change([other.id], connection, {self._link.name: tutorial_id}, now)
        return None

    def _change(self, ids: list[int], connection: Connection, values: Mapping[str, Any], now: datetime) -> None:
        if ids:
            connection.execute(update(self.table).where(self.table.c.id.in_(ids)).values(**values, updated_at=now))

    def delete(self, connection: Connection, tutorial_ids: Collection[int]) -> None:
        """Delete the rows of tutorial rows."""
        connection.execute(delete(self.table).where(self._link.in_(tutorial_ids)))


class EventPairs(Pairs):
    """The pairs of events."""

    def __init__(self) -> None:
        super().__init__(event_pairs, "tutorial_event_id", "event")

    def insert(
        self,
        connection: Connection,
        event_id: int,
        event: TutorialEvent,
        sessions: Collection[TutorialSession],
        now: datetime,
    ) -> None:
        """Insert the row of an event."""
        self.add(connection, event_id, now)

    def update(self, connection: Connection, event_id: int, changes: Mapping[str, Any], now: datetime) -> None:
        """Change nothing: a pair holds nothing of what an event is."""

    def max_places(self, connection: Connection, event_id: int) -> int | None:
        """Return None: a pair does not know it."""
        return None

    def zone(self, connection: Connection, event_id: int) -> str | None:
        """Return None: a pair does not know it."""
        return None


class SessionPairs(Pairs):
    """The pairs of sessions."""

    def __init__(self) -> None:
        super().__init__(session_pairs, "tutorial_session_id", "session")

    def insert(
        self, connection: Connection, event_id: int, sessions: Mapping[int, TutorialSession], now: datetime
    ) -> None:
        """Insert the rows of sessions, by tutorial session id."""
        for session_id in sessions:
            self.add(connection, session_id, now)

    def update(
        self, connection: Connection, event_id: int, day: int, changes: Mapping[str, Any], now: datetime
    ) -> None:
        """Change nothing: a pair holds nothing of what a session is."""

    def delete_of(self, connection: Connection, event_id: int, session_ids: Collection[int]) -> None:
        """Delete the rows of an event's sessions."""
        self.delete(connection, session_ids)

    def cancel(self, connection: Connection, event_id: int, session_id: int, day: int, now: datetime) -> None:
        """Forget a session whose tutorial row is deleted next."""
        self.delete(connection, [session_id])
