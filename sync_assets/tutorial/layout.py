"""What differs between the layouts of the tutorial application's tables, and how one tells which a database has."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from sync_assets.tutorial.catalogue import ExamSession, Product
from sync_assets.tutorial.errors import TutorialTablesUnknown
from sync_assets.tutorial.events import (
    ExistingEvent,
    InsertedEvent,
    StoredEvent,
    TutorialEvent,
    TutorialSession,
)
from sync_assets.tutorial.february import February
from sync_assets.tutorial.layout_examination import examine, has_whole_rows, read_columns
from sync_assets.tutorial.lengths import Misfit
from sync_assets.tutorial.may import May
from sync_assets.tutorial.pairs import EventPairs, SessionPairs, event_pairs, session_pairs
from sync_assets.tutorial.tables import LayoutName
from sync_assets.tutorial.whole_rows import WholeEvents, WholeSessions


class Layout(Protocol):
    """The tables of one version of the tutorial application, as far as an import, an action or a decision needs them.

    No method commits. Each also keeps the rows of `adm.events` and `adm.sessions` in the shape that is found: whole
    rows in February, pairs of ids in May, the thin shape of our own where the application has neither table.
    """

    name: str
    """What people call it: "February 2026" or "May 2026"."""
    kept_fields: frozenset[str]
    """The fields of TutorialEvent that the layout can store and give back."""
    kept_session_fields: frozenset[str]
    """Likewise of TutorialSession."""

    def existing_events(self, connection: Connection, title_keys: Collection[str] | None = None) -> list[ExistingEvent]:
        """Return the events whose title has one of these match keys, or all of them."""

    def misfits(self, event: TutorialEvent, sessions: Sequence[TutorialSession]) -> list[Misfit]:
        """Return what of an event the tables cannot hold, before anything is written."""

    def insert_event(
        self, connection: Connection, event: TutorialEvent, sessions: Sequence[TutorialSession], now: datetime
    ) -> InsertedEvent:
        """Insert an event with its sessions, their instructors, and its rows in `adm`.

        Raises TutorialRowRefused, before anything is written, or IntegrityError.
        """

    def read_events(self, connection: Connection, ids: Collection[int]) -> dict[int, StoredEvent]:
        """Return events by id with all of their sessions; a row that is gone is left out."""

    def update_event(self, connection: Connection, event_id: int, changes: Mapping[str, Any], now: datetime) -> None:
        """Change fields of an event, by field name of TutorialEvent; those that are not kept are passed over.

        Places and the days of the event follow what they depend on. Raises TutorialRowRefused.
        """

    def insert_session(self, connection: Connection, event_id: int, session: TutorialSession, now: datetime) -> int:
        """Insert one further session with its instructors and return its id.

        Raises TutorialRowRefused or IntegrityError.
        """

    def update_session(
        self, connection: Connection, session_id: int, changes: Mapping[str, Any], now: datetime
    ) -> None:
        """Change fields of a session, by field name of TutorialSession, instructors included.

        Raises TutorialRowRefused.
        """

    def remove_session(self, connection: Connection, session_id: int, now: datetime) -> str | None:
        """Cancel a session, or delete it where the layout has no such flag.

        Returns a sentence where it had to stay, since a row of another program refers to it; None otherwise.
        """

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

    def references(self, connection: Connection, event_ids: Collection[int]) -> dict[int, list[str]]:
        """Return the rows of other programs that refer to an event or its sessions, as "acted.tutorial_choices 12"."""

    def delete_event(self, connection: Connection, event_id: int) -> None:
        """Delete an event with its sessions, their instructors, and the rows of `adm.events` and `adm.sessions`."""

    def insert_staff(self, connection: Connection, user_id: int, first_name: str, last_name: str, now: datetime) -> int:
        """Insert the row of `acted.staff` that an instructor needs and return its id."""

    def exam_sessions(self, connection: Connection) -> list[ExamSession]:
        """Return the exam sessions."""

    def products(self, connection: Connection) -> list[Product]:
        """Return the products of tutorials, those that are no longer sold included."""


def layout_of(connection: Connection) -> Layout:
    """Return the layout of a database, recognized by its columns. Raises TutorialTablesUnknown where it is neither."""
    columns = read_columns(connection)
    examination = examine(columns)
    if examination.layout is None:
        raise TutorialTablesUnknown(examination.sentence)
    if examination.layout is LayoutName.MAY:
        return May(EventPairs(), SessionPairs())
    return February(
        WholeEvents() if has_whole_rows(columns, event_pairs) else EventPairs(),
        WholeSessions() if has_whole_rows(columns, session_pairs) else SessionPairs(),
    )
