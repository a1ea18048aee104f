"""The order in which events come into Administrate; each step ends for all events before the next one begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.errors import AdministrateError
from sync_assets.event_import.administrate_side.approvals import approve_instructors
from sync_assets.event_import.administrate_side.create_events import create, resume
from sync_assets.event_import.administrate_side.sending import Sender
from sync_assets.event_import.administrate_side.sessions import schedule
from sync_assets.event_import.administrate_side.staff import book_staff
from sync_assets.event_import.administrate_side.step import RemoteWrite
from sync_assets.event_import.writing.journal import Journal
from sync_assets.event_import.writing.progress import EventInProgress


def write_to_administrate(
    client: AdministrateClient,
    journal: Journal,
    sender: Sender,
    events: Sequence[EventInProgress],
    tell: Callable[[EventInProgress], None],
) -> AdministrateError | None:
    """Bring events into Administrate, from where each of them is.

    An event that fails carries its failure and holds up no other. Returns the error where Administrate could not be
    asked any more; events that are not complete by then wait for another run.
    """
    write = RemoteWrite(client, sender, journal, tell)
    try:
        resume(write, events)
        create(write, [event for event in events if event.failure is None])
        schedule(write, events)
        approve_instructors(write, events)
        book_staff(write, events)
    except AdministrateError as error:
        return error
    return None
