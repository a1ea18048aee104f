"""Mutations of sessions, whose times are by the clocks of their zone. Each raises Refused and changes nothing then."""

from __future__ import annotations

from typing import Any

from sync_assets.sandbox.tenant import custom_fields
from sync_assets.sandbox.tenant.event_records import Session
from sync_assets.sandbox.tenant.mutations.lifecycle import refuse_move
from sync_assets.sandbox.tenant.records import Location
from sync_assets.sandbox.tenant.refusals import InputErrors
from sync_assets.sandbox.tenant.tenant import Tenant

Fields = dict[str, Any]


def create(tenant: Tenant, fields: Fields) -> Session:
    """Make a further session of an event, at the event's location and in its zone unless told otherwise."""
    examination = InputErrors()
    event = examination.subject(tenant.events, fields["parent_event_id"], "parentEventId")
    examination.text(fields["code"], "code")
    examination.text(fields["title"], "title")
    examination.zone(fields.get("time_zone_name"), "timeZoneName")
    if event.learning_mode == "lms":
        examination.refuse("parentEventId", "An event of LMS access alone has no sessions.", event.title)
    places = _examined_places(tenant, fields, event.location, examination)
    examination.in_order(fields["start"], fields["end"], "end")
    examination.done()
    given = ("start", "end", "time_zone_name", "min_places", "max_places")
    named = {key: fields[key] for key in given if fields.get(key) is not None}
    code = fields["code"]
    if "Session" in tenant.behaviour.numbers_codes_of:
        code = f"{event.code}-{len(event.sessions) + 1}"
    session = tenant.add_session(event, code, fields["title"], **named, **places)
    tenant.touch(session)
    return session


def update(tenant: Tenant, session_id: str, fields: Fields) -> Session:
    """Change what is given of a session."""
    examination = InputErrors()
    session = examination.subject(tenant.sessions, session_id, "sessionId")
    for key in ("code", "title"):
        if key in fields:
            examination.text(fields[key], key)
    examination.zone(fields.get("time_zone_name"), "timeZoneName")
    places = _examined_places(tenant, fields, session.location, examination)
    examination.in_order(fields.get("start", session.start), fields.get("end", session.end), "end")
    refuse_move(tenant, session, fields.get("lifecycle_state"), examination)
    values = custom_fields.examined(tenant, "Session", fields, examination)
    examination.done()
    plain = ("code", "title", "start", "end", "time_zone_name", "lifecycle_state", "min_places", "max_places")
    changed = {key: fields[key] for key in plain if key in fields}
    if "Session" in tenant.behaviour.numbers_codes_of:
        changed.pop("code", None)
    cancelling = changed.get("lifecycle_state") == "cancelled" and session.lifecycle_state != "cancelled"
    tenant.edit(session, custom_fields=custom_fields.merged(session.custom_fields, values), **changed, **places)
    if cancelling:
        tenant.cancel(session)
    return session


def _examined_places(
    tenant: Tenant, fields: Fields, location: Location | None, examination: InputErrors
) -> dict[str, Any]:
    places: dict[str, Any] = {}
    if fields.get("location_id") is not None:
        location = examination.record(tenant.locations, fields["location_id"], "locationId")
        places["location"] = location
    if "venue_id" in fields:
        venue = examination.record(tenant.venues, fields["venue_id"], "venueId", needed=False)
        if venue and venue.location is not location:
            examination.refuse("venueId", "The venue is at another location.", venue.name)
        places["venue"] = venue
    return places
