"""Mutations of events. Each raises Refused and changes nothing then.

An event is made as a draft, with one session per planned day of its template unless it is LMS only. Of the classroom
start only the date counts where the template plans the times.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sync_assets.sandbox.tenant import custom_fields
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets.sandbox.tenant.mutations.lifecycle import refuse_move
from sync_assets.sandbox.tenant.records import CourseTemplate, Venue
from sync_assets.sandbox.tenant.refusals import InputErrors
from sync_assets.sandbox.tenant.tenant import Tenant

Fields = dict[str, Any]

_NAMES = {
    **{key: key for key in ("min_places", "max_places", "registration_deadline")},
    "lms_start_date_time": "lms_start",
    "lms_end_date_time": "lms_end",
}
"""What both inputs call a value, and what the record calls it."""


def create_blended(tenant: Tenant, fields: Fields) -> Event:
    """Make an event of sessions and LMS access."""
    return _create(tenant, fields, "blended")


def create_classroom(tenant: Tenant, fields: Fields) -> Event:
    """Make an event of sessions."""
    return _create(tenant, fields, "classroom")


def create_lms(tenant: Tenant, fields: Fields) -> Event:
    """Make an event of LMS access alone."""
    return _create(tenant, fields, "lms")


def _create(tenant: Tenant, fields: Fields, learning_mode: str) -> Event:
    examination = InputErrors()
    examination.text(fields.get("title"), "title")
    location = examination.record(tenant.locations, fields.get("location_id"), "locationId")
    tax_type = examination.record(tenant.tax_types, fields.get("tax_type_id"), "taxTypeId")
    venue = examination.record(tenant.venues, fields.get("venue_id"), "venueId", needed=False)
    if venue and venue.location is not location:
        examination.refuse("venueId", "The venue is at another location.", venue.name)
    examination.zone(fields["time_zone_name"], "timeZoneName")
    start = "lms_start_date_time" if learning_mode == "lms" else "classroom_start_date_time"
    if fields.get(start) is None:
        label = "lmsStartDateTime" if learning_mode == "lms" else "classroomStartDateTime"
        examination.refuse(label, f"{label} is required.")
    examination.in_order(fields.get("lms_start_date_time"), fields.get("lms_end_date_time"), "lmsEndDateTime")
    values = custom_fields.examined(tenant, "Event", fields, examination, creating=True)
    template = examination.subject(tenant.course_templates, fields.get("course_template_id"), "courseTemplateId")
    if template.lifecycle_state != "published":
        message = f"Events are made from published course templates, and this one is {template.lifecycle_state}."
        examination.refuse("courseTemplateId", message, template.code)
    examination.done()
    named = {own: fields[given] for given, own in _NAMES.items() if fields.get(given) is not None}
    if fields.get("code") and "Event" not in tenant.behaviour.numbers_codes_of:
        named["code"] = fields["code"]
    event = tenant.add_event(
        template,
        fields["title"],
        type=fields["event_type"],
        learning_mode=learning_mode,
        location=location,
        default_tax_type=tax_type,
        venue=venue,
        time_zone_name=fields["time_zone_name"],
        custom_fields=custom_fields.merged({}, values),
        **{"min_places": template.min_places, "max_places": template.max_places, **named},
    )
    if learning_mode != "lms":
        _make_sessions(tenant, event, template, fields["classroom_start_date_time"], venue)
    return event


def _make_sessions(
    tenant: Tenant, event: Event, template: CourseTemplate, start: datetime, venue: Venue | None
) -> None:
    for planned in sorted(template.session_templates, key=lambda each: each.day_number):
        day = start.date() + timedelta(days=planned.day_number - 1)
        from_time = planned.start_time or start.time()
        until_time = planned.end_time or (datetime.combine(day, from_time) + timedelta(hours=1)).time()
        tenant.add_session(
            event,
            f"{event.code}-{planned.day_number}",
            planned.title or f"Day {planned.day_number}",
            start=datetime.combine(day, from_time),
            end=datetime.combine(day, until_time),
            venue=venue,
            max_places=event.max_places,
        )


def update(tenant: Tenant, event_id: str, fields: Fields) -> Event:
    """Change what is given of an event; publishing it publishes none of its sessions."""
    examination = InputErrors()
    event = examination.subject(tenant.events, event_id, "eventId")
    location = examination.record(tenant.locations, fields.get("location_id"), "locationId", needed=False)
    tax_type = examination.record(tenant.tax_types, fields.get("tax_type_id"), "taxTypeId", needed=False)
    template = examination.record(
        tenant.course_templates, fields.get("course_template_id"), "courseTemplateId", needed=False
    )
    examination.zone(fields.get("time_zone_name"), "timeZoneName")
    if "title" in fields:
        examination.text(fields["title"], "title")
    lms_start = fields.get("lms_start_date_time", event.lms_start)
    examination.in_order(lms_start, fields.get("lms_end_date_time", event.lms_end), "lmsEndDateTime")
    if event.lifecycle_state != "draft" and template and template is not event.course_template:
        examination.refuse("courseTemplateId", "Only a draft can change its course template.", template.code)
    refuse_move(tenant, event, fields.get("lifecycle_state"), examination)
    if fields.get("lifecycle_state") == "cancelled" and event.booked_places and tenant.behaviour.booked_events_stand:
        examination.refuse("lifecycleState", f"{event.title} has bookings ({event.booked_places}).", "cancelled")
    values = custom_fields.examined(tenant, "Event", fields, examination)
    examination.done()
    names = {**{key: key for key in ("title", "code", "time_zone_name", "is_sold_out", "lifecycle_state")}, **_NAMES}
    changed = {own: fields[given] for given, own in names.items() if given in fields}
    if "Event" in tenant.behaviour.numbers_codes_of:
        changed.pop("code", None)
    cancelling = changed.get("lifecycle_state") == "cancelled" and event.lifecycle_state != "cancelled"
    tenant.edit(
        event,
        location=location or event.location,
        default_tax_type=tax_type or event.default_tax_type,
        course_template=template or event.course_template,
        custom_fields=custom_fields.merged(event.custom_fields, values),
        **changed,
    )
    if cancelling:
        tenant.cancel(event)
    return event


def delete(tenant: Tenant, event_id: str) -> Event:
    """Take away a draft that nobody has booked, with its sessions and staff."""
    examination = InputErrors()
    event = examination.subject(tenant.events, event_id, "eventIds")
    if event.lifecycle_state != "draft":
        message = f"Only drafts can be deleted, and {event.title} is {event.lifecycle_state}."
        examination.refuse("eventIds", message, event_id)
    if event.booked_places:
        examination.refuse("eventIds", f"{event.title} has bookings ({event.booked_places}).", event_id)
    examination.done()
    tenant.delete(event)
    return event
