"""An event as Administrate has it, in the view that plans are compared in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sync_assets.event_import.administrate_side.event_records import ReadEvent, ReadSession
from sync_assets.event_import.planning.fields import END, LMS_END, LMS_START, SESSION, START, Field, View
from sync_assets.event_import.planning.plan import EventPlan
from sync_assets.event_import.workbook import columns

INSTRUCTOR = "instructor"
ADMINISTRATOR = "administrator"


def seen_there(event: ReadEvent, plan: EventPlan, days: Mapping[str, int]) -> View:
    """Return the view that Administrate has of an event; `days` says which session (by id) is which day.

    The plan says which custom fields are looked at. A value that every event has and that reads as null was not shown:
    it is left out, so that nothing follows from it.
    """
    view: View = {
        Field(None, columns.EVENT_TITLE): event.title,
        Field(None, columns.LEARNING_MODE): event.learning_mode,
        Field(None, columns.MAX_PLACES): event.max_places,
        Field(None, LMS_START): _utc(event.lms_start),
        Field(None, LMS_END): _utc(event.lms_end),
        Field(None, columns.REGISTRATION_DEADLINE): event.registration_deadline and event.registration_deadline[:10],
        Field(None, columns.CANCELLED): event.lifecycle_state == "cancelled",
        Field(None, columns.ADMINISTRATOR): _contacts(event, ADMINISTRATOR),
        Field(None, columns.INSTRUCTOR): _contacts(event, INSTRUCTOR),
    }
    always = {
        columns.CODE: event.course_template_id,
        columns.LOCATION: event.location_id,
        columns.ZONE: event.zone,
    }
    view.update({Field(None, column): value for column, value in always.items() if value is not None})
    for each in plan.custom_fields:
        view[Field(None, each.name)] = event.custom_fields.get(each.definition_key)
    for session in event.sessions:
        if (day := days.get(session.external_id)) is not None:
            view.update(_session(session, plan, day))
    return view


def _session(session: ReadSession, plan: EventPlan, day: int) -> View:
    view: View = {
        Field(day, SESSION): True,
        Field(day, columns.SESSION_TITLE): session.title,
        Field(day, columns.VENUE): session.venue_id,
        Field(day, columns.CANCELLED): session.is_cancelled,
        Field(day, columns.SESSION_INSTRUCTOR): _contacts(session, INSTRUCTOR),
    }
    always = {START: _utc(session.start), END: _utc(session.end), columns.LOCATION: session.location_id}
    view.update({Field(day, column): value for column, value in always.items() if value is not None})
    for planned in plan.sessions:
        if planned.day == day:
            for each in planned.custom_fields:
                view[Field(day, each.name)] = session.custom_fields.get(each.definition_key)
    return view


def _contacts(record: ReadEvent | ReadSession, staff_type: str) -> list[str]:
    return sorted({each.contact for each in record.staff if each.staff_type == staff_type})


def _utc(moment: str | None) -> str | None:
    if moment is None:
        return None
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat(timespec="seconds")
