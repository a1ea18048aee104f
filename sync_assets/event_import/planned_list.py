"""The planned events as a table, for people, with what Administrate says of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pandas as pd
from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.entities.events import TABLE as EVENTS
from sync_assets.event_import.workbook.sittings import is_sitting
from sync_assets.text import match_key

NEEDS_SOMETHING = (EventState.PLANNED, EventState.SENT, EventState.CREATED, EventState.REFUSED)
_TYPES: Final = {
    **dict.fromkeys(("tutorial_event_id", "sessions", "places", "remaining"), "Int64"),
    **dict.fromkeys(("on_sale", "sold_out"), "boolean"),
}
_DAY: Final = 10
"""The characters of a day in ISO format."""


class LifecycleState(StrEnum):
    """The states of an event in Administrate."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class PlannedFilter:
    """Which planned events are listed: those of which all of this holds.

    `sitting` may be written in any way (2026S, 26S), `location` is a name and `template` a code in any letter case.
    `title` is a part of the title. With `unfinished` only those that wait or were refused, those that need somebody
    first. `there` is their lifecycle state in Administrate, `on_sale` and `sold_out` say whether they are that there.
    An event of which the last sync has read nothing is neither on sale nor off sale.
    """

    unfinished: bool = False
    upload_key: str | None = None
    sitting: str | None = None
    location: str | None = None
    template: str | None = None
    title: str | None = None
    state: EventState | None = None
    there: LifecycleState | None = None
    on_sale: bool | None = None
    sold_out: bool | None = None


def read_planned(connection: Connection, chosen: PlannedFilter | None = None) -> pd.DataFrame:
    """Return one row per planned event, by title.

    Its columns are title, sitting, template, location, starts (a day), sessions (how many), state, tutorial_event_id,
    administrate_id, why it is not as planned, next_try_at, its upload, and what Administrate says by the last sync:
    lifecycle_state, on_sale, sold_out, places and remaining ones. What only the plan says is missing of an event of a
    former version.
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
        EVENTS.c.lifecycle_state,
        EVENTS.c.web_sale.label("on_sale"),
        EVENTS.c.is_sold_out.label("sold_out"),
        EVENTS.c.max_places.label("places"),
        EVENTS.c.remaining_places.label("remaining"),
    )
    is_read = and_(EVENTS.c.external_id == table.c.external_id, EVENTS.c.removed_at.is_(None))
    events = events.outerjoin_from(table, EVENTS, is_read).where(*_conditions(chosen))
    is_refused = (table.c.state == EventState.REFUSED).desc()
    frame = pd.read_sql(events.order_by(is_refused if chosen.unfinished else table.c.title, table.c.title), connection)
    frame = frame.astype(_TYPES)
    return _matching(frame, chosen)


def _conditions(chosen: PlannedFilter) -> list[ColumnElement[bool]]:
    table = planned_events
    in_state = table.c.state == chosen.state if chosen.state else table.c.state != EventState.WITHDRAWN
    conditions = [in_state]
    if chosen.unfinished:
        conditions.append(table.c.state.in_(NEEDS_SOMETHING))
    if chosen.upload_key is not None:
        conditions.append(table.c.upload_key == chosen.upload_key)
    if chosen.there is not None:
        conditions.append(EVENTS.c.lifecycle_state == chosen.there.value)
    for flag, wanted in ((EVENTS.c.web_sale, chosen.on_sale), (EVENTS.c.is_sold_out, chosen.sold_out)):
        if wanted is not None:
            conditions += [EVENTS.c.id.is_not(None), flag.is_(True) if wanted else flag.is_not(True)]
    return conditions


def _matching(frame: pd.DataFrame, chosen: PlannedFilter) -> pd.DataFrame:
    """Return the rows that match as names do: whatever their letter case, and however a sitting is written."""

    def equals(wanted: str) -> Callable[[str | None], bool]:
        return lambda name: name is not None and match_key(name) == match_key(wanted)

    if chosen.sitting is not None:
        sitting = chosen.sitting
        frame = frame[frame["sitting"].map(lambda text: is_sitting(text, sitting)).astype(bool)]
    if chosen.location is not None:
        frame = frame[frame["location"].map(equals(chosen.location)).astype(bool)]
    if chosen.template is not None:
        frame = frame[frame["template"].map(equals(chosen.template)).astype(bool)]
    if chosen.title is not None:
        part = match_key(chosen.title)
        frame = frame[frame["title"].map(lambda title: part in match_key(title)).astype(bool)]
    return frame.reset_index(drop=True)
