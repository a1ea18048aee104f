"""Adopt an event of Administrate that has a title of an upload and that no import has made: shown first, then done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Engine, select

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.errors import BridgeError
from sync_assets.bridge.locks import tenant_lock
from sync_assets.bridge.migrate import require_current
from sync_assets.bridge.planned_tables import EventState
from sync_assets.event_import.administrate_side.bring_about import bring_about
from sync_assets.event_import.administrate_side.look_for_events import FoundEvent, Wanted, find_control, look_for
from sync_assets.event_import.administrate_side.run import AdministrateRun
from sync_assets.event_import.administrate_side.sending import Sender
from sync_assets.event_import.administrate_side.situations import Asked, situations
from sync_assets.event_import.event_proposals import tutorial_view
from sync_assets.event_import.import_options import ImportOptions
from sync_assets.event_import.import_tables import event_import_rows
from sync_assets.event_import.planning.comparison import NOTHING_AGREED, FieldChange, Sides, compare
from sync_assets.event_import.planning.fields import texts, wanted_here, wanted_there
from sync_assets.event_import.planning.plan import EventPlan
from sync_assets.event_import.planning.plan_of_event import plan_of
from sync_assets.event_import.planning.proposal import FIXED
from sync_assets.event_import.reference.load import load_reference
from sync_assets.event_import.stored_uploads import load_upload
from sync_assets.event_import.validation.resolution import ValidationOptions
from sync_assets.event_import.validation.validate import validate_upload
from sync_assets.event_import.writing.journal import Journal
from sync_assets.event_import.writing.planned_event import load_by_title
from sync_assets.event_import.writing.write_plans import PlanToWrite, write_plans
from sync_assets.text import match_key
from sync_assets.tutorial.layout import Layout, layout_of


class CannotAdopt(BridgeError):
    """There is nothing to adopt for a title, or it is not clear what."""


class AdoptionOutcome(StrEnum):
    """What became of an adoption."""

    ADOPTED = "adopted"
    WOULD_BE_ADOPTED = "would be adopted"
    NOT_FINISHED = "not finished"


@dataclass(frozen=True, slots=True)
class Adoption:
    """An event of Administrate that becomes ours; `changes` are the fields that are not as the file says yet.

    `sentence` says why it is not finished, None where it is.
    """

    title: str
    external_id: str
    lifecycle_state: str
    outcome: AdoptionOutcome
    changes: tuple[FieldChange, ...]
    sentence: str | None = None


def adopt_events(
    engine: Engine,
    client: AdministrateClient,
    titles: Sequence[str],
    options: ImportOptions,
    *,
    apply: bool = False,
) -> list[Adoption]:
    """Adopt the events of Administrate of these titles, as the upload that was last imported with each plans them.

    Without `apply` it is only said what would change. Sessions and staff beyond the file stay as they are. Raises
    CannotAdopt, AdministrateError, and BridgeError.
    """
    with tenant_lock(engine, exclusive=True) as lock:
        with engine.connect() as connection:
            require_current(connection)
            layout = layout_of(connection)
            chosen = [_chosen(connection, client, layout, title, options) for title in titles]
        if not apply:
            return [_adoption(each, AdoptionOutcome.WOULD_BE_ADOPTED) for each in chosen]
        done = []
        run = AdministrateRun(
            client,
            Sender(client, options.mutations_per_request, lock.require),
            Journal(engine, layout),
            lambda _: None,
            timedelta(seconds=options.quiet_seconds),
        )
        for each in chosen:
            plan = PlanToWrite(
                each.plan, each.row, tutorial_event_id=each.tutorial_event_id, external_id=each.event.external_id
            )
            written, refused = write_plans(
                engine,
                layout,
                each.upload_key,
                [plan],
                datetime.now(UTC),
                prefix=options.code_prefix,
                together=False,
            )
            if refused:
                done.append(_adoption(each, AdoptionOutcome.NOT_FINISHED, refused[0].sentence))
                continue
            error = bring_about(run, written, patience=options.patience_seconds)
            is_done = written[0].state is EventState.AGREED
            why = written[0].refusal or written[0].failure or (str(error) if error else None)
            outcome = AdoptionOutcome.ADOPTED if is_done else AdoptionOutcome.NOT_FINISHED
            done.append(_adoption(each, outcome, None if is_done else why))
    return done


@dataclass(frozen=True, slots=True)
class _Chosen:
    plan: EventPlan
    upload_key: str
    row: int
    tutorial_event_id: int | None
    event: FoundEvent
    changes: tuple[FieldChange, ...]


def _adoption(chosen: _Chosen, outcome: AdoptionOutcome, sentence: str | None = None) -> Adoption:
    event = chosen.event
    return Adoption(chosen.plan.title, event.external_id, event.lifecycle_state, outcome, chosen.changes, sentence)


def _chosen(
    connection: Connection, client: AdministrateClient, layout: Layout, title: str, options: ImportOptions
) -> _Chosen:
    key = match_key(title)
    if key in load_by_title(connection, [key]):
        raise CannotAdopt(f"The event {title} is planned already, and bound to its own event in Administrate.")
    upload_key = _upload_of(connection, title)
    upload = load_upload(connection, upload_key)
    checked = ValidationOptions(options.approve_instructors, options.tax_type)
    validation = validate_upload(upload.content, load_reference(connection), checked)
    resolved = next((each for each in validation.ready if match_key(each.upload.title) == key), None)
    if resolved is None:
        raise CannotAdopt(f"The event {title} of the upload {upload_key} is in error; correct it and upload it first.")
    plan = plan_of(resolved)
    control = find_control(client)
    wanted = Wanted(plan.title, None)
    found = look_for(client, [wanted], control)[wanted]
    living = [
        each
        for each in found.of_title
        if each.is_living and each.course_template_id == plan.course_template.external_id
    ]
    if len(living) != 1:
        ids = ", ".join(each.external_id for each in living) or found.trouble or "none"
        raise CannotAdopt(f"Administrate has {len(living)} events of the title {title} and its template: {ids}.")
    tutorial_event_id, here = tutorial_view(connection, layout, plan.title)
    _, situation = situations(client, [Asked(plan, None, None, living[0].external_id, here)], control)[0]
    changes = compare(Sides(wanted_here(plan), wanted_there(plan)), situation.seen, NOTHING_AGREED, texts(plan), {})
    if fixed := [change for change in changes if change.field in FIXED and change.differs_there]:
        raise CannotAdopt(f"Administrate cannot change this of an event: {'; '.join(map(str, fixed))}.")
    return _Chosen(plan, upload_key, resolved.upload.row.number, tutorial_event_id, living[0], tuple(changes))


def _upload_of(connection: Connection, title: str) -> str:
    table = event_import_rows
    rows = connection.execute(select(table.c.upload_key, table.c.event_title).order_by(table.c.recorded_at.desc()))
    for row in rows:
        if match_key(row.event_title) == match_key(title):
            return str(row.upload_key)
    raise CannotAdopt(f"No upload has an event of the title {title}. Import a workbook that has it first.")
