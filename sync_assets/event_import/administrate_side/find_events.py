"""What Administrate has of the events of an upload: by title before they are made, by id afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.errors import GraphQLErrors, IncompleteList, RequestRefused, UnexpectedRecord
from sync_assets.event_import.administrate_side.batches import alias, events_of_titles, nodes_by_id

TITLES_PER_QUERY: Final = 50
EVENTS_PER_QUERY: Final = 10
"""An event comes with all of its sessions and their staff."""

Key = TypeVar("Key")
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event of a title: its ids and Administrate's words for its state and mode."""

    external_id: str
    lifecycle_state: str
    learning_mode: str
    course_template_id: str | None


@dataclass(frozen=True, slots=True)
class FoundSession:
    """A session of an event. `staff` are pairs of contact id and staff type."""

    external_id: str
    code: str
    title: str
    is_cancelled: bool
    staff: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event with its whole staff and all of its sessions, in the order of their ids."""

    external_id: str
    lifecycle_state: str
    staff: frozenset[tuple[str, str]]
    sessions: tuple[FoundSession, ...]


def events_by_title(client: AdministrateClient, titles: Sequence[str]) -> dict[str, list[FoundEvent]]:
    """Return the events that have one of these titles, by title. Raises AdministrateError."""
    found: dict[str, list[FoundEvent]] = {}

    def ask(part: Sequence[str]) -> Mapping[str, Any]:
        variables = {f"title{index}": title for index, title in enumerate(part)}
        return client.query(events_of_titles(len(part)), variables)

    for title, connection in _asked(client, list(dict.fromkeys(titles)), TITLES_PER_QUERY, ask):
        nodes, total = _rows(connection)
        if len(nodes) < total:
            raise IncompleteList(
                f"Administrate has {total} events titled {title} and told {len(nodes)} of them; tidy them up there."
            )
        found[title] = [
            FoundEvent(
                node["id"], node["lifecycleState"], node["learningMode"], (node.get("courseTemplate") or {}).get("id")
            )
            for node in nodes
        ]
    return found


def read_events(client: AdministrateClient, external_ids: Sequence[str]) -> dict[str, ReadEvent]:
    """Return events by id; one that Administrate does not have is left out. Raises AdministrateError."""
    nodes = _read_nodes(client, external_ids, "EventRead", "sessions", EVENTS_PER_QUERY)
    return {
        id_: ReadEvent(id_, node["lifecycleState"], _staff(node), tuple(map(session_of, _edges(node["sessions"]))))
        for id_, node in nodes.items()
    }


def read_approved_instructors(client: AdministrateClient, course_template_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the contacts approved for course templates, whole lists, by template id. Raises AdministrateError."""
    nodes = _read_nodes(client, course_template_ids, "CourseTemplateRead", "approvedInstructors", TITLES_PER_QUERY)
    return {id_: [contact["id"] for contact in _edges(node["approvedInstructors"])] for id_, node in nodes.items()}


def session_of(node: Node) -> FoundSession:
    """Return a session as it came, with its staff where that was asked for."""
    is_cancelled = node["lifecycleState"] == "cancelled"
    staff = _staff(node) if "staff" in node else frozenset()
    return FoundSession(node["id"], node["code"], node["title"], is_cancelled, staff)


def sessions_of_made_event(event: Node) -> list[FoundSession] | None:
    """Return the sessions in a create's answer; None where that does not hold all of them."""
    nodes, total = _rows(event["sessions"])
    return [session_of(node) for node in nodes] if len(nodes) == total else None


def _staff(node: Node) -> frozenset[tuple[str, str]]:
    rows, total = _rows(node["staff"])
    if len(rows) < total:
        raise IncompleteList(
            f"Administrate told {len(rows)} of the {total} bookings of {node['id']}, one page of them."
        )
    return frozenset((row["contact"]["id"], row["staffType"]) for row in rows if row.get("contact"))


def _read_nodes(
    client: AdministrateClient, ids: Sequence[str], fragment: str, nested: str, at_once: int
) -> dict[str, Node]:
    """Read nodes with one nested list whole, a page of 100 at a time, asking on only for those that have more."""
    whole: dict[str, Node] = {}
    unfinished, offset = list(dict.fromkeys(ids)), 0
    while unfinished:

        def ask(part: Sequence[str], offset: int = offset) -> Mapping[str, Any]:
            variables = {f"id{index}": id_ for index, id_ in enumerate(part)}
            return client.query(nodes_by_id(len(part), fragment), {**variables, "offset": offset})

        remaining: list[str] = []
        for id_, node in _asked(client, unfinished, at_once, ask):
            if not node:
                continue
            if id_ in whole:
                whole[id_][nested]["edges"] = whole[id_][nested]["edges"][:offset] + node[nested]["edges"]
            else:
                whole[id_] = node
            rows, total = _rows(whole[id_][nested])
            if len(rows) < total:
                remaining.append(id_)
        reached = min((len(whole[id_][nested]["edges"]) for id_ in remaining), default=offset)
        if remaining and reached <= offset:
            raise IncompleteList(f"Administrate's {nested} of {remaining[0]} break off after {offset} rows; run again.")
        unfinished, offset = remaining, reached
    return whole


def _asked(
    client: AdministrateClient, keys: Sequence[Key], at_once: int, ask: Callable[[Sequence[Key]], Mapping[str, Any]]
) -> Iterator[tuple[Key, Any]]:
    """Ask for many things in parts, several at once; a part that is refused is asked for in halves."""

    def answers(part: Sequence[Key]) -> list[Any]:
        try:
            data = ask(part)
        except (GraphQLErrors, RequestRefused):
            if len(part) == 1:
                raise
            middle = len(part) // 2
            return answers(part[:middle]) + answers(part[middle:])
        return [data.get(alias(index)) for index in range(len(part))]

    parts = [keys[start : start + at_once] for start in range(0, len(keys), at_once)]
    if not parts:
        return
    with ThreadPoolExecutor(min(client.connection.concurrency, len(parts))) as pool:
        for part, found in zip(parts, pool.map(answers, parts), strict=True):
            yield from zip(part, found, strict=True)


def _rows(connection: Any) -> tuple[list[Node], int]:
    try:
        return _edges(connection), int(connection["pageInfo"]["totalRecords"])
    except (KeyError, TypeError, ValueError):
        raise UnexpectedRecord("Administrate answered with something else in place of a list.") from None


def _edges(connection: Any) -> list[Node]:
    return [edge["node"] for edge in connection["edges"]]
