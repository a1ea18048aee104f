"""What Administrate has of planned events: by our key and by title before a create, by id afterwards.

That something was not found counts only beside a control: an event that must be found, asked for in the same request
and in the same way. What could not be read is told apart from what is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.errors import GraphQLErrors, RequestRefused
from sync_assets.event_import.administrate_side.batches import (
    EVENTS_OF_PREFIX,
    NEWEST_EVENT,
    alias,
    events_by,
    events_of_ids,
    nodes_by_id,
)
from sync_assets.text import match_key

EVENTS_PER_LOOK: Final = 30
EVENTS_PER_READ: Final = 10
"""An event comes with all of its sessions and their staff."""
LISTED: Final = 100

Key = TypeVar("Key")
Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event in short; its starts are texts with a zone, None where it has none."""

    external_id: str
    code: str
    title: str
    lifecycle_state: str
    learning_mode: str
    course_template_id: str | None
    classroom_start: str | None
    lms_start: str | None

    @property
    def is_living(self) -> bool:
        """Whether it was not cancelled."""
        return self.lifecycle_state != "cancelled"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for: a title, and the key that our event of it bears, None where the tenant gives codes itself."""

    title: str
    code: str | None


@dataclass(frozen=True, slots=True)
class EventLook:
    """What a look found of one event.

    `trouble` is a sentence where the answer cannot be used. `counts` says that finding nothing means something,
    `keys_work` that an event of ours was found by its key in the same request.
    """

    of_code: tuple[FoundEvent, ...] = ()
    of_title: tuple[FoundEvent, ...] = ()
    trouble: str | None = None
    counts: bool = True
    keys_work: bool = False


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


def find_control(client: AdministrateClient) -> FoundEvent | None:
    """Return an event that must be found: the newest that the tenant shows, None where it has none.

    It is asked for anew each time, since somebody may delete it. Raises AdministrateError where the tenant's events
    cannot be read at all.
    """
    data = client.query(NEWEST_EVENT)
    events, trouble = _events(data.get("newest"), "the newest event", is_whole=False)
    if trouble is not None:
        raise GraphQLErrors(trouble, messages=(trouble,))
    return events[0] if events else None


def look_for(
    client: AdministrateClient, wanted: Sequence[Wanted], control: FoundEvent | None
) -> dict[Wanted, EventLook]:
    """Look for events by key and by title. Raises AdministrateError; what concerns one event is in its findings."""

    def ask(part: Sequence[Wanted]) -> list[EventLook]:
        looks: list[dict[str, str]] = []
        if control is not None:
            # Its id beside it, since there may be more events of its title than a page shows.
            looks += [{"title": control.title, "id": control.external_id}]
            looks += [{"code": control.code, "id": control.external_id}]
        for each in part:
            looks += [{"title": each.title}]
            looks += [{"code": each.code}] if each.code is not None else []
        values = [value for asked in looks for value in asked.values()]
        document = events_by(tuple(tuple(asked) for asked in looks))
        data = client.query(document, {f"value{index}": value for index, value in enumerate(values)})
        answers = iter(data.get(alias(index)) for index in range(len(looks)))
        titles_work = codes_work = control is None
        if control is not None:
            titles_work = _holds(next(answers), control)
            codes_work = _holds(next(answers), control)
        return [_findings(each, answers, titles_work, codes_work and control is not None) for each in part]

    return dict(_asked(client, list(dict.fromkeys(wanted)), EVENTS_PER_LOOK, ask, _trouble))


def _trouble(error: GraphQLErrors | RequestRefused) -> EventLook:
    return EventLook(trouble=f"Administrate could not be asked for the event: {error}", counts=False)


def _holds(connection: Any, control: FoundEvent) -> bool:
    events, trouble = _events(connection, "the control")
    return trouble is None and any(event.external_id == control.external_id for event in events)


def _findings(wanted: Wanted, answers: Iterator[Any], titles_work: bool, codes_work: bool) -> EventLook:
    of_title, trouble = _events(next(answers), f"the events titled {wanted.title}")
    of_code: list[FoundEvent] = []
    if wanted.code is not None:
        of_code, code_trouble = _events(next(answers), f"the events of the code {wanted.code}")
        trouble = trouble or code_trouble
    key = match_key(wanted.title)
    same_title = tuple(event for event in of_title if match_key(event.title) == key)
    same_code = tuple(event for event in of_code if wanted.code and event.code == wanted.code)
    # A filter that lets other events through was not obeyed: it would not show what it was asked for, either.
    obeyed = len(same_title) == len(of_title) and len(same_code) == len(of_code)
    return EventLook(same_code, same_title, trouble, titles_work and obeyed and trouble is None, codes_work)


def _events(connection: Any, what: str, *, is_whole: bool = True) -> tuple[list[FoundEvent], str | None]:
    """Return the events of a list, and a sentence where it cannot be read, or is not whole and should be."""
    try:
        edges, total = connection["edges"], int(connection["pageInfo"]["totalRecords"])
        nodes = [edge["node"] for edge in edges]
    except (KeyError, TypeError, ValueError):
        return [], f"Administrate did not show {what}: it answered with null. Check what the user may read there."
    events = [found for node in nodes if (found := _found(node)) is not None]
    if len(events) < len(nodes):
        return events, f"Administrate showed {len(events)} of {len(nodes)} of {what}; the others cannot be read."
    if is_whole and len(nodes) < total:
        return events, f"Administrate has {total} of {what} and showed {len(nodes)} of them. Tidy them up there."
    return events, None


def _found(node: Any) -> FoundEvent | None:
    try:
        return FoundEvent(
            str(node["id"]),
            str(node["code"] or ""),
            str(node["title"] or ""),
            str(node["lifecycleState"]),
            str(node["learningMode"]),
            (node.get("courseTemplate") or {}).get("id"),
            node.get("timeZonedClassroomStart"),
            node.get("timeZonedLmsStart"),
        )
    except (KeyError, TypeError):
        return None


def events_of_prefix(client: AdministrateClient, prefix: str) -> list[FoundEvent]:
    """Return all events whose code begins with a prefix. Raises AdministrateError."""
    found: list[FoundEvent] = []
    total = 1
    offset = 0
    while offset < total:
        data = client.query(EVENTS_OF_PREFIX, {"pattern": f"{prefix}%", "offset": offset})
        try:
            nodes = [edge["node"] for edge in data["events"]["edges"]]
            total = int(data["events"]["pageInfo"]["totalRecords"])
        except (KeyError, TypeError, ValueError):
            sentence = f"Administrate did not show the events whose code begins with {prefix}."
            raise GraphQLErrors(sentence, messages=(sentence,)) from None
        found += [event for node in nodes if (event := _found(node)) and event.code.startswith(prefix)]
        if not nodes:
            break
        offset += len(nodes)
    return found


def read_events(
    client: AdministrateClient, external_ids: Sequence[str], control: FoundEvent | None
) -> dict[str, ReadEvent | Gone | UnreadableEvent]:
    """Return events by id, whole. Raises AdministrateError; what concerns one event is in its place.

    An event is gone only if neither its node nor the list shows it while both show the control.
    """
    ids = list(dict.fromkeys(external_ids))
    answered: dict[str, ReadEvent | Gone | UnreadableEvent] = {}
    nodes = _read_nodes(client, ids, "EventRead", "sessions", EVENTS_PER_READ)
    for id_ in ids:
        node = nodes.get(id_)
        answered[id_] = (
            node if isinstance(node, UnreadableEvent) else _read_event(node) if node else UnreadableEvent("")
        )
    missing = [id_ for id_ in ids if not nodes.get(id_)]
    if not missing:
        return answered
    control_node = None
    if control is not None:
        control_node = _read_nodes(client, [control.external_id], "EventRead", "sessions", 1).get(control.external_id)
    for part in (missing[start : start + LISTED - 1] for start in range(0, len(missing), LISTED - 1)):
        asked = [*part, *([control.external_id] if control is not None else [])]
        listed = client.query(events_of_ids(len(asked)), {f"id{index}": id_ for index, id_ in enumerate(asked)})
        events, trouble = _events(listed.get("listed"), "the events that were asked for by id")
        shown = {event.external_id for event in events}
        is_controlled = (
            trouble is None and control is not None and control.external_id in shown and isinstance(control_node, dict)
        )
        for id_ in part:
            if is_controlled and id_ not in shown:
                answered[id_] = Gone()
            else:
                why = trouble or "Administrate answered with null, and nothing shows that it no longer has the event."
                answered[id_] = UnreadableEvent(f"The event {id_} cannot be read: {why}")
    return answered


def read_approved_instructors(
    client: AdministrateClient, course_template_ids: Sequence[str]
) -> dict[str, list[str] | UnreadableEvent]:
    """Return the contacts approved for course templates, whole lists, by template id. Raises AdministrateError."""
    nodes = _read_nodes(client, course_template_ids, "CourseTemplateRead", "approvedInstructors", EVENTS_PER_LOOK)
    approved: dict[str, list[str] | UnreadableEvent] = {}
    for id_ in course_template_ids:
        node = nodes.get(id_)
        if isinstance(node, dict):
            contacts = [contact.get("id") for contact in _edges(node["approvedInstructors"]) if contact]
            whole = len(contacts) == len(_edges(node["approvedInstructors"])) and all(contacts)
            approved[id_] = [str(contact) for contact in contacts] if whole else UnreadableEvent(_NOT_WHOLE % id_)
        else:
            approved[id_] = node or UnreadableEvent(_NOT_WHOLE % id_)
    return approved


_NOT_WHOLE: Final = (
    "The instructors approved for the course template %s could not be read whole, and a list that was not read whole "
    "is not written back. Approve them in Administrate."
)


def sessions_of_answer(event: Node) -> list[ReadSession] | None:
    """Return the sessions in a create's answer, with what it tells of them; None where it does not hold all of them."""
    try:
        nodes = _edges(event["sessions"])
        total = int(event["sessions"]["pageInfo"]["totalRecords"])
        sessions = [_read_session({**node, "customFieldValues": [], "staff": _NO_STAFF}) for node in nodes]
    except (KeyError, TypeError, ValueError):
        return None
    return sessions if len(sessions) == total else None


_NO_STAFF: Final = {"edges": [], "pageInfo": {"totalRecords": 0}}


def _read_event(node: Node) -> ReadEvent | UnreadableEvent:
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
            sessions=tuple(_read_session(session) for session in _edges(node["sessions"])),
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
        nodes, total = _edges(connection), int(connection["pageInfo"]["totalRecords"])
    except (KeyError, TypeError, ValueError):
        raise TypeError("its staff") from None
    if len(nodes) < total:
        raise ValueError(f"{total - len(nodes)} of its {total} bookings")
    return tuple(Staff(node["id"], node["contact"]["id"], node["staffType"]) for node in nodes if node.get("contact"))


def _id(record: Any) -> str | None:
    return record.get("id") if isinstance(record, Mapping) else None


def _read_nodes(
    client: AdministrateClient, ids: Sequence[str], fragment: str, nested: str, at_once: int
) -> dict[str, dict[str, Any] | UnreadableEvent]:
    """Read nodes with one nested list whole, a page at a time, asking on only for those that have more.

    A node that is null is left out; one whose list breaks off, is null or is refused is unreadable.
    """
    whole: dict[str, dict[str, Any] | UnreadableEvent] = {}
    unfinished, offset = list(dict.fromkeys(ids)), 0
    while unfinished:

        def ask(part: Sequence[str], offset: int = offset) -> list[Any]:
            variables = {f"id{index}": id_ for index, id_ in enumerate(part)}
            data = client.query(nodes_by_id(len(part), fragment), {**variables, "offset": offset})
            return [data.get(alias(index)) for index in range(len(part))]

        remaining: list[str] = []
        for id_, node in _asked(client, unfinished, at_once, ask, _unreadable):
            if not node:
                continue
            if isinstance(node, UnreadableEvent):
                whole[id_] = node
                continue
            try:
                edges, total = list(node[nested]["edges"]), int(node[nested]["pageInfo"]["totalRecords"])
            except (KeyError, TypeError, ValueError):
                whole[id_] = UnreadableEvent(
                    f"Administrate does not show the {nested} of {id_}: it answered with null."
                )
                continue
            before = whole.get(id_)
            if isinstance(before, dict):
                before[nested]["edges"] += edges
                have = len(before[nested]["edges"])
            else:
                whole[id_] = {**node, nested: {**node[nested], "edges": edges}}
                have = len(edges)
            if have < total and edges:
                remaining.append(id_)
            elif have < total:
                whole[id_] = UnreadableEvent(f"Administrate's {nested} of {id_} break off after {have} of {total}.")
        unfinished, offset = remaining, offset + LISTED
    return whole


def _unreadable(error: GraphQLErrors | RequestRefused) -> UnreadableEvent:
    return UnreadableEvent(f"Administrate could not be asked for it: {error}")


def _asked(
    client: AdministrateClient,
    keys: Sequence[Key],
    at_once: int,
    ask: Callable[[Sequence[Key]], list[Any]],
    refused: Callable[[GraphQLErrors | RequestRefused], Any],
) -> Iterator[tuple[Key, Any]]:
    """Ask for many things in parts, several at once; a part that is refused is asked for in halves, down to one."""

    def answers(part: Sequence[Key]) -> list[Any]:
        try:
            return ask(part)
        except (GraphQLErrors, RequestRefused) as error:
            if len(part) == 1:
                return [refused(error)]
            middle = len(part) // 2
            return answers(part[:middle]) + answers(part[middle:])

    parts = [keys[start : start + at_once] for start in range(0, len(keys), at_once)]
    if not parts:
        return
    with ThreadPoolExecutor(min(client.connection.concurrency, len(parts))) as pool:
        for part, found in zip(parts, pool.map(answers, parts), strict=True):
            yield from zip(part, found, strict=True)


def _edges(connection: Any) -> list[dict[str, Any]]:
    return [edge["node"] for edge in connection["edges"]]
