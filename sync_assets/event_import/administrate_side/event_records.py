"""Events and sessions as Administrate has them, read from the nodes of its answers.

What could not be read is told apart from what is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Staff:
    """A booking: the id of the Staff record, the contact, and `instructor` or `administrator`."""

    id: str
    contact: str
    staff_type: str


@dataclass(frozen=True, slots=True)
class ReadSession:
    """A session as Administrate has it; moments are texts with a zone, custom field values by definition key."""

    external_id: str
    code: str
    title: str
    lifecycle_state: str
    zone: str | None
    start: str | None
    end: str | None
    location_id: str | None
    venue_id: str | None
    custom_fields: Mapping[str, str | None]
    staff: tuple[Staff, ...]

    @property
    def is_cancelled(self) -> bool:
        """Whether the session was cancelled."""
        return self.lifecycle_state == "cancelled"


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event as Administrate has it, with its whole staff and all of its sessions in the order of their ids."""

    external_id: str
    code: str
    title: str
    lifecycle_state: str
    learning_mode: str
    course_template_id: str | None
    location_id: str | None
    zone: str | None
    max_places: int | None
    booked_places: int
    lms_start: str | None
    lms_end: str | None
    registration_deadline: str | None
    custom_fields: Mapping[str, str | None]
    staff: tuple[Staff, ...]
    sessions: tuple[ReadSession, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """Administrate no longer has the event: other events were found in the same ways, and this one was not."""


@dataclass(frozen=True, slots=True)
class UnreadableEvent:
    """The event could not be read, with the reason as a sentence; nothing follows from it."""

    sentence: str


def sessions_of_answer(event: Node) -> list[ReadSession] | None:
    """Return the sessions in a create's answer, with what it tells of them; None where it does not hold all of them."""
    try:
        nodes = edges_of(event["sessions"])
        total = int(event["sessions"]["pageInfo"]["totalRecords"])
        sessions = [_read_session({**node, "customFieldValues": [], "staff": _NO_STAFF}) for node in nodes]
    except (KeyError, TypeError, ValueError):
        return None
    return sessions if len(sessions) == total else None


_NO_STAFF: Final = {"edges": [], "pageInfo": {"totalRecords": 0}}


def read_event(node: Node) -> ReadEvent | UnreadableEvent:
    """Return the event of a node, with its whole staff and all of its sessions."""
    try:
        return ReadEvent(
            external_id=node["id"],
            code=node["code"] or "",
            title=node["title"],
            lifecycle_state=node["lifecycleState"],
            learning_mode=node["learningMode"],
            course_template_id=_id(node["courseTemplate"]),
            location_id=_id(node["location"]),
            zone=node["timeZoneName"],
            max_places=node["maxPlaces"],
            booked_places=int(node["bookedPlaces"] or 0),
            lms_start=node["timeZonedLmsStart"],
            lms_end=node["timeZonedLmsEnd"],
            registration_deadline=node["registrationDeadline"],
            custom_fields=_custom_fields(node["customFieldValues"]),
            staff=_staff(node["staff"]),
            sessions=tuple(_read_session(session) for session in edges_of(node["sessions"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        return UnreadableEvent(f"The event {node.get('id')} cannot be read whole: Administrate does not show {error}.")


def _read_session(node: Node) -> ReadSession:
    return ReadSession(
        external_id=node["id"],
        code=node["code"] or "",
        title=node["title"] or "",
        lifecycle_state=node["lifecycleState"],
        zone=node.get("timeZoneName"),
        start=node.get("timeZonedStart"),
        end=node.get("timeZonedEnd"),
        location_id=_id(node.get("location")),
        venue_id=_id(node.get("venue")),
        custom_fields=_custom_fields(node["customFieldValues"]),
        staff=_staff(node["staff"]),
    )


def _custom_fields(values: Any) -> dict[str, str | None]:
    if not isinstance(values, list):
        raise TypeError("its custom fields")
    return {each["definitionKey"]: each["value"] for each in values}


def _staff(connection: Any) -> tuple[Staff, ...]:
    try:
        nodes, total = edges_of(connection), int(connection["pageInfo"]["totalRecords"])
    except (KeyError, TypeError, ValueError):
        raise TypeError("its staff") from None
    if len(nodes) < total:
        raise ValueError(f"{total - len(nodes)} of its {total} bookings")
    return tuple(Staff(node["id"], node["contact"]["id"], node["staffType"]) for node in nodes if node.get("contact"))


def _id(record: Any) -> str | None:
    return record.get("id") if isinstance(record, Mapping) else None


def edges_of(connection: Any) -> list[dict[str, Any]]:
    """Return the nodes of a list. Raises KeyError or TypeError where it is not one."""
    return [edge["node"] for edge in connection["edges"]]
