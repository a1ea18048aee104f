"""What both sides have alike from now on: of an imported event with its plan, of another one with its bridge row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, update

from sync_assets.bridge.planned_tables import planned_events
from sync_assets.entities.events import TABLE as EVENTS
from sync_assets.event_drift.linked_event import LinkedEvent
from sync_assets.event_drift.settle_fields import Settlement
from sync_assets.event_import.planning.comparison import Sides
from sync_assets.event_import.planning.fields import SESSION, Field, View, view_as_json
from sync_assets.event_import.planning.plan import EventPlan, as_json
from sync_assets.tutorial.layout import Layout


def keep_agreement(connection: Connection, event: LinkedEvent, settled: Sides, plan: EventPlan | None = None) -> None:
    """Add to what both sides of an event agree on; with `plan`, that is the plan from now on."""
    here, there = _joined(event.agreed.here, settled.here), _joined(event.agreed.there, settled.there)
    agreed = {"here": view_as_json(here), "there": view_as_json(there)}
    if not event.is_planned:
        connection.execute(update(EVENTS).where(EVENTS.c.external_id == event.external_id).values(agreed=agreed))
        return
    values: dict[str, Any] = {"agreed": agreed, "updated_at": func.now()}
    if plan is not None and plan != event.planned.the_plan:
        values |= {"plan": as_json(plan), "revision": event.planned.revision + 1}
    table = planned_events
    connection.execute(update(table).where(table.c.id == event.planned.id).values(**values))


def _joined(agreed: View | None, settled: View | None) -> Mapping[Field, Any]:
    joined = {**(agreed or {}), **(settled or {})}
    # That a session is nowhere goes without saying.
    return {field: value for field, value in joined.items() if field.column != SESSION or value}


def write_here(connection: Connection, layout: Layout, event: LinkedEvent, done: Settlement, now: datetime) -> None:
    """Write what the tutorial side is to get. Raises TutorialRowRefused."""
    if done.event_here:
        layout.update_event(connection, event.tutorial_event_id, done.event_here, now)
    for session_id, changes in done.sessions_here.items():
        layout.update_session(connection, session_id, changes, now)
