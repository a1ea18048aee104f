"""A sitting that was imported, and what both sides have of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from sync_assets.event_actions.act_on_events import act_on_events
from sync_assets.event_actions.action import ActionOptions, EventAction
from sync_assets.event_actions.action_report import ActionReport
from sync_assets.event_actions.selection import Selection
from sync_assets.event_actions.undertaking import ActionOutcome
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets_tests.support.systems import Systems


def imported(systems: Systems, *, events: int = 6, sessions: int = 20) -> str:
    """Import events, and return the key of their upload."""
    key = systems.store(systems.workbook(events=events, sessions=sessions))
    assert systems.run(key).is_success
    systems.sandbox.requests.clear()
    systems.tenant.carried_out.clear()
    return key


def act(systems: Systems, action: EventAction, selection: Selection, **options: Any) -> ActionReport:
    """Do something with events, for real unless told otherwise."""
    chosen = ActionOptions(**{"dry_run": False, **options})
    return act_on_events(systems.engine, systems.connect(), action, selection, chosen, who="Ada")


def outcomes(report: ActionReport) -> set[ActionOutcome]:
    return {result.outcome for result in report.results}


def by_title(systems: Systems) -> dict[str, Event]:
    return {event.title: event for event in systems.tenant.events.values()}


def here(systems: Systems, title: str) -> dict[str, Any]:
    """What the tutorial side says of an event, from whichever table of its layout says it."""
    with systems.engine.connect() as connection:
        row = connection.execute(
            text("select e.*, e.id as event_id from acted.tutorial_events e where e.code = :title"), {"title": title}
        ).mappings()
        found = dict(row.one())
        beside = connection.execute(
            text("select * from adm.events where tutorial_event_id = :id"), {"id": found["event_id"]}
        ).mappings()
        for other in beside:
            found |= {name: value for name, value in other.items() if name not in found}
    return found


def web_sale_of(systems: Systems, event: Event) -> str | None:
    key = next(each.id for each in systems.tenant.definitions_of("Event") if each.label == "Web sale")
    return event.custom_fields.get(key)
