"""The events of both sides as our tables have them, ready to be compared. Nothing is asked of Administrate."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.event_drift.both_names import BothNames, both_names
from sync_assets.event_drift.linked_event import LinkedEvent, linked_event
from sync_assets.event_drift.recorded_events import load_linked_rows, load_session_rows, read_event_of
from sync_assets.event_import.administrate_side.event_records import ReadEvent
from sync_assets.event_import.planning.current_plan import Names
from sync_assets.event_import.reference.known_records import ReferenceData
from sync_assets.event_import.reference.load import load_reference
from sync_assets.event_import.writing.planned_event import load_planned
from sync_assets.tutorial.layout import Layout


@dataclass(frozen=True, slots=True)
class EventsOfBothSides:
    """The events that can be compared, and what their ids are called; `under_way` counts those that an import has."""

    events: list[LinkedEvent]
    names: Names
    both: BothNames
    under_way: int = 0


def load_events(
    connection: Connection,
    layout: Layout,
    external_ids: Collection[str] | None = None,
    there: Mapping[str, ReadEvent] | None = None,
) -> EventsOfBothSides:
    """Return the linked events, or those of some ids; `there` is what was read of them just now, else our rows say it.

    An event that an import is not done with is left out: its sides differ because of that. Raises BridgeError.
    """
    rows = load_linked_rows(connection, external_ids)
    # A tenant without events need not have all that events refer to.
    known = load_reference(connection) if rows else ReferenceData()
    names, both = Names(known), both_names(known)
    sessions = load_session_rows(connection, [row.external_id for row in rows])
    stored = layout.read_events(connection, [row.tutorial_event_id for row in rows])
    wanted = planned_events.c.external_id.in_([row.external_id for row in rows])
    planned = {event.external_id: event for event in load_planned(connection, wanted)}
    events: list[LinkedEvent] = []
    under_way = 0
    for row in rows:
        here, of_plan = stored.get(row.tutorial_event_id), planned.get(row.external_id)
        is_done = of_plan is None or (of_plan.state is EventState.AGREED and of_plan.plan is not None)
        if here is None or (there is not None and row.external_id not in there):
            continue
        if not is_done or (of_plan is not None and of_plan.agreed.there is None):
            under_way += 1
            continue
        read = there[row.external_id] if there is not None else read_event_of(row, sessions[row.external_id])
        events.append(linked_event(row, read, here, of_plan, names, sessions[row.external_id]))
    return EventsOfBothSides(events, names, both, under_way)
