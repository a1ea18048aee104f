"""The plan of an upload: what it would do, what has to be corrected, and the button that imports it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from starlette.responses import Response

from sync_assets.assets.event_assets import UPLOADS
from sync_assets.errors import SyncError
from sync_assets.event_import.import_options import ImportOptions
from sync_assets.event_import.proposed_upload import propose_upload
from sync_assets.event_import.upload_list import UploadState, begin_import, find_upload, note_run, take_back_import
from sync_assets.operations.imports.import_config import ImportConfig
from sync_assets.pages.dagster_webserver import RunState
from sync_assets.pages.services import Services
from sync_assets.pages.upload.options import OPTIONS, config_of
from sync_assets.pages.upload.plan_view import PlanView, Verdict, plan_view
from sync_assets.pages.upload.problem_groups import listed
from sync_assets.pages.visit import Visit, page


class ImportUnderWay(SyncError):
    """An import of the upload is under way."""


def show_plan(visit: Visit) -> Response:
    """Show the plan; where it is not known yet, the page fetches it when it is there."""
    key, approve = visit.part("key"), bool(visit.asked("approve_instructors"))
    with visit.bridge() as connection:
        upload = find_upload(connection, key)
    plan = visit.services.plans.kept((key, approve))
    return visit.show("upload/plan.html", {"upload": upload, **_values(visit, plan, approve=approve)})


def show_plan_part(visit: Visit) -> Response:
    """Make the plan anew and show it, without the page around it."""
    key, approve = visit.part("key"), bool(visit.asked("approve_instructors"))
    with visit.bridge() as connection:
        upload = find_upload(connection, key)
    plan = make_plan(visit, key, approve=approve)
    return visit.show("upload/plan_part.html", {"upload": upload, **_values(visit, plan, approve=approve)})


def make_plan(visit: Visit, key: str, *, approve: bool) -> PlanView:
    """Make the plan of an upload and keep it for a while. Raises SyncError."""
    services = visit.services
    options = plan_options(services, approve=approve)

    def make() -> PlanView:
        now = datetime.now(UTC)
        return plan_view(propose_upload(services.engine, services.administrate, key, options), now)

    return services.plans.make((key, approve), make)


def plan_options(services: Services, *, approve: bool) -> ImportOptions:
    """Return the options of a plan: nothing is written. With `approve` instructors would be approved."""
    settings = services.settings
    return ImportOptions(
        dry_run=True,
        approve_instructors=approve,
        code_prefix=settings.administrate_code_prefix,
        tax_type=settings.administrate_tax_type,
    )


def _values(visit: Visit, plan: PlanView | None, *, approve: bool) -> dict[str, object]:
    chosen = {option.name: bool(visit.asked(option.name)) for option in OPTIONS}
    chosen["approve_instructors"] = approve
    return {"plan": plan, "options": OPTIONS, "chosen": chosen, "listed": listed, "Verdict": Verdict}


def start_import(visit: Visit) -> Response:
    """Have Dagster import the upload, with the options that were ticked."""
    key = visit.part("key")
    launch_import(visit, key, config_of(visit.form))
    return visit.go_to(f"/uploads/{key}")


def launch_import(visit: Visit, key: str, config: ImportConfig) -> None:
    """Launch a run that imports an upload. Raises ImportUnderWay where one is at work, and DagsterUnavailable."""
    dagster, now = visit.services.dagster, datetime.now(UTC)
    with visit.bridge() as connection:
        upload = find_upload(connection, key)
    is_asked_for = upload.state in (UploadState.ASKED_FOR, UploadState.UNDER_WAY)
    if is_asked_for and upload.run_id and dagster.state_of(upload.run_id) in (RunState.WAITING, RunState.RUNNING):
        raise ImportUnderWay("This upload is being imported at this moment. Its page shows how far it is.")
    options = config.model_dump()
    with visit.bridge() as connection:
        before = begin_import(connection, key, options, visit.who, now)
    try:
        # Dagster would start the run without this, too. Its pages list only those partitions that its storage has, and
        # from there somebody starts the import of an upload again.
        visit.services.instance.add_dynamic_partitions(str(UPLOADS.name), [key])
        run_id = dagster.launch("event_import", {"import_events": options}, who=visit.who, partition=key)
    except SyncError:
        with visit.bridge() as connection:
            take_back_import(connection, key, now, before)
        raise
    # The run does it, too, in case that this process ends before it can.
    with visit.bridge() as connection:
        note_run(connection, key, run_id)
    visit.services.plans.forget()


ROUTES: Final = [
    page("/uploads/{key}/plan", show_plan),
    page("/uploads/{key}/plan/part", show_plan_part),
    page("/uploads/{key}/import", start_import, sends=True),
]
