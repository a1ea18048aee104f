"""Events and sessions as inputs of Administrate's mutations.

Times are local, in the zone that goes with them; ids are Administrate's. A null is sent only where it clears something.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sync_assets.event_import.validation.custom_field_values import CustomFieldText
from sync_assets.event_import.validation.resolution import ResolvedEvent, ResolvedSession
from sync_assets.event_import.workbook.events import LearningMode, Moment

Input = dict[str, Any]

CREATE: Final = {
    LearningMode.BLENDED: ("createBlended", "BlendedEventCreateInput!"),
    LearningMode.CLASSROOM: ("createClassroom", "ClassroomEventCreateInput!"),
    LearningMode.LMS: ("createLMS", "LMSEventCreateInput!"),
}
"""The mutation that makes an event of a learning mode, and the type of its input."""


def create_input(event: ResolvedEvent) -> Input:
    """Return the input that makes an event; it is a draft, since nothing else is made."""
    upload = event.upload
    given: Input = {
        "eventType": "public",
        "courseTemplateId": event.course_template.external_id,
        "venueId": event.venue.external_id if event.venue else None,
        **_common(event),
    }
    if event.sessions:
        given["classroomStartDateTime"] = _in_zone(event.sessions[0].upload.start, upload.zone)
        given["classroomEndDateTime"] = _in_zone(event.sessions[-1].upload.end, upload.zone)
    return _without_nulls(given)


def update_input(event: ResolvedEvent) -> Input:
    """Return the input that makes an adopted draft what the workbook says, as far as an update can."""
    return _without_nulls(_common(event))


def _common(event: ResolvedEvent) -> Input:
    upload = event.upload
    has_lms = upload.learning_mode is not LearningMode.CLASSROOM
    return {
        "title": upload.title,
        "locationId": event.location.external_id,
        "taxTypeId": event.tax_type.external_id,
        "timeZoneName": upload.zone,
        "maxPlaces": upload.max_places,
        "lmsStartDateTime": _local(upload.lms_start.local) if upload.lms_start and has_lms else None,
        "lmsEndDateTime": _local(upload.lms_end.local) if upload.lms_end and has_lms else None,
        "customFieldValues": _values(event.custom_fields),
    }


def session_code(event: ResolvedEvent, session: ResolvedSession) -> str:
    """Return the code that a further session is made with: it is found by it again if the answer is lost."""
    return f"{event.upload.title}-{session.upload.day}"


def session_create_input(event_id: str, event: ResolvedEvent, session: ResolvedSession) -> Input:
    """Return the input that makes a further session; custom fields follow with its update."""
    return _without_nulls(
        {
            "parentEventId": event_id,
            "code": session_code(event, session),
            "maxPlaces": event.upload.max_places,
            **_session(session),
        }
    )


def session_update_input(session: ResolvedSession) -> Input:
    """Return the input that makes a session what the workbook says; no venue clears the one of the event."""
    return {**_session(session), "customFieldValues": _values(session.custom_fields)}


def _session(session: ResolvedSession) -> Input:
    upload = session.upload
    return {
        "title": upload.title,
        "start": _local(upload.start.local),
        "end": _in_zone(upload.end, upload.start.zone),
        "timeZoneName": upload.start.zone,
        "locationId": session.location.external_id,
        "venueId": session.venue.external_id if session.venue else None,
    }


def _values(values: Iterable[CustomFieldText]) -> list[Input]:
    return [{"definitionKey": each.definition_key, "value": each.value} for each in values]


def _local(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _in_zone(moment: Moment, zone: str) -> str:
    return _local(moment.aware.astimezone(ZoneInfo(zone)).replace(tzinfo=None))


def _without_nulls(given: Input) -> Input:
    return {name: value for name, value in given.items() if value is not None}
