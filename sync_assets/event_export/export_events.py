"""The way round: planned events, as both sides have them now, as a workbook that can be edited and uploaded again.

What is uploaded unchanged is nothing to do; what was edited shows as the changes that were made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, select

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.migrate import require_current
from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.errors import SyncError
from sync_assets.event_export.events_left_out import events_left_out
from sync_assets.event_export.plan_rows import rows_of
from sync_assets.event_export.plan_workbook import rows_as_workbook
from sync_assets.event_import.administrate_side.event_records import ReadEvent
from sync_assets.event_import.administrate_side.look_for_events import find_control
from sync_assets.event_import.administrate_side.operations import days_by_id
from sync_assets.event_import.administrate_side.read_events import read_events
from sync_assets.event_import.administrate_side.seen_event import seen_there
from sync_assets.event_import.planning.comparison import NOTHING_AGREED, Sides, compare
from sync_assets.event_import.planning.current_plan import Names, current_plan
from sync_assets.event_import.planning.fields import SESSION, seen_here, texts, wanted_here, wanted_there
from sync_assets.event_import.planning.plan import EventPlan
from sync_assets.event_import.planning.plan_of_event import plan_of
from sync_assets.event_import.reference.known_records import ReferenceData
from sync_assets.event_import.reference.load import load_reference
from sync_assets.event_import.validation.resolution import ValidationOptions
from sync_assets.event_import.validation.validate import validate_upload
from sync_assets.event_import.workbook.sittings import is_sitting
from sync_assets.event_import.writing.planned_event import PlannedEvent, load_planned
from sync_assets.text import match_key
from sync_assets.tutorial.layout import layout_of


class NothingToExport(SyncError):
    """No planned event is of the sitting or the upload."""


@dataclass(frozen=True, slots=True)
class ExportedEvents:
    """A workbook, how many events and sessions it has, and sentences about what it could not take or say."""

    content: bytes
    events: int
    sessions: int
    warnings: Sequence[str]
    requests_sent: int


def export_events(
    engine: Engine,
    client: AdministrateClient,
    *,
    sitting: str | None = None,
    upload_key: str | None = None,
    tax_type: str | None = None,
) -> ExportedEvents:
    """Return the events of a sitting or an upload as a workbook; nothing is written anywhere.

    An event that one side does not have, or that no upload planned, is left out and named. Raises NothingToExport,
    AdministrateError where Administrate cannot be asked, BridgeError, TutorialTablesUnknown.
    """
    before = client.requests_sent
    with engine.connect() as connection:
        require_current(connection)
        layout = layout_of(connection)
        warnings = list(events_left_out(connection, sitting, upload_key))
        events = _chosen(connection, sitting, upload_key, warnings)
        stored = layout.read_events(connection, [each.tutorial_event_id for each in events if each.tutorial_event_id])
        known = load_reference(connection)
    there = read_events(client, [each.external_id for each in events if each.external_id], find_control(client))
    names = Names(known)
    plans: list[EventPlan] = []
    for event in events:
        found = there.get(event.external_id or "")
        row = stored.get(event.tutorial_event_id or 0)
        if not isinstance(found, ReadEvent) or row is None:
            side = "the tutorial tables" if isinstance(found, ReadEvent) else "Administrate"
            warnings.append(f"{event.title} is left out, since {side} could not show it ({event.state}).")
            continue
        seen = Sides(seen_here(row), seen_there(found, event.the_plan, days_by_id(event)))
        plans.append(current_plan(event.the_plan, seen, names))
        warnings += _sessions_of_others(event.the_plan, seen)
    if not plans:
        raise NothingToExport(" ".join(["No event can be exported.", *warnings]))
    content = rows_as_workbook([row for plan in plans for row in rows_of(plan)])
    warnings += _not_said(content, plans, known, tax_type)
    sessions = sum(len(plan.sessions) for plan in plans)
    return ExportedEvents(content, len(plans), sessions, warnings, client.requests_sent - before)


def _chosen(
    connection: Connection, sitting: str | None, upload_key: str | None, left_out: Sequence[str]
) -> list[PlannedEvent]:
    table = planned_events
    where: list[ColumnElement[bool]] = [table.c.plan.is_not(None)]
    if upload_key is not None:
        where.append(table.c.upload_key == upload_key)
    if sitting is not None:
        of_plan = table.c.plan["sitting"].astext
        there_are = connection.scalars(select(of_plan).where(table.c.state != EventState.WITHDRAWN).distinct())
        where.append(of_plan.in_([each for each in there_are if is_sitting(each, sitting)]))
    events = load_planned(connection, *where)
    if not events:
        raise NothingToExport(
            f"No planned event is of {'the sitting ' + sitting if sitting else 'the upload ' + str(upload_key)}. "
            + " ".join([*left_out, "`sync-assets events list` shows what there is."])
        )
    return sorted(events, key=lambda event: (event.upload_key or "", event.upload_row or 0, event.title))


def _sessions_of_others(plan: EventPlan, seen: Sides) -> list[str]:
    """Return a sentence for each day that somebody has added to the tutorial tables, and that no plan has."""
    planned = {session.day for session in plan.sessions}
    days = sorted({day for day, column in seen.here or {} if day is not None and column == SESSION} - planned)
    return [f"{plan.title}: day {day} is in the tutorial tables alone, and is left out." for day in days]


def _not_said(content: bytes, plans: Sequence[EventPlan], known: ReferenceData, tax_type: str | None) -> list[str]:
    """Read the workbook as an upload, and return what of the events its layout cannot say."""
    validation = validate_upload(content, known, ValidationOptions(tax_type=tax_type))
    read = {match_key(each.upload.title): plan_of(each) for each in validation.ready}
    said = [f"Row {each.row}: {each.sentence}" for each in validation.problems if each.is_error]
    for plan in plans:
        back = read.get(match_key(plan.title))
        if back is None:
            said.append(f"{plan.title} cannot be uploaded again as it is.")
            continue
        wanted = Sides(wanted_here(back), wanted_there(back))
        seen = Sides(wanted_here(plan), wanted_there(plan))
        said += [
            f"{plan.title}: a workbook cannot say {change.field} as it is ({change.here or change.there})."
            for change in compare(wanted, seen, NOTHING_AGREED, texts(back), {})
        ]
    return said
