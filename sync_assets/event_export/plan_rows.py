"""A plan as the rows of an upload: one row per session, the first of them with the event. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any, Final

from sync_assets.event_import.planning.plan import EventPlan, LocalMoment, NamedRecord, PlannedField, SessionPlan
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import read_date, read_yes_no

CellContent = str | int | date | time | None
Row = dict[str, CellContent]

NO_VENUE_YET: Final = "To be confirmed"
"""What a row says where there is no venue; a blank cell would take the one of its event."""
_MODES: Final = {"blended": "Blended", "classroom": "Classroom", "lms": "LMS"}


def rows_of(plan: EventPlan) -> list[Row]:
    """Return the rows of an event by column name; cells that say nothing are left out."""
    rows = [_session_row(session) for session in plan.sessions] or [{}]
    rows[0] = {**rows[0], **_event_row(plan)}
    return [{column: value for column, value in row.items() if value not in (None, "")} for row in rows]


def _event_row(plan: EventPlan) -> Row:
    row: Row = {
        columns.CODE: plan.course_template.name,
        columns.EVENT_TITLE: plan.title,
        columns.LEARNING_MODE: _MODES[plan.learning_mode],
        columns.LOCATION: plan.location.name,
        columns.VENUE: plan.venue.name if plan.venue else NO_VENUE_YET if plan.sessions else None,
        columns.ZONE: plan.zone,
        **_moment(plan.lms_start, columns.LMS_START_DATE, columns.LMS_START_TIME),
        **_moment(plan.lms_end, columns.LMS_END_DATE, columns.LMS_END_TIME),
        columns.MAX_PLACES: plan.max_places,
        columns.INSTRUCTOR: _names(plan.instructors),
        columns.ADMINISTRATOR: _names(plan.administrators),
        columns.EVENT_URL: plan.url,
        columns.FINALISATION_DATE: plan.finalisation_date,
        columns.WEB_SALE: _flag(plan.web_sale),
        columns.SITTING: plan.sitting,
        columns.OCR_MOODLE_CODE: plan.ocr_moodle_code,
        columns.ACCESS_DURATION: plan.access_duration,
        columns.RECORDINGS: plan.recordings,
        columns.RECORDING_PIN: plan.recording_pin,
        columns.TUTORS: plan.tutors,
        columns.SAGE_CODE: plan.sage_code,
        columns.CANCELLED: _flag(plan.cancelled),
        columns.EXTRA_INFORMATION: plan.extra_information,
        columns.REGISTRATION_DEADLINE: plan.registration_deadline,
    }
    return {**row, **_custom(plan.custom_fields, row)}


def _session_row(session: SessionPlan) -> Row:
    return {
        columns.SESSION_TITLE: session.title,
        columns.LOCATION: session.location.name,
        columns.VENUE: session.venue.name if session.venue else NO_VENUE_YET,
        columns.ZONE: session.start.zone,
        **_moment(session.start, columns.CLASSROOM_START_DATE, columns.CLASSROOM_START_TIME),
        **_moment(session.end, columns.CLASSROOM_END_DATE, columns.CLASSROOM_END_TIME),
        columns.SESSION_INSTRUCTOR: _names(session.instructors),
        columns.DAY: session.day,
        columns.SESSION_URL: session.url,
        columns.CANCELLED: _flag(session.cancelled),
    }


def _custom(fields: Iterable[PlannedField], row: Mapping[str, CellContent]) -> Row:
    """Return what a column has to say, so that it fills the event's own field and the custom field as they are.

    The text of the custom field is written where the event's own field reads it as it is; a column of its own has
    nothing else to say.
    """
    return {each.column: _written(each.value, row.get(each.column)) for each in fields}


def _written(text: str, own: CellContent) -> CellContent:
    if isinstance(own, date):
        return own if text == own.isoformat() or read_date(text) != own else text
    if own in ("Y", "N"):
        return text if read_yes_no(text) is (own == "Y") else own
    if own is None or isinstance(own, str):
        return text
    return own


def _moment(moment: LocalMoment | None, day: str, clock: str) -> dict[str, Any]:
    if moment is None:
        return {}
    return {day: moment.local.date(), clock: moment.local.time()}


def _names(records: Iterable[NamedRecord]) -> str:
    return " / ".join(dict.fromkeys(record.name for record in records))


def _flag(value: bool | None) -> str | None:
    return None if value is None else "Y" if value else "N"
