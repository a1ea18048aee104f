"""Events that an import has begun: what is recorded of them, and what this run knows beside that."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from sync_assets.event_import.import_tables import ImportState, SessionState, events, sessions
from sync_assets.event_import.validation.resolution import ResolvedEvent, ResolvedSession


@dataclass(slots=True, eq=False)
class ImportedSession:
    """A row of `adm.sessions`; `day` is None for a session of the template beyond those of the workbook."""

    id: int
    day: int | None
    tutorial_session_id: int | None
    external_id: str | None = None
    is_sent: bool = False


@dataclass(slots=True, eq=False)
class ImportedEvent:
    """A row of `adm.events` with its sessions; `row` is the Excel row that the event starts in."""

    id: int
    row: int
    title: str
    tutorial_event_id: int | None
    external_id: str | None = None
    state: ImportState = ImportState.WRITTEN
    warnings: list[str] = field(default_factory=list)
    failure: str | None = None
    sessions: list[ImportedSession] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Booking:
    """A contact's part in an event or a session: ids of Administrate, and `instructor` or `administrator`."""

    record: str
    contact: str
    staff_type: str


@dataclass(slots=True, eq=False)
class EventInProgress:
    """An event on its way into Administrate.

    `booked` is the staff that is known to be there, nobody for an event that this run has created. `failure` stops it
    for this run, `done` says what the run has done in words.
    """

    event: ResolvedEvent
    begun: ImportedEvent
    booked: set[Booking] = field(default_factory=set)
    is_adopted: bool = False
    failure: str | None = None
    done: list[str] = field(default_factory=list)

    @property
    def external_id(self) -> str:
        """The event's id in Administrate, once it has one."""
        if self.begun.external_id is None:
            raise ValueError(f"{self.begun.title} is not in Administrate yet")
        return self.begun.external_id

    def session_of(self, begun: ImportedSession) -> ResolvedSession:
        """Return the workbook's session of a day."""
        return next(session for session in self.event.sessions if session.upload.day == begun.day)


def load_imported(connection: Connection, upload_key: str) -> dict[int, ImportedEvent]:
    """Return the events that an upload has begun so far, by the Excel row that each starts in."""
    sessions_of: dict[int, list[ImportedSession]] = defaultdict(list)
    found = connection.execute(
        select(sessions)
        .join(events, events.c.id == sessions.c.event_id)
        .where(events.c.upload_key == upload_key)
        .order_by(sessions.c.event_id, sessions.c.day_number, sessions.c.id)
    )
    for row in found:
        is_sent = row.state == SessionState.SENT
        sessions_of[row.event_id].append(
            ImportedSession(row.id, row.day_number, row.tutorial_session_id, row.external_id, is_sent)
        )
    return {
        row.upload_row: ImportedEvent(
            id=row.id,
            row=row.upload_row,
            title=row.title,
            tutorial_event_id=row.tutorial_event_id,
            external_id=row.external_id,
            state=ImportState(row.state),
            warnings=list(row.warnings or ()),
            failure=row.failure,
            sessions=sessions_of[row.id],
        )
        for row in connection.execute(select(events).where(events.c.upload_key == upload_key))
    }
