"""What an action has done is in our rows of Administrate at once: nobody has to wait for the next sync to see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from sync_assets.bridge.event_drift_table import event_drift
from sync_assets.entities import ENTITIES
from sync_assets.entities.events import TABLE as EVENTS
from sync_assets.entities.sessions import TABLE as SESSIONS
from sync_assets.entities.sync import link_entity, sync_entity
from sync_assets.event_actions.action import EventAction
from sync_assets.event_actions.selection import Selection
from sync_assets.event_drift.compare_events import compare_events
from sync_assets.event_drift.event_checks import EVENT_CHECKS, read_event_check
from sync_assets.sandbox.server.faults import AnswerLost
from sync_assets_tests.event_actions.sittings import act, imported
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.systems import Systems

WHEN = date(2025, 1, 1)
OPPOSITE = {EventAction.off_sale: EventAction.on_sale, EventAction.available: EventAction.sold_out}
_OURS = frozenset({"created_at", "updated_at", "last_synced", "tutorial_event_id", "agreed"})
_TIMES = frozenset({"updated_at_there", "cancelled_at"})
"""What only a sync can know."""


def read(systems: Systems) -> None:
    for name in ("events", "sessions"):
        sync_entity(systems.engine, systems.connect(), ENTITIES[name], ENTITIES)
    link_entity(systems.engine, ENTITIES["events"], ENTITIES, WHEN)


def rows(systems: Systems) -> Mapping[str, Mapping[str, Any]]:
    """What our rows say of Administrate, by id."""
    with systems.engine.connect() as connection:
        found = [*connection.execute(select(EVENTS)).mappings(), *connection.execute(select(SESSIONS)).mappings()]
    return {
        row["external_id"]: {name: value for name, value in row.items() if name not in _OURS | _TIMES} for row in found
    }


@BOTH_LAYOUTS
@pytest.mark.parametrize("action", list(EventAction))
def test_our_rows_say_at_once_what_the_next_sync_reads(systems: Systems, action: EventAction) -> None:
    key = imported(systems)
    if action in OPPOSITE:
        assert act(systems, OPPOSITE[action], Selection(uploads=(key,))).is_success
    read(systems)
    before = rows(systems)
    assert act(systems, action, Selection(uploads=(key,))).is_success
    at_once = rows(systems)
    assert at_once != before
    compare_events(systems.engine)
    with systems.engine.connect() as connection:
        assert connection.execute(select(event_drift)).all() == []
        for name in EVENT_CHECKS:
            assert read_event_check(connection, name, WHEN).empty or name == "on_sale_and_not_published"
    read(systems)
    assert rows(systems) == at_once


def test_what_has_no_answer_is_in_our_rows_once_it_was_read_again(systems: Systems) -> None:
    key = imported(systems)
    read(systems)
    systems.sandbox.faults.add(AnswerLost(times=1, mentions="session { payload: update("))
    assert act(systems, EventAction.publish, Selection(uploads=(key,))).is_success
    at_once = rows(systems)
    read(systems)
    assert rows(systems) == at_once
