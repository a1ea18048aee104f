"""People onto events and sessions, each once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sync_assets.event_import.administrate_side.batches import Argument, Mutation
from sync_assets.event_import.administrate_side.create_events import bookings_of
from sync_assets.event_import.administrate_side.find_events import read_events
from sync_assets.event_import.administrate_side.sending import Payload
from sync_assets.event_import.administrate_side.step import ADMINISTRATOR, INSTRUCTOR, RemoteWrite, refusal
from sync_assets.event_import.import_tables import ImportState
from sync_assets.event_import.writing.progress import Booking, EventInProgress


@dataclass(frozen=True, slots=True)
class _Addition:
    """Contacts to book in one part on an event, or on one of its sessions; on an event it is one contact."""

    event: EventInProgress
    record: str
    staff_type: str
    contacts: tuple[str, ...]

    @property
    def bookings(self) -> set[Booking]:
        return {Booking(self.record, contact, self.staff_type) for contact in self.contacts}

    @property
    def is_of_event(self) -> bool:
        return self.record == self.event.begun.external_id


def book_staff(write: RemoteWrite, events: Sequence[EventInProgress]) -> None:
    """Book whoever is not booked yet on scheduled events. Raises AdministrateError."""
    going_on = [event for event in events if event.failure is None and event.begun.state == ImportState.SCHEDULED]
    additions = [addition for event in going_on for addition in _additions(event)]
    write.sender.send_all(additions, _Book(write))
    added: dict[EventInProgress, int] = defaultdict(int)
    for addition in additions:
        added[addition.event] += len(addition.bookings & addition.event.booked)
    for event, count in added.items():
        event.done.append(f"{count} people booked")
    write.reached(going_on, ImportState.COMPLETE)


def _additions(event: EventInProgress) -> list[_Addition]:
    """Return what is missing: administrators on the event, instructors on the sessions, or on an LMS event itself."""
    resolved = event.event
    on_event = [(ADMINISTRATOR, each.external_id) for each in resolved.administrators]
    if not event.begun.sessions:
        on_event += [(INSTRUCTOR, each.external_id) for each in resolved.instructors if each.external_id]
    wanted = [_Addition(event, event.external_id, type_, (contact,)) for type_, contact in dict.fromkeys(on_event)]
    for begun in event.begun.sessions:
        if begun.day is None or begun.external_id is None:
            continue
        session = event.session_of(begun)
        contacts = dict.fromkeys(each.external_id for each in session.instructors if each.external_id)
        wanted.append(_Addition(event, begun.external_id, INSTRUCTOR, tuple(contacts)))
    missing = (_without(addition, event.booked) for addition in wanted)
    return [addition for addition in missing if addition.contacts]


def _without(addition: _Addition, booked: set[Booking]) -> _Addition:
    contacts = tuple(
        contact for contact in addition.contacts if Booking(addition.record, contact, addition.staff_type) not in booked
    )
    return _Addition(addition.event, addition.record, addition.staff_type, contacts)


class _Book:
    """Books people; after a lost answer the staff that is there tells who is booked."""

    def __init__(self, write: RemoteWrite) -> None:
        self._write = write

    def mutation(self, item: _Addition) -> Mutation:
        if item.is_of_event:
            given = {"eventId": item.record, "contactId": item.contacts[0], "staffType": item.staff_type}
            return Mutation("event", "addStaff", (Argument("input", "EventStaffInput!", given),), "EventChanged")
        given_session = {"sessionId": item.record, "contactIds": list(item.contacts), "staffType": item.staff_type}
        argument = Argument("input", "SessionAddStaffInput!", given_session)
        return Mutation("session", "addStaff", (argument,), "SessionChanged")

    def record(self, answered: Sequence[tuple[_Addition, Payload]]) -> None:
        for item, payload in answered:
            if payload["errors"] or not payload.get("event" if item.is_of_event else "session"):
                self._write.fail(item.event, refusal(self.mutation(item).name, payload))
            else:
                item.event.booked |= item.bookings

    def outstanding(self, items: Sequence[_Addition]) -> Sequence[_Addition]:
        events = {item.event.external_id: item.event for item in items}
        for found in read_events(self._write.client, list(events)).values():
            events[found.external_id].booked |= bookings_of(found)
        left = (_without(item, item.event.booked) for item in items)
        return [item for item in left if item.contacts]

    def fail(self, items: Sequence[_Addition], sentence: str) -> None:
        for item in items:
            self._write.fail(item.event, sentence)
