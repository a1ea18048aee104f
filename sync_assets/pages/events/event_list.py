"""What the page of events shows: those that somebody looks for, and what can be chosen to look for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from sync_assets.bridge.planned_tables import EventState
from sync_assets.event_import.planned_list import PlannedFilter, find_planned, planned_names, read_planned
from sync_assets.pages.shown_rows import ShownRows, rows_of, shown_rows
from sync_assets.text import match_key

STATES: Final[Mapping[EventState, tuple[str, str]]] = {
    EventState.AGREED: ("on both sides", "good"),
    EventState.PLANNED: ("waits to be made", "new"),
    EventState.SENT: ("waits for an answer", "warn"),
    EventState.CREATED: ("not complete yet", "warn"),
    EventState.REFUSED: ("needs somebody", "bad"),
    EventState.WITHDRAWN: ("taken back", ""),
}
"""How far an event has come, in words, with the kind of its badge."""
FIELDS: Final = ("sitting", "location", "template")


@dataclass(frozen=True, slots=True)
class SoughtEvents:
    """What somebody looks for. A field that is empty, or a state that is None, counts for nothing."""

    sitting: str = ""
    location: str = ""
    template: str = ""
    state: EventState | None = None
    words: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> SoughtEvents:
        """Return what an address asks for; what it says wrongly counts for nothing."""
        state = query.get("state")
        fields = {name: query.get(name, "") for name in FIELDS}
        return cls(**fields, state=EventState(state) if state in set(EventState) else None, words=query.get("q", ""))

    @property
    def query(self) -> Mapping[str, object]:
        """The address' query that asks for this."""
        return {**{name: getattr(self, name) for name in FIELDS}, "state": self.state, "q": self.words.strip()}

    @property
    def chosen(self) -> PlannedFilter:
        """What is looked for, as the list of planned events takes it."""
        return PlannedFilter(
            sitting=self.sitting or None,
            location=self.location or None,
            template=self.template or None,
            title=self.words or None,
            state=self.state,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether something is looked for."""
        return any(self.query.values())


@dataclass(frozen=True, slots=True)
class EventList:
    """A page of the events, what each field can be looked for by, and how many events there are."""

    rows: ShownRows[Any]
    offered: Mapping[str, Sequence[str]]
    all_rows: int


def list_events(connection: Connection, sought: SoughtEvents, number: str) -> EventList:
    """Return the page with this number of what somebody looks for."""
    # Those that are taken back are looked at only by themselves.
    names = planned_names(connection, withdrawn=sought.state is EventState.WITHDRAWN)
    offered = {"sitting": names.sittings, "location": names.locations, "template": names.templates}

    def read(ids: Sequence[int]) -> Sequence[Any]:
        return rows_of(read_planned(connection, ids=ids))

    rows = shown_rows(find_planned(connection, sought.chosen), number, read)
    return EventList(rows, {name: sorted(texts, key=match_key) for name, texts in offered.items()}, names.count)


def titles_of(connection: Connection, sought: SoughtEvents) -> list[str]:
    """Return the titles of all events that somebody looks for."""
    return list(read_planned(connection, sought.chosen)["title"])
