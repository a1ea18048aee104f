"""The planned events as a table, for people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, Text, case, column, func, select, true
from sqlalchemy.dialects.postgresql import JSONB

from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.entities.events import TABLE as EVENTS
from sync_assets.event_import.standing_there import IS_SEEN, LIFECYCLE, ON_SALE, SOLD_OUT_THERE, Lifecycle
from sync_assets.event_import.workbook.sittings import is_sitting
from sync_assets.text import match_key

NEEDS_SOMETHING = (EventState.PLANNED, EventState.SENT, EventState.CREATED, EventState.REFUSED)
_TYPES: Final = {
    **dict.fromkeys(("tutorial_event_id", "sessions", "places", "remaining"), "Int64"),
    **dict.fromkeys(("on_sale", "sold_out"), "boolean"),
}
_DAY: Final = 10
"""The characters of a day in ISO format."""


@dataclass(frozen=True, slots=True)
class PlannedFilter:
    """Which planned events are listed: those of which all of this holds.

    `sitting` may be written in any way (2026S, 26S), `location` is a name and `template` a code in any letter case.
    `title` is a part of the title. With `unfinished` only those that wait or were refused, those that need somebody
    first. `lifecycle`, `on_sale` and `sold_out` are how it stands in Administrate.
    """

    unfinished: bool = False
    upload_key: str | None = None
    sitting: str | None = None
    location: str | None = None
    template: str | None = None
    title: str | None = None
    state: EventState | None = None
    lifecycle: Lifecycle | None = None
    on_sale: bool | None = None
    sold_out: bool | None = None

    @property
    def asks_there(self) -> bool:
        """Whether it matters how events stand in Administrate."""
        return (self.lifecycle, self.on_sale, self.sold_out) != (None, None, None)


@dataclass(frozen=True, slots=True)
class PlannedNames:
    """How many planned events there are, and what their plans call sittings, locations and templates."""

    count: int
    sittings: frozenset[str]
    locations: frozenset[str]
    templates: frozenset[str]


def read_planned(
    connection: Connection, chosen: PlannedFilter | None = None, ids: Collection[int] | None = None
) -> pd.DataFrame:
    """Return one row per planned event, by title; with `ids`, those of them that have one of these keys.

    Its columns are title, sitting, template, location, starts (a day), sessions (how many), state, tutorial_event_id,
    administrate_id, why it is not as planned, next_try_at, its upload, and how it stands in Administrate: lifecycle,
    on_sale, sold_out, places and remaining ones. What only the plan says is missing of an event of a former version.
    """
    chosen = chosen or PlannedFilter()
    table = planned_events
    plan = table.c.plan
    first_start = func.coalesce(plan[("sessions", "0", "start", "local")].astext, plan[("lms_start", "local")].astext)
    is_list = func.jsonb_typeof(plan["sessions"]) == "array"
    events = select(
        table.c.title,
        plan["sitting"].astext.label("sitting"),
        plan[("course_template", "name")].astext.label("template"),
        plan[("location", "name")].astext.label("location"),
        func.left(first_start, _DAY).label("starts"),
        case((is_list, func.jsonb_array_length(plan["sessions"]))).label("sessions"),
        table.c.state,
        table.c.tutorial_event_id,
        table.c.external_id.label("administrate_id"),
        func.coalesce(table.c.refusal, table.c.failure).label("why"),
        table.c.next_try_at,
        table.c.upload_key.label("upload"),
        LIFECYCLE.label("lifecycle"),
        ON_SALE.label("on_sale"),
        SOLD_OUT_THERE.label("sold_out"),
        EVENTS.c.max_places.label("places"),
        EVENTS.c.remaining_places.label("remaining"),
    )
    events = events.select_from(table.outerjoin(EVENTS, IS_SEEN)).where(
        table.c.id.in_(find_planned(connection, chosen) if ids is None else ids)
    )
    frame = pd.read_sql(events.order_by(*_order(chosen)), connection)
    return frame.astype(_TYPES)


def find_planned(connection: Connection, chosen: PlannedFilter) -> Sequence[int]:
    """Return the keys of the planned events that are listed, in their order.

    They match as names do: whatever their letter case, and however a sitting is written.
    """
    told = _told()
    wanted: list[tuple[ColumnElement[Any], Callable[[str], bool]]] = []
    if chosen.sitting is not None:
        sitting = chosen.sitting
        wanted.append((told.c.sitting, lambda name: is_sitting(name, sitting)))
    for named, name in ((told.c.location, chosen.location), (told.c.template, chosen.template)):
        if name is not None:
            wanted.append((named, _equals(name)))
    events = select(planned_events.c.id, *(named for named, _ in wanted)).where(*_conditions(chosen))
    events = events.select_from(planned_events.outerjoin(EVENTS, IS_SEEN) if chosen.asks_there else planned_events)
    if wanted:
        events = events.outerjoin(told, true())
    rows = connection.execute(events.order_by(*_order(chosen)))
    # The same few names come again and again.
    checks = [cache(check) for _, check in wanted]
    return [
        id_
        for id_, *names in rows
        if all(name is not None and check(name) for name, check in zip(names, checks, strict=True))
    ]


def planned_names(connection: Connection, *, withdrawn: bool = False) -> PlannedNames:
    """Return what the plans of events name: of those that are not withdrawn, or of the others."""
    is_wanted, told = _conditions(PlannedFilter(state=EventState.WITHDRAWN if withdrawn else None)), _told()
    columns = (told.c.sitting, told.c.location, told.c.template)
    events = select(*columns, func.count()).select_from(planned_events).outerjoin(told, true()).where(*is_wanted)
    rows = connection.execute(events.group_by(*columns)).all()
    names = [frozenset(row[place] for row in rows if row[place] is not None) for place in range(len(columns))]
    return PlannedNames(sum(row[-1] for row in rows), *names)


def _told() -> FromClause:
    """Return what the lists of names are made of: a plan is long, and is unpacked once for all of it."""
    record = (
        func.jsonb_to_record(planned_events.c.plan)
        .table_valued(column("sitting", Text), column("location", JSONB), column("course_template", JSONB))
        .render_derived(name="record", with_types=True)
    )
    names = select(
        record.c.sitting,
        record.c.location["name"].astext.label("location"),
        record.c.course_template["name"].astext.label("template"),
    )
    return names.lateral("told")


def _conditions(chosen: PlannedFilter) -> list[ColumnElement[bool]]:
    table = planned_events
    in_state = table.c.state == chosen.state if chosen.state else table.c.state != EventState.WITHDRAWN
    conditions = [in_state]
    if chosen.unfinished:
        conditions.append(table.c.state.in_(NEEDS_SOMETHING))
    if chosen.upload_key is not None:
        conditions.append(table.c.upload_key == chosen.upload_key)
    if chosen.title is not None:
        conditions.append(table.c.title_key.contains(match_key(chosen.title), autoescape=True))
    if chosen.lifecycle is not None:
        conditions.append(LIFECYCLE.is_not_distinct_from(chosen.lifecycle.value))
    for is_so, wanted in ((ON_SALE, chosen.on_sale), (SOLD_OUT_THERE, chosen.sold_out)):
        if wanted is not None:
            conditions.append(is_so.is_(wanted))
    return conditions


def _order(chosen: PlannedFilter) -> Sequence[ColumnElement[Any]]:
    is_refused = (planned_events.c.state == EventState.REFUSED).desc()
    return [*([is_refused] if chosen.unfinished else []), planned_events.c.title, planned_events.c.id]


def _equals(wanted: str) -> Callable[[str], bool]:
    return lambda name: match_key(name) == match_key(wanted)
