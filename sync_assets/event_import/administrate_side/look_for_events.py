"""Looks for planned events in Administrate: by our key and by title, before a create and when an answer is lost.

That something was not found counts only beside a control: an event that must be found, asked for in the same request
and in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.errors import GraphQLErrors, RequestRefused
from sync_assets.event_import.administrate_side.ask_in_parts import ask_in_parts
from sync_assets.event_import.administrate_side.batches import EVENTS_OF_PREFIX, NEWEST_EVENT, alias, events_by
from sync_assets.text import match_key

EVENTS_PER_LOOK: Final = 30


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


def find_control(client: AdministrateClient) -> FoundEvent | None:
    """Return an event that must be found: the newest that the tenant shows, None where it has none.

    It is asked for anew each time, since somebody may delete it. Raises AdministrateError where the tenant's events
    cannot be read at all.
    """
    data = client.query(NEWEST_EVENT)
    events, trouble = list_of_events(data.get("newest"), "the newest event", is_whole=False)
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

    return dict(ask_in_parts(client, list(dict.fromkeys(wanted)), EVENTS_PER_LOOK, ask, _trouble))


def _trouble(error: GraphQLErrors | RequestRefused) -> EventLook:
    return EventLook(trouble=f"Administrate could not be asked for the event: {error}", counts=False)


def _holds(connection: Any, control: FoundEvent) -> bool:
    events, trouble = list_of_events(connection, "the control")
    return trouble is None and any(event.external_id == control.external_id for event in events)


def _findings(wanted: Wanted, answers: Iterator[Any], titles_work: bool, codes_work: bool) -> EventLook:
    of_title, trouble = list_of_events(next(answers), f"the events titled {wanted.title}")
    of_code: list[FoundEvent] = []
    if wanted.code is not None:
        of_code, code_trouble = list_of_events(next(answers), f"the events of the code {wanted.code}")
        trouble = trouble or code_trouble
    key = match_key(wanted.title)
    same_title = tuple(event for event in of_title if match_key(event.title) == key)
    same_code = tuple(event for event in of_code if wanted.code and event.code == wanted.code)
    # A filter that lets other events through was not obeyed: it would not show what it was asked for, either.
    obeyed = len(same_title) == len(of_title) and len(same_code) == len(of_code)
    return EventLook(same_code, same_title, trouble, titles_work and obeyed and trouble is None, codes_work)


def list_of_events(connection: Any, what: str, *, is_whole: bool = True) -> tuple[list[FoundEvent], str | None]:
    """Return the events of a list, and a sentence where it cannot be read, or is not whole and should be.

    `what` says in the sentence which events were asked for.
    """
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
