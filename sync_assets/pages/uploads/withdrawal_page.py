"""Taking the events of an upload back: first what would go and what would stay, then the run that does it."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid4

from starlette.exceptions import HTTPException
from starlette.responses import Response

from sync_assets.bridge.planned_tables import EventState
from sync_assets.event_import.upload_list import find_upload
from sync_assets.event_import.upload_progress import events_on_their_way
from sync_assets.event_import.withdraw_events import WithdrawalOutcome, withdraw_events
from sync_assets.pages.dagster_webserver import RunState
from sync_assets.pages.decided.run_ids import form_id_given
from sync_assets.pages.uploads.upload_details import state_of_run
from sync_assets.pages.visit import Visit, page


def show_withdrawal(visit: Visit) -> Response:
    """Ask whether the events are to be taken back; what would go is fetched when the page is there."""
    with visit.bridge() as connection:
        upload = find_upload(connection, visit.part("key"))
    return visit.show("uploads/withdraw.html", {"upload": upload})


def show_dry_run(visit: Visit) -> Response:
    """Show what would go and what would stay, by a look at both sides."""
    key, services = visit.part("key"), visit.services
    with visit.bridge() as connection:
        upload = find_upload(connection, key)
    found = []
    if upload.living_events:
        quiet = services.settings.administrate_quiet_seconds
        found = withdraw_events(services.engine, services.administrate, upload_keys=[key], quiet_seconds=quiet)
    going = [each for each in found if each.outcome is WithdrawalOutcome.WOULD_BE_WITHDRAWN]
    staying = [each for each in found if each.outcome is WithdrawalOutcome.STAYS]
    values = {"upload": upload, "going": going, "staying": staying, "run_id": uuid4()}
    return visit.show("uploads/withdraw_part.html", values)


def start_withdrawal(visit: Visit) -> Response:
    """Have Dagster take the events back; a form that is sent again starts no second run."""
    key, once = visit.part("key"), form_id_given(visit.form)
    with visit.bridge() as connection:
        find_upload(connection, key)
    config = {"upload_keys": [key], "who": visit.who, "dry_run": False}
    ops = {"take_back_events": config}
    run_id = visit.services.dagster.launch("withdraw_planned_events", ops, who=visit.who, once=once)
    visit.services.plans.forget()
    return visit.go_to(f"/uploads/{key}/withdraw/{run_id}")


def show_run(visit: Visit) -> Response:
    """Show how far the run is that takes the events back."""
    return visit.show("uploads/withdrawing.html", _values(visit))


def show_run_part(visit: Visit) -> Response:
    """Show how far it is, without the page around it."""
    return visit.show("uploads/withdrawing_part.html", _values(visit))


def _values(visit: Visit) -> dict[str, object]:
    key = visit.part("key")
    try:
        run_id = str(UUID(visit.part("run_id")))
    except ValueError:
        raise HTTPException(404) from None
    with visit.bridge() as connection:
        upload = find_upload(connection, key)
        left = events_on_their_way(connection, key)
    state = state_of_run(visit.services, run_id)
    return {
        "upload": upload,
        "run_id": run_id,
        "run_link": visit.services.dagster.links.run(run_id),
        "state": state,
        "is_over": state in (RunState.DONE, RunState.FAILED),
        "left": left,
        "taken_back": upload.events.get(EventState.WITHDRAWN, 0),
    }


ROUTES: Final = [
    page("/uploads/{key}/withdraw", show_withdrawal),
    page("/uploads/{key}/withdraw/part", show_dry_run),
    page("/uploads/{key}/withdraw", start_withdrawal, sends=True),
    page("/uploads/{key}/withdraw/{run_id}", show_run),
    page("/uploads/{key}/withdraw/{run_id}/part", show_run_part),
]
