"""The page that follows a run of decisions or actions, and shows what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from sync_assets.pages.dagster_webserver import DagsterUnavailable, RunState
from sync_assets.pages.decided.decided_view import read_decided
from sync_assets.pages.decided.run_ids import as_run_id, decided_path, way_back
from sync_assets.pages.visit import Visit, page


def show_decided(visit: Visit) -> Response:
    """Show what became of a run so far."""
    return visit.show("decided/decided.html", _values(visit))


def show_part(visit: Visit) -> Response:
    """Show the part of that page that changes while the run is at work."""
    return visit.show("decided/decided_part.html", _values(visit))


def _values(visit: Visit) -> Mapping[str, Any]:
    run_id = as_run_id(visit.part("run_id"))
    # First how far it is, then what it has done: the other way round, the last lines could be missing from the end.
    state, problem, failure = RunState.UNKNOWN, "", ""
    try:
        state = visit.services.dagster.state_of(run_id)
        failure = visit.services.dagster.failure_of(run_id) if state is RunState.FAILED else ""
    except DagsterUnavailable:
        problem = "We cannot say at present whether it is still at work."
    with visit.bridge() as connection:
        decided = read_decided(connection, run_id)
    if state is RunState.UNKNOWN and not decided.rows and not problem:
        raise HTTPException(404)
    back = way_back(visit.asked("back"))
    return {
        "state": state.value,
        "is_over": state in (RunState.DONE, RunState.FAILED) or (state is RunState.UNKNOWN and not problem),
        "problem": problem,
        "failure": failure,
        "decided": decided,
        "back": back,
        "here": decided_path(run_id, back),
        "part": decided_path(f"{run_id}/part", back),
        "run_link": visit.services.dagster.links.run(run_id),
    }


ROUTES: Final = [
    page("/decided/{run_id}", show_decided),
    page("/decided/{run_id}/part", show_part),
]
