"""Every document that an import can send, with variables as full as it fills them, to be held against a schema."""

from __future__ import annotations

from typing import Any, Final

from sync_assets.administrate.documents import Document
from sync_assets.event_import.administrate_side.batches import (
    EVENTS_OF_PREFIX,
    NEWEST_EVENT,
    Argument,
    Mutation,
    events_by,
    events_of_ids,
    mutation_batch,
    nodes_by_id,
)

_NO_ID: Final = "-"
_MOMENT: Final = "2000-01-01T09:00:00"
_CUSTOM_FIELDS: Final = [{"definitionKey": _NO_ID, "value": ""}]
_EVENT: Final = {
    "title": "",
    "locationId": _NO_ID,
    "taxTypeId": _NO_ID,
    "timeZoneName": "Europe/London",
    "maxPlaces": 1,
    "registrationDeadline": _MOMENT,
    "customFieldValues": _CUSTOM_FIELDS,
}
_ACTIONS: Final = {"isSoldOut": True, "lifecycleState": "published"}
_LMS: Final = {"lmsStartDateTime": _MOMENT, "lmsEndDateTime": _MOMENT}
_CREATION: Final = {"eventType": "public", "code": "", "courseTemplateId": _NO_ID, "venueId": _NO_ID, **_EVENT}
_CLASSROOM: Final = {"classroomStartDateTime": _MOMENT, "classroomEndDateTime": _MOMENT}
_SESSION: Final = {
    "title": "",
    "start": _MOMENT,
    "end": _MOMENT,
    "timeZoneName": "Europe/London",
    "locationId": _NO_ID,
    "venueId": _NO_ID,
}


def _mutation(name: str, type_: str, given: dict[str, Any], answer: str, record: str | None = None) -> Mutation:
    group, field = name.split(".")
    ids = (Argument(record, "ID!", _NO_ID),) if record else ()
    return Mutation(group, field, (*ids, Argument("input", f"{type_}!", given)), answer)


EVERY_MUTATION: Final = (
    _mutation("event.createBlended", "BlendedEventCreateInput", {**_CREATION, **_CLASSROOM, **_LMS}, "EventMade"),
    _mutation("event.createClassroom", "ClassroomEventCreateInput", {**_CREATION, **_CLASSROOM}, "EventMade"),
    _mutation("event.createLMS", "LMSEventCreateInput", {**_CREATION, **_LMS}, "EventMade"),
    _mutation(
        "event.update", "EventUpdateInput", {**_EVENT, **_LMS, "lifecycleState": "cancelled"}, "EventChanged", "eventId"
    ),
    _mutation("event.update", "EventUpdateInput", _ACTIONS, "EventChanged", "eventId"),
    _mutation("event.delete", "DeleteInput", {"eventIds": [_NO_ID]}, "EventsDeleted"),
    _mutation("event.removeStaff", "RemoveEventStaffInput", {"staffId": _NO_ID}, "EventChanged"),
    _mutation("session.removeStaff", "SessionRemoveStaffInput", {"staffId": _NO_ID}, "SessionChanged"),
    _mutation(
        "event.addStaff",
        "EventStaffInput",
        {"eventId": _NO_ID, "contactId": _NO_ID, "staffType": "administrator"},
        "EventChanged",
    ),
    _mutation(
        "session.create",
        "SessionCreateInput",
        {"parentEventId": _NO_ID, "code": "", "maxPlaces": 1, **_SESSION},
        "SessionChanged",
    ),
    _mutation(
        "session.update",
        "SessionUpdateInput",
        {**_SESSION, "customFieldValues": _CUSTOM_FIELDS, "lifecycleState": "cancelled"},
        "SessionChanged",
        "sessionId",
    ),
    _mutation(
        "session.addStaff",
        "SessionAddStaffInput",
        {"sessionId": _NO_ID, "contactIds": [_NO_ID], "staffType": "instructor"},
        "SessionChanged",
    ),
    _mutation(
        "courseTemplate.update",
        "CourseTemplateUpdateInput",
        {"approvedInstructors": [_NO_ID]},
        "CourseTemplateChanged",
        "courseTemplateId",
    ),
)
"""One mutation of each kind."""


def every_document() -> list[tuple[str, Document, dict[str, Any]]]:
    """Return the documents, each with the name that people know it by and its variables."""
    sent = [(mutation.name, *mutation_batch([mutation])) for mutation in EVERY_MUTATION]
    ids = {"id0": _NO_ID, "offset": 0}
    return [
        *sent,
        (
            "the look-up of events by title and code",
            events_by((("title", "id"), ("code",))),
            {f"value{index}": "" for index in range(3)},
        ),
        ("the look-up of events by several ids", events_of_ids(1), {"id0": _NO_ID}),
        ("the look-up of the newest event", NEWEST_EVENT, {}),
        ("the look-up of events by the start of their code", EVENTS_OF_PREFIX, {"pattern": "%", "offset": 0}),
        ("the look-up of events by id", nodes_by_id(1, "EventRead"), ids),
        ("the look-up of approved instructors", nodes_by_id(1, "CourseTemplateRead"), ids),
    ]
