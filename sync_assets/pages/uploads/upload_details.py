"""One upload: what became of it, what waits or was refused, and what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from sync_assets.event_import.report import URGENCY
from sync_assets.event_import.stored_uploads import load_upload
from sync_assets.event_import.upload_list import UploadEntry, UploadState, find_upload
from sync_assets.event_import.upload_progress import events_on_their_way, recorded_report
from sync_assets.pages.dagster_webserver import DagsterUnavailable, RunState
from sync_assets.pages.services import Services
from sync_assets.pages.upload.options import config_of_stored, in_words
from sync_assets.pages.upload.plan_page import launch_import
from sync_assets.pages.upload.problem_groups import listed
from sync_assets.pages.uploads.upload_words import (
    WHAT_TO_DO,
    counts_in_words,
    event_link,
    standing_of,
    standing_of_event,
    tone_of,
)
from sync_assets.pages.visit import Visit, page

LONGEST_LAUNCH: Final = timedelta(minutes=2)


def show_upload_details(visit: Visit) -> Response:
    """Show an upload: its import while it is under way, and what became of it afterwards."""
    key, services = visit.part("key"), visit.services
    with visit.bridge() as connection:
        upload = find_upload(connection, key)
        events = events_on_their_way(connection, key)
        report = None
        if upload.state in (UploadState.NEW, UploadState.ENDED):
            report = recorded_report(connection, load_upload(connection, key), with_workbook=False)
    run = upload.run_id if upload.state is UploadState.UNDER_WAY else upload.last_run_id
    run_state = state_of_run(services, run) if upload.state is UploadState.UNDER_WAY else None
    outcomes = [(outcome, report.of(outcome)) for outcome in URGENCY if report.of(outcome)] if report else []
    return visit.show(
        "uploads/upload.html",
        {
            "upload": upload,
            "standing": standing_of(upload),
            "events": events,
            "report": report,
            "outcomes": outcomes,
            "options": in_words(upload.options),
            "run_link": services.dagster.links.run(run) if run else None,
            "run_state": run_state,
            "is_lost": run_state is RunState.FAILED or was_never_launched(upload, datetime.now(UTC)),
            "RunState": RunState,
            "counts_in_words": counts_in_words,
            "what_to_do": WHAT_TO_DO,
            "tone_of": tone_of,
            "standing_of_event": standing_of_event,
            "listed": listed,
            "event_link": lambda external_id: event_link(services.settings.administrate_event_url, external_id),
        },
    )


def was_never_launched(upload: UploadEntry, now: datetime) -> bool:
    """Tell whether a process that was about to launch a run must have ended before it could."""
    is_launched_here = upload.state is UploadState.ASKED_FOR and upload.requested_by is not None
    return is_launched_here and upload.requested_at is not None and now - upload.requested_at > LONGEST_LAUNCH


def state_of_run(services: Services, run_id: str | None) -> RunState:
    """Return how far a run has come; unknown where Dagster does not say."""
    if run_id is None:
        return RunState.UNKNOWN
    try:
        return services.dagster.state_of(run_id)
    except DagsterUnavailable:
        return RunState.UNKNOWN


def carry_on(visit: Visit) -> Response:
    """Import the upload again with the options that it had: what is done is left, what waits is tried."""
    key = visit.part("key")
    with visit.bridge() as connection:
        upload = find_upload(connection, key)
    if upload.state is UploadState.NEW:
        raise HTTPException(422, "This upload was not imported yet, so there is nothing to carry on with.")
    launch_import(visit, key, config_of_stored(upload.options))
    return visit.go_to(f"/uploads/{key}")


ROUTES: Final = [
    page("/uploads/{key}", show_upload_details),
    page("/uploads/{key}/carry-on", carry_on, sends=True),
]
