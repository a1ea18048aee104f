"""Mutations that book people on events and sessions. Each raises Refused and changes nothing then."""

from __future__ import annotations

from typing import Any

from sync_assets.sandbox.tenant.event_records import Event, Session, Staff
from sync_assets.sandbox.tenant.records import Contact
from sync_assets.sandbox.tenant.refusals import InputErrors, Refused
from sync_assets.sandbox.tenant.tenant import Tenant

Fields = dict[str, Any]


def add_to_event(tenant: Tenant, fields: Fields) -> Event:
    """Book a contact on an event and, unless it is LMS only, on each session that has not booked it yet."""
    examination = InputErrors()
    event = examination.subject(tenant.events, fields["event_id"], "eventId")
    contact = examination.subject(tenant.contacts, fields["contact_id"], "contactId")
    staff_type = fields["staff_type"]
    _examine(examination, event, event, contact, staff_type)
    examination.done()
    booking = tenant.add_staff(contact, staff_type, event)
    booking.session_staff = [
        _booking_of(session, contact, staff_type) or tenant.add_staff(contact, staff_type, event, session)
        for session in event.sessions
    ]
    tenant.touch(event)
    return event


def remove_from_event(tenant: Tenant, fields: Fields) -> Event:
    """Undo a booking on an event, and those on its sessions that came with it."""
    examination = InputErrors()
    booking = examination.subject(tenant.staff, fields["staff_id"], "staffId")
    event = booking.event
    undone = [booking, *booking.session_staff]
    places: list[Event | Session] = [event, *event.sessions]
    for place in places:
        if any(each in undone for each in place.staff):
            tenant.change(place, staff=[each for each in place.staff if each not in undone])
    for each in undone:
        tenant.remove(each)
    tenant.touch(event)
    return event


def add_to_session(tenant: Tenant, fields: Fields) -> Session:
    """Book contacts on a session, all of them or none."""
    examination = InputErrors()
    session = examination.subject(tenant.sessions, fields["session_id"], "sessionId")
    wanted = [examination.record(tenant.contacts, each, "contactIds") for each in dict.fromkeys(fields["contact_ids"])]
    contacts = [contact for contact in wanted if contact is not None]
    for contact in contacts:
        _examine(examination, session.parent_event, session, contact, fields["staff_type"])
    examination.done()
    for contact in contacts:
        tenant.add_staff(contact, fields["staff_type"], session.parent_event, session)
    tenant.touch(session)
    return session


def remove_from_session(tenant: Tenant, fields: Fields) -> Session:
    """Undo a booking on a session."""
    examination = InputErrors()
    booking = examination.subject(tenant.staff, fields["staff_id"], "staffId")
    session = booking.session
    if session is None:
        examination.refuse("staffId", "The booking is one of an event, not of a session.", fields["staff_id"])
        raise Refused(examination.errors)
    tenant.remove(booking)
    tenant.change(session, staff=[each for each in session.staff if each is not booking])
    tenant.touch(session)
    return session


def _examine(examination: InputErrors, event: Event, place: Event | Session, contact: Contact, staff_type: str) -> None:
    """Note what keeps a contact from being booked: not an instructor, not approved, gone, booked already."""
    if staff_type == "instructor":
        if not contact.is_instructor:
            examination.refuse("contactId", f"{contact.name} is not an instructor.", contact.id)
        elif contact not in event.course_template.approved_instructors:
            message = f"{contact.name} is not approved to teach {event.course_template.code}."
            examination.refuse("contactId", message, contact.id)
    elif staff_type == "administrator" and not contact.is_admin:
        examination.refuse("contactId", f"{contact.name} is not an administrator.", contact.id)
    if contact.has_left_company:
        examination.refuse("contactId", f"{contact.name} has left the company.", contact.id)
    if _booking_of(place, contact, staff_type):
        examination.refuse("contactId", "The input Contact already exists as staff on the Event", contact.id)


def _booking_of(place: Event | Session, contact: Contact, staff_type: str) -> Staff | None:
    """Return the booking of a contact in that part, if there is one."""
    return next((each for each in place.staff if each.contact is contact and each.staff_type == staff_type), None)
