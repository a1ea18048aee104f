"""The page that says what decisions about differences would do, and starts the run that carries them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.responses import Response

from sync_assets.errors import SyncError
from sync_assets.event_drift.decide_drift import decide_drift as decide
from sync_assets.event_drift.drift_decision import DriftChoice, DriftDecision, DriftOutcome
from sync_assets.operations.drift_job import decide_drift, settle_differences
from sync_assets.pages.access.form import Form
from sync_assets.pages.decided.run_ids import decided_path, form_id_given
from sync_assets.pages.drift.drift_page import drift_list
from sync_assets.pages.drift.drift_words import CHOICES, OUTCOMES
from sync_assets.pages.shown_rows import with_query
from sync_assets.pages.visit import Visit, page
from sync_assets.shown_text import one_line

MOST_CHOSEN: Final = 1000
"""Differences that are decided about at once."""


class NothingChosen(SyncError):
    """A form does not say what is to be done, or with what."""


@dataclass(frozen=True, slots=True)
class ChosenDrift:
    """What is to be done about which fields of which events (by id in Administrate), and why."""

    choice: DriftChoice
    fields: Mapping[str, Sequence[str]]
    reason: str

    @property
    def decisions(self) -> list[DriftDecision]:
        """One decision for each event."""
        return [DriftDecision(event, self.choice, tuple(names), self.reason) for event, names in self.fields.items()]

    def config(self, who: str) -> Mapping[str, Any]:
        """Return the config of a run that carries them out."""
        decisions = [
            {"event": event, "choice": self.choice.name, "fields": list(names), "reason": self.reason}
            for event, names in self.fields.items()
        ]
        return {"who": who, "dry_run": False, "decisions": decisions}


def show_plan(visit: Visit) -> Response:
    """Say what would be done; nothing is changed on either side."""
    try:
        chosen = _chosen(visit.form)
    except NothingChosen as missing:
        return drift_list(visit, problem=str(missing), ticked=frozenset(visit.form.texts("row")), status=422)
    services = visit.services
    report = decide(services.engine, services.administrate, chosen.decisions, who=visit.who, dry_run=True)
    values = {
        "chosen": chosen,
        "report": report,
        "possible": [each for each in report.results if each.outcome is DriftOutcome.WOULD_BE_DONE],
        "choices": CHOICES,
        "outcomes": OUTCOMES,
        "run_id": uuid4(),
        "back": with_query("/drift", visit.request.query_params),
    }
    return visit.show("drift/plan.html", values)


def carry_out(visit: Visit) -> Response:
    """Start the run that carries the decisions out, and go to the page that shows what becomes of them."""
    chosen, once = _chosen(visit.form), form_id_given(visit.form)
    config = {settle_differences.name: chosen.config(visit.who)}
    run_id = visit.services.dagster.launch(decide_drift.name, config, who=visit.who, once=once)
    return visit.go_to(decided_path(run_id, "/drift"))


def _chosen(form: Form) -> ChosenDrift:
    fields: dict[str, list[str]] = {}
    places = list(dict.fromkeys(form.texts("row")))
    for place in places:
        event, _, name = place.partition(":")
        if not event or not name:
            raise HTTPException(400, "The form could not be read.")
        fields.setdefault(event, []).append(name)
    wanted, reason = form.text("do"), one_line(form.text("reason"))
    if not fields:
        raise NothingChosen("Tick the differences that you decide about.")
    if len(places) > MOST_CHOSEN:
        raise NothingChosen(f"Decide about at most {MOST_CHOSEN:,} differences at once.")
    if not wanted:
        raise NothingChosen("Choose what is to be done about the differences that you ticked.")
    if wanted not in set(DriftChoice):
        raise HTTPException(400, "The form could not be read.")
    choice = DriftChoice(wanted)
    if choice is DriftChoice.leave_apart and not reason:
        raise NothingChosen("Say why it is right as it is, for those who will ask.")
    return ChosenDrift(choice, fields, reason)


ROUTES: Final = [
    page("/drift/plan", show_plan, sends=True),
    page("/drift/carry-out", carry_out, sends=True),
]
