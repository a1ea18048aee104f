"""A sitting that was imported, and edits of it on either side."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import text

from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import link_entity, sync_entity
from sync_assets.event_drift.compare_events import DriftCounts, compare_events
from sync_assets.event_drift.decide_drift import decide_drift
from sync_assets.event_drift.drift_decision import DriftChoice, DriftDecision, DriftReport
from sync_assets.event_drift.record_drift import read_drift
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets_tests.support.systems import Systems


def imported(systems: Systems, *, events: int = 6, sessions: int = 20) -> list[Event]:
    """Import events, and return them as Administrate has them, in the order of their titles."""
    assert systems.run(systems.store(systems.workbook(events=events, sessions=sessions))).is_success
    systems.sandbox.requests.clear()
    systems.tenant.carried_out.clear()
    return sorted(systems.tenant.events.values(), key=lambda event: event.title)


AS_OF = date(2025, 1, 1)
"""A day on which every made-up event is open."""


def read(systems: Systems) -> None:
    """Read events and sessions whole, and link the events."""
    client = systems.connect()
    for name in ("events", "sessions"):
        sync_entity(systems.engine, client, ENTITIES[name], ENTITIES)
    link_entity(systems.engine, ENTITIES["events"], ENTITIES, AS_OF)


def compare(systems: Systems, following: Collection[str] = ()) -> DriftCounts:
    read(systems)
    return compare_events(systems.engine, following)


def drift(systems: Systems, **wanted: Any) -> pd.DataFrame:
    with systems.engine.connect() as connection:
        return read_drift(connection, **wanted)


def found(systems: Systems) -> set[tuple[str, str, str]]:
    """The open differences as title, field and kind."""
    return {(row.title, row.field, row.kind) for row in drift(systems).itertuples()}


def decide(systems: Systems, choice: DriftChoice, *names: str, dry_run: bool = False, **values: Any) -> DriftReport:
    decisions = [DriftDecision(name, choice, **values) for name in names]
    return decide_drift(systems.engine, systems.connect(), decisions, who="Ada", dry_run=dry_run)


def edit_here(systems: Systems, statement: str, **values: Any) -> None:
    """Change rows of the tutorial application, as its own pages do."""
    with systems.engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount


def move_session_here(systems: Systems, title: str, *, day: int = 1, hours: int = 1) -> None:
    edit_here(
        systems,
        """
        update acted.tutorial_sessions s set start_date = s.start_date + make_interval(hours => :hours),
            end_date = s.end_date + make_interval(hours => :hours)
        from acted.tutorial_events e where e.id = s.tutorial_event_id and e.code = :title and s.sequence = :day""",
        title=title,
        day=day,
        hours=hours,
    )
