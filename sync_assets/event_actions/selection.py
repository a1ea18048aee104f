"""Which events an action is about: those that are recorded here, and of a sitting those of Administrate too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, or_, select

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.errors import SyncError
from sync_assets.event_actions.current_state import CurrentEvent, read_current, read_titled
from sync_assets.event_import.workbook.sittings import is_sitting
from sync_assets.event_import.writing.planned_event import PlannedEvent, load_planned
from sync_assets.text import match_key
from sync_assets.tutorial.events import ExistingEvent
from sync_assets.tutorial.layout import Layout


class NothingSelected(SyncError):
    """A selection names no events, or events that there are not."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Events by sitting, upload, title or id in Administrate, all of those together.

    `location` and `template` (a code) leave those of them that have this location and this template. Raises
    NothingSelected where it names no events at all.
    """

    sitting: str | None = None
    uploads: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    location: str | None = None
    template: str | None = None

    def __post_init__(self) -> None:
        if not (self.sitting or self.uploads or self.titles or self.ids):
            raise NothingSelected("Name a sitting, an upload, titles or ids: no event is meant otherwise.")


@dataclass(slots=True)
class ChosenEvent:
    """An event that an action is about.

    `current` is the event in Administrate, None where it could not be read; `trouble` says why.
    """

    title: str
    external_id: str | None
    tutorial_event_id: int | None
    planned: PlannedEvent | None
    current: CurrentEvent | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The events that were chosen, and events of Administrate that have the sitting in their title alone."""

    events: Sequence[ChosenEvent]
    only_titled: Sequence[CurrentEvent] = field(default=())


def choose(
    connection: Connection, client: AdministrateClient, layout: Layout, selection: Selection, sitting_key: str | None
) -> Choice:
    """Return the events that are meant, as they are in Administrate now; everything is read before this returns.

    `sitting_key` is the key of the custom field Sitting, None where the tenant has none. Raises NothingSelected and
    AdministrateError.
    """
    here = _Here(layout.existing_events(connection))
    chosen = _Chosen(here)
    chosen.add_planned(_planned(connection, selection))
    only_titled: list[CurrentEvent] = []
    if selection.sitting:
        for event in _of_words(client, _words(selection.sitting)):
            is_meant = sitting_key is not None and is_sitting(event.custom_field(sitting_key), selection.sitting)
            if is_meant or event.id in chosen.by_id:
                chosen.add_current(connection, event)
            else:
                only_titled.append(event)
    _add_titles(connection, client, chosen, selection.titles)
    _add_ids(connection, chosen, selection.ids)
    unread = [id_ for id_, event in chosen.by_id.items() if event.current is None]
    for id_, found in read_current(client, unread).items():
        if isinstance(found, str):
            chosen.by_id[id_].trouble = found
        else:
            chosen.by_id[id_].current = found
    events = [each for each in chosen.events if _is_left(each, selection)]
    if not events:
        raise NothingSelected("No event is of that sitting or upload, with that location and template.")
    return Choice(sorted(events, key=lambda event: event.title), only_titled)


class _Here:
    """The events of the tutorial tables, by their id in Administrate and by title."""

    def __init__(self, events: Iterable[ExistingEvent]) -> None:
        self.by_external_id: dict[str, int] = {}
        self.by_title: dict[str, list[ExistingEvent]] = {}
        for event in events:
            if event.external_id is not None:
                self.by_external_id.setdefault(event.external_id, event.id)
            self.by_title.setdefault(match_key(event.title), []).append(event)


class _Chosen:
    """The events chosen so far, each once."""

    def __init__(self, here: _Here) -> None:
        self.here = here
        self.events: list[ChosenEvent] = []
        self.by_id: dict[str, ChosenEvent] = {}

    def add_planned(self, planned: Iterable[PlannedEvent]) -> None:
        for event in planned:
            if event.external_id is None or event.external_id not in self.by_id:
                self._add(ChosenEvent(event.title, event.external_id, event.tutorial_event_id, event))

    def add_current(self, connection: Connection, current: CurrentEvent) -> None:
        if current.id not in self.by_id:
            self.add_id(connection, current.id, current.title)
        self.by_id[current.id].current = current

    def add_id(self, connection: Connection, id_: str, title: str) -> None:
        if id_ in self.by_id:
            return
        self.add_planned(load_planned(connection, planned_events.c.external_id == id_))
        if id_ not in self.by_id:
            self._add(ChosenEvent(title, id_, self.here.by_external_id.get(id_), None))

    def _add(self, event: ChosenEvent) -> None:
        self.events.append(event)
        if event.external_id is not None:
            self.by_id[event.external_id] = event
        else:
            event.trouble = "Administrate does not have it yet: carry on with its import first."


def _planned(connection: Connection, selection: Selection) -> list[PlannedEvent]:
    table = planned_events
    conditions = [table.c.upload_key.in_(selection.uploads), table.c.external_id.in_(selection.ids)]
    conditions.append(table.c.title_key.in_([match_key(title) for title in selection.titles]))
    if selection.sitting:
        of_plan = table.c.plan["sitting"].astext
        there_are = connection.scalars(select(of_plan).where(table.c.state != EventState.WITHDRAWN).distinct())
        conditions.append(of_plan.in_([each for each in there_are if is_sitting(each, selection.sitting)]))
    found = load_planned(connection, or_(*conditions))
    if missing := set(selection.uploads) - {event.upload_key for event in found}:
        raise NothingSelected(f"No planned event is of the upload {', '.join(sorted(missing))}.")
    return found


def _words(sitting: str) -> list[str]:
    """Return what a title may have of a sitting: 2026S, and 26S."""
    return list(dict.fromkeys([sitting, re.sub(r"^20(?=\d\d[a-zA-Z]?$)", "", sitting)]))


def _of_words(client: AdministrateClient, words: Sequence[str]) -> list[CurrentEvent]:
    found = {event.id: event for word in words for event in read_titled(client, "wordlike", word)}
    return list(found.values())


def _add_titles(connection: Connection, client: AdministrateClient, chosen: _Chosen, titles: Sequence[str]) -> None:
    known = {match_key(event.title) for event in chosen.events}
    missing = []
    for title in dict.fromkeys(titles):
        if (key := match_key(title)) in known:
            continue
        ids = [event.external_id for event in chosen.here.by_title.get(key, ()) if event.external_id]
        for id_ in ids:
            chosen.add_id(connection, id_, title)
        there = [] if ids else [event for event in read_titled(client, "eq", title) if match_key(event.title) == key]
        if len(there) > 1:
            named = ", ".join(event.id for event in there)
            raise NothingSelected(f"Administrate has {len(there)} events titled {title}: {named}. Name one by its id.")
        for event in there:
            chosen.add_current(connection, event)
        if not ids and not there:
            missing.append(title)
    if missing:
        raise NothingSelected(f"Neither side has an event titled {', nor one titled '.join(missing)}.")


def _add_ids(connection: Connection, chosen: _Chosen, ids: Sequence[str]) -> None:
    for id_ in ids:
        chosen.add_id(connection, id_, id_)


def _is_left(event: ChosenEvent, selection: Selection) -> bool:
    plan, current = (event.planned.plan if event.planned else None), event.current
    locations = [plan.location.name] if plan else []
    templates = [plan.course_template.name] if plan else []
    if current is not None:
        locations += [current.location.name] if current.location else []
        templates += [current.course_template.code] if current.course_template else []
    wanted: Mapping[str | None, list[str]] = {selection.location: locations, selection.template: templates}
    return all(match_key(name) in map(match_key, have) for name, have in wanted.items() if name)
