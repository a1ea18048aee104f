"""Reads events whole, by their ids: with all of their sessions and staff, page by page.

What could not be read is told apart from what is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.errors import GraphQLErrors, RequestRefused
from sync_assets.event_import.administrate_side.ask_in_parts import ask_in_parts
from sync_assets.event_import.administrate_side.batches import alias, events_of_ids, nodes_by_id
from sync_assets.event_import.administrate_side.event_records import (
    Gone,
    ReadEvent,
    UnreadableEvent,
    edges_of,
    read_event,
)
from sync_assets.event_import.administrate_side.look_for_events import (
    EVENTS_PER_LOOK,
    FoundEvent,
    list_of_events,
)

EVENTS_PER_READ: Final = 10
"""An event comes with all of its sessions and their staff."""
LISTED: Final = 100


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
        answered[id_] = node if isinstance(node, UnreadableEvent) else read_event(node) if node else UnreadableEvent("")
    missing = [id_ for id_ in ids if not nodes.get(id_)]
    if not missing:
        return answered
    control_node = None
    if control is not None:
        control_node = _read_nodes(client, [control.external_id], "EventRead", "sessions", 1).get(control.external_id)
    for part in (missing[start : start + LISTED - 1] for start in range(0, len(missing), LISTED - 1)):
        asked = [*part, *([control.external_id] if control is not None else [])]
        listed = client.query(events_of_ids(len(asked)), {f"id{index}": id_ for index, id_ in enumerate(asked)})
        events, trouble = list_of_events(listed.get("listed"), "the events that were asked for by id")
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
            contacts = [contact.get("id") for contact in edges_of(node["approvedInstructors"]) if contact]
            whole = len(contacts) == len(edges_of(node["approvedInstructors"])) and all(contacts)
            approved[id_] = [str(contact) for contact in contacts] if whole else UnreadableEvent(_NOT_WHOLE % id_)
        else:
            approved[id_] = node or UnreadableEvent(_NOT_WHOLE % id_)
    return approved


_NOT_WHOLE: Final = (
    "The instructors approved for the course template %s could not be read whole, and a list that was not read whole "
    "is not written back. Approve them in Administrate."
)


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
        for id_, node in ask_in_parts(client, unfinished, at_once, ask, _unreadable):
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
