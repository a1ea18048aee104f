"""Rows of `adm.events` and `adm.sessions` in the thin shape: a pair of ids, as May's application keeps them.

The application writes such rows, too. One of its own with the same id on either side is used, and never doubled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Identity,
    MetaData,
    Row,
    String,
    Table,
    bindparam,
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


@dataclass(slots=True)
class _Change:
    """What of a table changes, by the ids of its rows; rows that are added come by tutorial id."""

    deleted: list[int] = field(default_factory=list)
    cleared: list[int] = field(default_factory=list)
    changed: dict[int, tuple[int, str]] = field(default_factory=dict)
    added: dict[int, str | None] = field(default_factory=dict)


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

    def add(self, connection: Connection, tutorial_ids: Collection[int], now: datetime) -> None:
        """Insert rows without an external id for the tutorial rows that have none yet."""
        there = set(connection.scalars(select(self._link).where(self._link.in_(tutorial_ids))))
        self._insert(connection, {id_: None for id_ in tutorial_ids if id_ not in there}, now)

    def set_external_ids(self, connection: Connection, ids: Mapping[int, str | None], now: datetime) -> list[str]:
        """Write external ids by the id of the tutorial row, None to clear one.

        Returns a sentence for each that had to stay as it was.
        """
        table, said = self.table, []
        own: dict[int, list[Row[Any]]] = defaultdict(list)
        for row in connection.execute(select(table).where(self._link.in_(ids)).order_by(table.c.id)):
            own[row._mapping[self._link.name]].append(row)
        given = [external_id for external_id in ids.values() if external_id is not None]
        holders = {
            row.external_id: row for row in connection.execute(select(table).where(table.c.external_id.in_(given)))
        }
        change = _Change()
        for tutorial_id, external_id in ids.items():
            rows = own[tutorial_id]
            holder = None if external_id is None else holders.get(external_id)
            if external_id is None:
                change.cleared += [row.id for row in rows if row.external_id is not None]
            elif len(external_id) > LONGEST_EXTERNAL_ID:
                said.append(f"{table.fullname} cannot hold the id {external_id} of the {self._what}: it is too long.")
            elif holder is None:
                free = next((row for row in rows if row.external_id is None), rows[0] if rows else None)
                if free is None:
                    change.added[tutorial_id] = external_id
                else:
                    change.changed[free.id] = (tutorial_id, external_id)
            elif (linked_to := holder._mapping[self._link.name]) not in (None, tutorial_id):
                said.append(
                    f"{table.fullname} says that {external_id} of Administrate is tutorial {self._what} {linked_to}, "
                    f"and it is tutorial {self._what} {tutorial_id}; correct it in the tutorial application."
                )
            else:
                change.deleted += [row.id for row in rows if row.external_id is None]
                if linked_to is None:
                    change.changed[holder.id] = (tutorial_id, external_id)
        self._write(connection, change, now)
        return said

    def _write(self, connection: Connection, change: _Change, now: datetime) -> None:
        table = self.table
        if change.deleted:
            connection.execute(delete(table).where(table.c.id.in_(change.deleted)))
        if change.cleared:
            values = {"external_id": None, "updated_at": now}
            connection.execute(update(table).where(table.c.id.in_(change.cleared)).values(values))
        if change.changed:
            connection.execute(
                update(table)
                .where(table.c.id == bindparam("row_id"))
                .values({self._link.name: bindparam("link"), "external_id": bindparam("external"), "updated_at": now}),
                [
                    {"row_id": row_id, "link": tutorial_id, "external": external_id}
                    for row_id, (tutorial_id, external_id) in change.changed.items()
                ],
            )
        self._insert(connection, change.added, now)

    def _insert(self, connection: Connection, ids: Mapping[int, str | None], now: datetime) -> None:
        rows = [
            {self._link.name: tutorial_id, "external_id": external_id, "created_at": now, "updated_at": now}
            for tutorial_id, external_id in ids.items()
        ]
        if rows:
            connection.execute(insert(self.table), rows)

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
        self.add(connection, [event_id], now)

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
        self.add(connection, list(sessions), now)

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
