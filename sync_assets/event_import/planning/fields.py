"""An event field by field, as each side has it: under the workbook's column names, in values that can be compared.

A view maps a field to its value. A field is a pair of day and column; the day is None for a field of the event itself.
Ids are those of the side, moments are UTC in ISO format, people are sorted lists. Views are kept as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from sync_assets.event_import.planning.plan import EventPlan, LocalMoment, NamedRecord, SessionPlan, external_ids
from sync_assets.event_import.workbook import columns
from sync_assets.tutorial.events import NOT_KEPT, StoredEvent, TutorialEvent, TutorialSession

PRODUCT: Final = "Product"
LMS_START: Final = "LMS start"
LMS_END: Final = "LMS end"
START: Final = "Classroom start"
END: Final = "Classroom end"
SESSION: Final = "Session"
"""Whether the session of a day is there."""
LIFECYCLE_STATE: Final = "Lifecycle state"
SOLD_OUT: Final = "Sold out"
"""What no plan has: Administrate owns it, and only what both sides last agreed on holds it."""


class Field(NamedTuple):
    """A field of an event, or of the session of a day."""

    day: int | None
    column: str

    def __str__(self) -> str:
        return self.column if self.day is None else f"Day {self.day}, {self.column}"


View = dict[Field, Any]

HERE: Final[Mapping[str, str]] = {
    columns.EVENT_TITLE: "title",
    columns.CODE: "bridge_course_template_id",
    columns.LEARNING_MODE: "learning_mode",
    columns.LOCATION: "location_id",
    columns.VENUE: "venue_id",
    columns.ZONE: "zone",
    LMS_START: "lms_start",
    LMS_END: "lms_end",
    columns.MAX_PLACES: "max_places",
    columns.INSTRUCTOR: "main_instructor_id",
    columns.ADMINISTRATOR: "administrators",
    columns.EVENT_URL: "url",
    columns.FINALISATION_DATE: "finalisation_date",
    columns.WEB_SALE: "web_sale",
    columns.SITTING: "sitting",
    columns.OCR_MOODLE_CODE: "ocr_moodle_code",
    columns.ACCESS_DURATION: "access_duration",
    columns.RECORDINGS: "recordings",
    columns.RECORDING_PIN: "recording_pin",
    columns.TUTORS: "tutors",
    columns.SAGE_CODE: "sage_code",
    columns.CANCELLED: "cancelled",
    columns.EXTRA_INFORMATION: "extra_information",
    columns.REGISTRATION_DEADLINE: "registration_deadline",
    PRODUCT: "product_id",
}
"""The field of TutorialEvent that is compared under a column."""

SESSION_HERE: Final[Mapping[str, str]] = {
    columns.SESSION_TITLE: "title",
    START: "start",
    END: "end",
    columns.LOCATION: "location_id",
    columns.VENUE: "venue_id",
    columns.SESSION_INSTRUCTOR: "instructor_ids",
    columns.SESSION_URL: "url",
    columns.CANCELLED: "cancelled",
}


def tutorial_event(plan: EventPlan, lifecycle_state: str = "draft") -> TutorialEvent:
    """Return what the tutorial side is to have of an event."""
    live = [session for session in plan.sessions if not session.cancelled] or list(plan.sessions)
    main = next(iter(plan.instructors), None) or next((each for s in plan.sessions for each in s.instructors), None)
    return TutorialEvent(
        title=plan.title,
        product_id=plan.product_id,
        zone=plan.zone,
        learning_mode=str(plan.learning_mode),
        location_id=plan.location.tutorial_id,
        venue_id=plan.venue.tutorial_id if plan.venue else None,
        main_instructor_id=main.tutorial_id if main else None,
        bridge_course_template_id=plan.course_template.bridge_id,
        bridge_location_id=plan.location.bridge_id,
        bridge_venue_id=plan.venue.bridge_id if plan.venue else None,
        bridge_instructor_id=main.bridge_id if main else None,
        lms_start=plan.lms_start.aware if plan.lms_start else None,
        lms_end=plan.lms_end.aware if plan.lms_end else None,
        first_start=min((each.start.aware for each in live), default=None),
        last_end=max((each.end.aware for each in live), default=None),
        finalisation_date=plan.finalisation_date,
        registration_deadline=plan.registration_deadline,
        max_places=plan.max_places,
        lifecycle_state="cancelled" if plan.cancelled else lifecycle_state,
        cancelled=bool(plan.cancelled),
        web_sale=plan.web_sale,
        sitting=plan.sitting,
        url=plan.url,
        session_title=live[0].title if live else None,
        administrators=tuple(each.name for each in plan.administrators),
        tutors=plan.tutors,
        ocr_moodle_code=plan.ocr_moodle_code,
        sage_code=plan.sage_code,
        access_duration=plan.access_duration,
        recordings=plan.recordings_flag,
        recording_pin=plan.recording_pin,
        extra_information=plan.extra_information,
    )


def tutorial_session(session: SessionPlan, plan: EventPlan) -> TutorialSession:
    """Return what the tutorial side is to have of a session; those of a cancelled event are cancelled with it."""
    return TutorialSession(
        day=session.day,
        title=session.title,
        start=session.start.aware,
        end=session.end.aware,
        location_id=session.location.tutorial_id,
        venue_id=session.venue.tutorial_id if session.venue else None,
        url=session.url,
        instructor_ids=tuple(
            dict.fromkeys(each.tutorial_id for each in session.instructors if each.tutorial_id is not None)
        ),
        cancelled=bool(session.cancelled or plan.cancelled),
        bridge_instructor_id=session.instructors[0].bridge_id if session.instructors else None,
    )


def wanted_here(plan: EventPlan) -> View:
    """Return the view that the tutorial side is to have."""
    event = tutorial_event(plan)
    view: View = {Field(None, column): comparable(getattr(event, name)) for column, name in HERE.items()}
    for session in plan.sessions:
        row = tutorial_session(session, plan)
        view[Field(session.day, SESSION)] = True
        for column, name in SESSION_HERE.items():
            view[Field(session.day, column)] = comparable(getattr(row, name))
    return view


def seen_here(stored: StoredEvent) -> View:
    """Return the view that the tutorial side has; fields that its layout does not keep are left out."""
    view = _stored(None, HERE, stored.values)
    for session in stored.sessions:
        day = session.values.get("day")
        if isinstance(day, int):
            view[Field(day, SESSION)] = True
            view.update(_stored(day, SESSION_HERE, session.values))
    return view


def _stored(day: int | None, fields: Mapping[str, str], values: Mapping[str, object]) -> View:
    return {
        Field(day, column): comparable(values[name])
        for column, name in fields.items()
        if name in values and values[name] is not NOT_KEPT
    }


def wanted_there(plan: EventPlan) -> View:
    """Return the view that Administrate is to have."""
    view: View = {
        Field(None, columns.EVENT_TITLE): plan.title,
        Field(None, columns.CODE): plan.course_template.external_id,
        Field(None, columns.LEARNING_MODE): str(plan.learning_mode),
        Field(None, columns.LOCATION): plan.location.external_id,
        Field(None, columns.ZONE): plan.zone,
        Field(None, columns.MAX_PLACES): plan.max_places,
        Field(None, columns.ADMINISTRATOR): external_ids(plan.administrators),
        Field(None, columns.CANCELLED): bool(plan.cancelled),
        Field(None, columns.REGISTRATION_DEADLINE): comparable(plan.registration_deadline),
    }
    if plan.has_lms:
        view[Field(None, LMS_START)] = comparable(plan.lms_start)
        view[Field(None, LMS_END)] = comparable(plan.lms_end)
    if not plan.sessions:
        view[Field(None, columns.INSTRUCTOR)] = external_ids(plan.instructors)
    view.update({Field(None, each.name): each.value for each in plan.custom_fields})
    for session in plan.sessions:
        day = session.day
        view |= {
            Field(day, SESSION): True,
            Field(day, columns.SESSION_TITLE): session.title,
            Field(day, START): comparable(session.start),
            Field(day, END): comparable(session.end),
            Field(day, columns.LOCATION): session.location.external_id,
            Field(day, columns.VENUE): session.venue.external_id if session.venue else None,
            Field(day, columns.SESSION_INSTRUCTOR): external_ids(session.instructors),
            Field(day, columns.CANCELLED): bool(session.cancelled or plan.cancelled),
        }
        view.update({Field(day, each.name): each.value for each in session.custom_fields})
    return view


def comparable(value: Any) -> Any:
    """Return a value in the form in which views hold it."""
    if isinstance(value, LocalMoment):
        value = value.utc
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list | set | frozenset):
        return sorted(value)
    return value


def view_as_json(view: Mapping[Field, Any]) -> list[list[Any]]:
    """Return a view as the database keeps it: rows of day, column and value."""
    return [[field.day, field.column, value] for field, value in view.items()]


def view_from_json(rows: Any) -> View:
    """Return a view from what the database keeps; None gives an empty one."""
    return {Field(day, column): value for day, column, value in rows or ()}


def texts(plan: EventPlan) -> dict[Field, str]:
    """Return how a person reads the fields of a plan: by names where views hold ids, by local times."""
    shown = {field: text_of(value) for view in (wanted_there(plan), wanted_here(plan)) for field, value in view.items()}
    shown |= {
        Field(None, columns.CODE): plan.course_template.name,
        Field(None, columns.LOCATION): plan.location.name,
        Field(None, columns.VENUE): plan.venue.name if plan.venue else "nothing",
        Field(None, columns.INSTRUCTOR): _names(plan.instructors),
        Field(None, columns.ADMINISTRATOR): _names(plan.administrators),
        Field(None, LMS_START): _local(plan.lms_start),
        Field(None, LMS_END): _local(plan.lms_end),
    }
    for session in plan.sessions:
        shown |= {
            Field(session.day, START): _local(session.start),
            Field(session.day, END): _local(session.end),
            Field(session.day, columns.LOCATION): session.location.name,
            Field(session.day, columns.VENUE): session.venue.name if session.venue else "nothing",
            Field(session.day, columns.SESSION_INSTRUCTOR): _names(session.instructors),
        }
    return shown


def _names(records: tuple[NamedRecord, ...]) -> str:
    return " / ".join(record.name for record in records) or "nothing"


def _local(moment: LocalMoment | None) -> str:
    return f"{moment.local:%d/%m/%Y %H:%M}" if moment else "nothing"


def text_of(value: Any) -> str:
    """Return how a person reads a value of a view."""
    if value is None or value == []:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value)
