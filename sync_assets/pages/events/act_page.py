"""The page that says what an action on events would do, and starts the run that does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.responses import Response

from sync_assets.errors import SyncError
from sync_assets.event_actions.act_on_events import act_on_events as act
from sync_assets.event_actions.action import ActionOptions, EventAction
from sync_assets.event_actions.selection import Selection
from sync_assets.event_actions.undertaking import ActionOutcome
from sync_assets.operations.event_action_job import act_on_events, change_events
from sync_assets.pages.access.form import Form
from sync_assets.pages.decided.run_ids import decided_path, form_id_given
from sync_assets.pages.events.action_words import ACTIONS, OUTCOMES
from sync_assets.pages.events.event_list import SoughtEvents, titles_of
from sync_assets.pages.events.events_page import event_list
from sync_assets.pages.shown_rows import with_query
from sync_assets.pages.visit import Visit, page
from sync_assets.shown_text import one_line

MOST_EVENTS: Final = 2000
"""Events that one action is about: several sittings."""


class NothingChosen(SyncError):
    """A form does not say what is to be done, or with which events."""


@dataclass(frozen=True, slots=True)
class ChosenAction:
    """What is to be done with the events of which titles, and why."""

    action: EventAction
    titles: Sequence[str]
    cancel_booked: bool
    reason: str

    @property
    def config(self) -> Mapping[str, Any]:
        """The config of a run that does it, but for who wants it."""
        return {
            "action": self.action.name,
            "titles": list(self.titles),
            "cancel_booked": self.cancel_booked,
            "dry_run": False,
            "reason": self.reason,
        }


def show_plan(visit: Visit) -> Response:
    """Say what would be changed; nothing is changed on either side."""
    ticked = frozenset(visit.form.texts("event"))
    try:
        titles = _titles(visit)
        chosen = _chosen(visit.form, titles)
    except NothingChosen as missing:
        return event_list(visit, problem=str(missing), ticked=ticked, status=422)
    options = ActionOptions(dry_run=True, cancel_booked=chosen.cancel_booked)
    services = visit.services
    report = act(services.engine, services.administrate, chosen.action, Selection(titles=tuple(chosen.titles)), options)
    to_do = [result for result in report.results if result.outcome is ActionOutcome.WOULD_BE_DONE]
    values = {
        "chosen": chosen,
        "report": report,
        "to_do": to_do,
        "actions": ACTIONS,
        "outcomes": OUTCOMES,
        "run_id": uuid4(),
        "back": with_query("/events", visit.request.query_params),
    }
    return visit.show("events/plan.html", values)


def carry_out(visit: Visit) -> Response:
    """Start the run that does it, and go to the page that shows what becomes of it."""
    chosen = _chosen(visit.form, visit.form.texts("event"))
    once = form_id_given(visit.form)
    config = {change_events.name: {**chosen.config, "who": visit.who}}
    run_id = visit.services.dagster.launch(act_on_events.name, config, who=visit.who, once=once)
    return visit.go_to(decided_path(run_id, "/events"))


def _titles(visit: Visit) -> Sequence[str]:
    """Return the titles that were ticked, or all that the search has found."""
    if not visit.form.is_checked("all"):
        return visit.form.texts("event")
    with visit.bridge() as connection:
        return titles_of(connection, SoughtEvents.of(visit.request.query_params))


def _chosen(form: Form, titles: Sequence[str]) -> ChosenAction:
    wanted, titles = form.text("do"), list(dict.fromkeys(titles))
    if not titles:
        raise NothingChosen("Tick the events that are meant.")
    if len(titles) > MOST_EVENTS:
        raise NothingChosen(f"At most {MOST_EVENTS:,} events are changed at once. Look for one sitting or location.")
    if not wanted:
        raise NothingChosen("Choose what is to be done with the events that you ticked.")
    if wanted not in set(EventAction):
        raise HTTPException(400, "The form could not be read.")
    return ChosenAction(EventAction(wanted), titles, form.is_checked("cancel_booked"), one_line(form.text("reason")))


ROUTES: Final = [
    page("/events/plan", show_plan, sends=True),
    page("/events/carry-out", carry_out, sends=True),
]
