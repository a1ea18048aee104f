"""Our side of an action: the tutorial rows, what is planned and agreed, and the log of who did what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, func, update

from sync_assets.bridge.decision_log import DecisionEntry, record_decisions
from sync_assets.bridge.planned_tables import SessionState, planned_events, planned_sessions
from sync_assets.entities.events import TABLE as EVENTS
from sync_assets.entities.sessions import TABLE as SESSIONS
from sync_assets.event_actions.action import EventAction
from sync_assets.event_actions.current_state import CANCELLED, PUBLISHED
from sync_assets.event_actions.plan_after import agreed_after, plan_after
from sync_assets.event_actions.undertaking import Undertaking
from sync_assets.event_actions.wanted import FlagFields
from sync_assets.event_import.planning.comparison import Sides
from sync_assets.event_import.planning.fields import view_as_json
from sync_assets.event_import.planning.plan import as_json
from sync_assets.event_import.writing.planned_event import PlannedEvent
from sync_assets.tutorial.layout import Layout

LOGGED_AS: Final = "events"
"""The entity under which actions stand in the log of decisions."""
_THERE: Final[Mapping[EventAction, Mapping[str, object]]] = {
    EventAction.publish: {"lifecycle_state": PUBLISHED},
    EventAction.cancel: {"lifecycle_state": CANCELLED},
    EventAction.on_sale: {"web_sale": True},
    EventAction.off_sale: {"web_sale": False},
    EventAction.sold_out: {"is_sold_out": True},
    EventAction.available: {"is_sold_out": False},
}
"""What our row of an event in Administrate says once an action is done; the next sync reads the same."""
BEGUN, DONE, FAILED = "begun", "done", "failed"
"""Outcomes in that log."""


@dataclass(frozen=True, slots=True)
class ActionBooks:
    """Writes down an action. Every call is a transaction of its own, and any thread may make it."""

    engine: Engine
    layout: Layout
    action: EventAction
    fields: FlagFields
    who: str
    reason: str
    run_id: str | None

    def begun(self, undertakings: Sequence[Undertaking]) -> None:
        """Log what is about to be sent, so that a process that is killed leaves word of who asked for what."""
        self._log([(each, BEGUN, ", ".join(each.work.changes)) for each in undertakings])

    def ended(self, results: Sequence[tuple[Undertaking, bool, str]]) -> None:
        """Log what became of events: whether they are as wanted now, and a sentence."""
        self._log([(each, DONE if is_done else FAILED, sentence) for each, is_done, sentence in results])

    def written_here(self, undertakings: Sequence[Undertaking]) -> None:
        """Write what Administrate has taken of events into the tutorial rows, the plans and the agreements.

        Our rows of what Administrate says get it, too: whoever lists or compares events before the next sync sees it.
        """
        if not undertakings:
            return
        now = datetime.now(UTC)
        with self.engine.begin() as connection:
            for each in undertakings:
                id_ = each.chosen.tutorial_event_id
                if id_ is not None and each.work.here:
                    self.layout.update_event(connection, id_, each.work.here, now)
                for session_id in each.work.sessions_here:
                    self.layout.update_session(connection, session_id, {"cancelled": True}, now)
                texts = _texts(each)
                connection.execute(
                    update(EVENTS)
                    .where(EVENTS.c.external_id == each.chosen.external_id)
                    .values(**_THERE[self.action], custom_field_values=texts, updated_at=func.now())
                )
                if each.chosen.planned is not None:
                    self._keep_agreement(connection, each.chosen.planned, texts)

    def sessions_changed(self, external_ids: Sequence[str], state: str) -> None:
        """Remember in which state sessions are in Administrate."""
        with self.engine.begin() as connection:
            connection.execute(
                update(SESSIONS)
                .where(SESSIONS.c.external_id.in_(external_ids))
                .values(lifecycle_state=state, updated_at=func.now())
            )
            if state == CANCELLED:
                connection.execute(
                    update(planned_sessions)
                    .where(planned_sessions.c.external_id.in_(external_ids))
                    .values(state=SessionState.CANCELLED, updated_at=func.now())
                )

    def _keep_agreement(self, connection: Connection, event: PlannedEvent, texts: dict[str, str]) -> None:
        if event.plan is None:
            return
        plan = plan_after(self.action, event.plan, self.fields, texts)
        agreed = agreed_after(self.action, event.agreed, event.plan, plan)
        values: dict[str, Any] = {}
        if plan != event.plan:
            values = {"plan": as_json(plan), "revision": event.revision + 1}
        if agreed != event.agreed:
            values["agreed"] = _as_json(agreed)
        if values:
            table = planned_events
            connection.execute(update(table).where(table.c.id == event.id).values(**values, updated_at=func.now()))

    def _log(self, lines: Sequence[tuple[Undertaking, str, str]]) -> None:
        entries = [
            DecisionEntry(
                who=self.who,
                entity=LOGGED_AS,
                side="administrate",
                record_id=each.chosen.external_id or "",
                name=each.chosen.title,
                action=self.action.value,
                reason=self.reason,
                run_id=self.run_id,
                dry_run=False,
                outcome=outcome,
                sentence=sentence,
                other_id=None if each.chosen.tutorial_event_id is None else str(each.chosen.tutorial_event_id),
            )
            for each, outcome, sentence in lines
        ]
        with self.engine.begin() as connection:
            record_decisions(connection, entries)


def _texts(undertaking: Undertaking) -> dict[str, str]:
    """Return the custom fields that Administrate has now, by definition key."""
    current = undertaking.chosen.current
    had = {each.definition_key: each.value for each in current.custom_field_values if each.value} if current else {}
    sent = undertaking.work.event_input.get("customFieldValues", ())
    return {**had, **{each["definitionKey"]: each["value"] for each in sent}}


def _as_json(agreed: Sides) -> dict[str, Any]:
    return {
        side: view_as_json(view) for side, view in (("here", agreed.here), ("there", agreed.there)) if view is not None
    }
