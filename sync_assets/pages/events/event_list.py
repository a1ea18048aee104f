"""What the page of events shows: those that somebody looks for, and what can be chosen to look for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from sync_assets.bridge.planned_tables import EventState
from sync_assets.event_import.planned_list import PlannedFilter, find_planned, planned_names, read_planned
from sync_assets.event_import.standing_there import Lifecycle
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
LIFECYCLES: Final[Mapping[Lifecycle, tuple[str, str]]] = {
    Lifecycle.DRAFT: ("draft", ""),
    Lifecycle.PUBLISHED: ("published", "good"),
    Lifecycle.CANCELLED: ("cancelled", "bad"),
}
"""How an event stands in Administrate, in words, with the kind of its badge."""
FIELDS: Final = ("sitting", "location", "template")
Choice = TypeVar("Choice", bound=StrEnum)


class YesNo(StrEnum):
    """What somebody looks for of what is so or is not so."""

    YES = "yes"
    NO = "no"


def _one_of(choices: type[Choice], text: str | None) -> Choice | None:
    return choices(text) if text in set(choices) else None


@dataclass(frozen=True, slots=True)
class SoughtEvents:
    """What somebody looks for. A field that is empty, or a state that is None, counts for nothing."""

    sitting: str = ""
    location: str = ""
    template: str = ""
    state: EventState | None = None
    words: str = ""
    lifecycle: Lifecycle | None = None
    sale: YesNo | None = None
    soldout: YesNo | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> SoughtEvents:
        """Return what an address asks for; what it says wrongly counts for nothing."""
        return cls(
            **{name: query.get(name, "") for name in FIELDS},
            state=_one_of(EventState, query.get("state")),
            words=query.get("q", "").strip(),
            lifecycle=_one_of(Lifecycle, query.get("lifecycle")),
            sale=_one_of(YesNo, query.get("sale")),
            soldout=_one_of(YesNo, query.get("soldout")),
        )

    @property
    def query(self) -> Mapping[str, object]:
        """The address' query that asks for this."""
        named = {name: getattr(self, name) for name in (*FIELDS, "state", "lifecycle", "sale", "soldout")}
        return {**named, "q": self.words}

    @property
    def chosen(self) -> PlannedFilter:
        """What is looked for, as the list of planned events takes it."""
        return PlannedFilter(
            sitting=self.sitting or None,
            location=self.location or None,
            template=self.template or None,
            title=self.words or None,
            state=self.state,
            lifecycle=self.lifecycle,
            on_sale=None if self.sale is None else self.sale is YesNo.YES,
            sold_out=None if self.soldout is None else self.soldout is YesNo.YES,
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
    """Return the titles of all events that somebody looks for; those that are taken back are never meant."""
    if sought.state is EventState.WITHDRAWN:
        return []
    return list(read_planned(connection, sought.chosen)["title"])
