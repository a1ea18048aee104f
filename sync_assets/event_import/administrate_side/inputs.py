"""Plans as inputs of Administrate's mutations.

Times are local, in the zone that goes with them; ids are Administrate's. A null is sent only where it clears something.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from sync_assets.event_import.planning.fields import END, LMS_END, LMS_START, START
from sync_assets.event_import.planning.plan import EventPlan, LocalMoment, PlannedField, SessionPlan
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.events import LearningMode

Input = dict[str, Any]

CREATE: Final = {
    LearningMode.BLENDED: ("createBlended", "BlendedEventCreateInput!"),
    LearningMode.CLASSROOM: ("createClassroom", "ClassroomEventCreateInput!"),
    LearningMode.LMS: ("createLMS", "LMSEventCreateInput!"),
}
"""The mutation that makes an event of a learning mode, and the type of its input."""

UPDATABLE: Final = frozenset(
    {columns.EVENT_TITLE, columns.LOCATION, columns.ZONE, columns.MAX_PLACES, LMS_START, LMS_END}
    | {columns.REGISTRATION_DEADLINE}
)
"""The fields, custom fields apart, that an update of an event can change."""


def create_input(plan: EventPlan, code: str | None) -> Input:
    """Return the input that makes an event; it is a draft, since nothing else is made."""
    given: Input = {
        "eventType": "public",
        "code": code,
        "courseTemplateId": plan.course_template.external_id,
        "venueId": plan.venue.external_id if plan.venue else None,
        "title": plan.title,
        "locationId": plan.location.external_id,
        "taxTypeId": plan.tax_type.external_id,
        "timeZoneName": plan.zone,
        "maxPlaces": plan.max_places,
        "lmsStartDateTime": _local(plan.lms_start) if plan.lms_start and plan.has_lms else None,
        "lmsEndDateTime": _local(plan.lms_end) if plan.lms_end and plan.has_lms else None,
        "registrationDeadline": _deadline(plan),
        "customFieldValues": _values(plan.custom_fields) or None,
    }
    if plan.sessions:
        given["classroomStartDateTime"] = _in_zone(plan.sessions[0].start, plan.zone)
        given["classroomEndDateTime"] = _in_zone(plan.sessions[-1].end, plan.zone)
    return _without_nulls(given)


def update_input(plan: EventPlan, changed: Collection[str]) -> Input:
    """Return the input that brings the fields of these columns to what the plan says; empty if none can be changed."""
    given: Input = {}
    if columns.EVENT_TITLE in changed:
        given["title"] = plan.title
    if columns.LOCATION in changed:
        given |= {"locationId": plan.location.external_id, "taxTypeId": plan.tax_type.external_id}
    if columns.ZONE in changed:
        given["timeZoneName"] = plan.zone
    if columns.MAX_PLACES in changed:
        given["maxPlaces"] = plan.max_places
    # A local time changes its meaning with the zone, so both go together.
    if plan.has_lms and not {LMS_START, LMS_END, columns.ZONE}.isdisjoint(changed):
        given |= {
            "timeZoneName": plan.zone,
            "lmsStartDateTime": _local(plan.lms_start) if plan.lms_start else None,
            "lmsEndDateTime": _local(plan.lms_end) if plan.lms_end else None,
        }
    if columns.REGISTRATION_DEADLINE in changed:
        given["registrationDeadline"] = _deadline(plan)
    if values := [each for each in plan.custom_fields if each.name in changed]:
        given["customFieldValues"] = _values(values)
    return given


def session_code(code: str | None, plan: EventPlan, day: int) -> str:
    """Return the code of a further session, by which it is found again if the answer is lost."""
    return f"{code or plan.title}-{day}"


def session_create_input(event_id: str, code: str | None, plan: EventPlan, session: SessionPlan) -> Input:
    """Return the input that makes a further session; custom fields follow with its update."""
    return _without_nulls(
        {
            "parentEventId": event_id,
            "code": session_code(code, plan, session.day),
            "maxPlaces": plan.max_places,
            **_session(session),
        }
    )


def session_update_input(session: SessionPlan, changed: Collection[str]) -> Input:
    """Return the input that brings the fields of these columns to the plan; no venue clears the one of the event."""
    given: Input = {}
    whole = _session(session)
    if columns.SESSION_TITLE in changed:
        given["title"] = session.title
    if not {START, END}.isdisjoint(changed):
        given |= {name: whole[name] for name in ("start", "end", "timeZoneName")}
    if columns.LOCATION in changed or columns.VENUE in changed:
        given |= {name: whole[name] for name in ("locationId", "venueId")}
    if values := [each for each in session.custom_fields if each.name in changed]:
        given["customFieldValues"] = _values(values)
    return given


def _session(session: SessionPlan) -> Input:
    return {
        "title": session.title,
        "start": _local(session.start),
        "end": _in_zone(session.end, session.start.zone),
        "timeZoneName": session.start.zone,
        "locationId": session.location.external_id,
        "venueId": session.venue.external_id if session.venue else None,
    }


def _deadline(plan: EventPlan) -> str | None:
    if plan.registration_deadline is None:
        return None
    return datetime.combine(plan.registration_deadline, time()).isoformat(timespec="seconds")


def _values(values: Iterable[PlannedField]) -> list[Input]:
    return [{"definitionKey": each.definition_key, "value": each.value} for each in values]


def _local(moment: LocalMoment) -> str:
    return moment.local.isoformat(timespec="seconds")


def _in_zone(moment: LocalMoment, zone: str) -> str:
    return moment.aware.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat(timespec="seconds")


def _without_nulls(given: Input) -> Input:
    return {name: value for name, value in given.items() if value is not None}
