"""The page that says what decisions would do, and starts the run that carries them out."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from starlette.responses import Response

from sync_assets.decisions.decision import DecisionOutcome
from sync_assets.decisions.resolve import resolve
from sync_assets.entities import ENTITIES
from sync_assets.entities.entity_creation import Given
from sync_assets.operations.resolve_job import carry_out_decisions, resolve_discrepancies
from sync_assets.pages.decided.run_ids import decided_path, form_id_given
from sync_assets.pages.discrepancies.chosen import NothingChosen, chosen_of, config_of
from sync_assets.pages.discrepancies.discrepancies_page import discrepancy_list, entity_asked
from sync_assets.pages.discrepancies.given_fields import FIELDS
from sync_assets.pages.discrepancies.words import SIDES, Choice
from sync_assets.pages.shown_rows import with_query
from sync_assets.pages.visit import Visit, page


def show_plan(visit: Visit) -> Response:
    """Say what would be done; nothing is changed on either side."""
    entity = entity_asked(visit)
    try:
        chosen = chosen_of(visit.form, entity.name)
    except NothingChosen as missing:
        ticked = frozenset(visit.form.texts("row"))
        return discrepancy_list(visit, entity, problem=str(missing), ticked=ticked, status=422)
    settings = visit.services.settings
    results = resolve(
        visit.services.engine,
        lambda: visit.services.administrate,
        ENTITIES,
        chosen.decisions(entity.name, visit.who),
        who=visit.who,
        dry_run=True,
        defaults=Given(settings.administrate_region_id, settings.administrate_account_id),
        quiet_seconds=settings.administrate_quiet_seconds,
        code_prefix=settings.administrate_code_prefix,
    )
    place = f"/discrepancies/{entity.name}"
    values = {
        "entity": entity,
        "chosen": chosen,
        "given": [(field, getattr(chosen.given, field.name)) for field in FIELDS.get(entity.name, ())],
        "makes_there": chosen.choice is Choice.CREATE_ADMINISTRATE,
        # What cannot be done is shown, and not sent again.
        "results": list(zip(chosen.rows, results, strict=True)),
        "possible": sum(each.outcome is not DecisionOutcome.FAILED for each in results),
        "failed": DecisionOutcome.FAILED,
        "run_id": uuid4(),
        "place": place,
        "back": with_query(place, visit.request.query_params),
        "sides": SIDES,
    }
    return visit.show("discrepancies/plan.html", values)


def carry_out(visit: Visit) -> Response:
    """Start the run that carries the decisions out, and go to the page that shows what becomes of them."""
    entity = entity_asked(visit)
    decisions = chosen_of(visit.form, entity.name).decisions(entity.name, visit.who)
    once = form_id_given(visit.form)
    config = {carry_out_decisions.name: config_of(decisions, visit.who)}
    run_id = visit.services.dagster.launch(resolve_discrepancies.name, config, who=visit.who, once=once)
    return visit.go_to(decided_path(run_id, f"/discrepancies/{entity.name}"))


ROUTES: Final = [
    page("/discrepancies/{entity}/plan", show_plan, sends=True),
    page("/discrepancies/{entity}/carry-out", carry_out, sends=True),
]
