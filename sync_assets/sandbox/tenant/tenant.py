"""The stand-in tenant: its records, what it is like, and what a person does in the vendor's pages."""

from __future__ import annotations

from typing import Any

from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
from sync_assets.sandbox.tenant.carried_out import CarriedOutMutations
from sync_assets.sandbox.tenant.event_records import Event, Session
from sync_assets.sandbox.tenant.records import CourseTemplate, Record
from sync_assets.sandbox.tenant.store import Store


class Tenant(Store):
    """One customer of Administrate. `carried_out` holds the mutations that changed something.

    What a person does is refused by nothing, and is not among the mutations.
    """

    def __init__(self, behaviour: TenantBehaviour | None = None) -> None:
        super().__init__()
        self.behaviour = behaviour or TenantBehaviour()
        self.carried_out = CarriedOutMutations()

    def edit(self, record: Record, **values: Any) -> None:
        """Change a record by hand; an event's update time moves, too (a session's moves it by a setting)."""
        with self.transaction():
            self.change(record, **values)
            self.touch(record)

    def publish(self, record: Event | Session | CourseTemplate) -> None:
        """Publish a record by hand; the sessions of an event stay what they are."""
        self.edit(record, lifecycle_state="published")

    def cancel(self, record: Event | Session) -> None:
        """Cancel an event or a session by hand. Whether an event takes its sessions along is a setting."""
        self.edit(record, lifecycle_state="cancelled", cancelled_at=self.now().isoformat())
        if isinstance(record, Event) and self.behaviour.cancel_reaches_sessions:
            for session in record.sessions:
                if session.lifecycle_state != "cancelled":
                    self.cancel(session)

    def delete(self, record: Record) -> None:
        """Delete a record by hand, an event with its sessions and staff, in whatever state it is."""
        with self.transaction():
            parts: list[Record] = [record]
            if isinstance(record, Event):
                parts += [*record.sessions, *record.staff]
                parts += [booking for session in record.sessions for booking in session.staff]
            for part in parts:
                self.remove(part)
            if isinstance(record, Session):
                event = record.parent_event
                self.change(event, sessions=[each for each in event.sessions if each is not record])

    def book(self, event: Event, places: int = 1) -> None:
        """Register people for an event by hand. It is not known to move the update time, so here it does not."""
        with self.transaction():
            self.change(event, booked_places=event.booked_places + places)

    def touch(self, record: Record) -> None:
        """Move the update time that a change of the record moves, if it moves any."""
        if isinstance(record, Session) and self.behaviour.session_edit_moves_event:
            record = record.parent_event
        if isinstance(record, Event | CourseTemplate):
            self.change(record, updated_at=self.now())
