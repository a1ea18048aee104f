"""From an event of a workbook, with its names looked up, to its plan."""

from __future__ import annotations

from collections.abc import Iterable

from sync_assets.event_import.planning.plan import EventPlan, LocalMoment, NamedRecord, PlannedField, SessionPlan
from sync_assets.event_import.reference.known_records import BothIds
from sync_assets.event_import.validation.custom_field_values import CustomFieldText
from sync_assets.event_import.validation.resolution import ResolvedEvent, ResolvedSession
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import Unreadable, read_yes_no
from sync_assets.event_import.workbook.events import Moment


def plan_of(event: ResolvedEvent) -> EventPlan:
    """Return the plan that an event of a workbook proposes."""
    upload = event.upload
    return EventPlan(
        title=upload.title,
        course_template=_record(event.course_template, event.course_template.code),
        learning_mode=upload.learning_mode,
        zone=upload.zone,
        location=_record(event.location, event.location.name),
        tax_type=NamedRecord(name=event.tax_type.name, external_id=event.tax_type.external_id),
        product_id=event.product.id,
        sitting=upload.sitting,
        venue=_record(event.venue, event.venue.name) if event.venue else None,
        max_places=upload.max_places,
        lms_start=_moment(upload.lms_start),
        lms_end=_moment(upload.lms_end),
        finalisation_date=upload.finalisation_date,
        registration_deadline=upload.registration_deadline,
        instructors=tuple(_record(each, each.name) for each in event.instructors),
        administrators=tuple(
            NamedRecord(name=each.name, external_id=each.external_id) for each in event.administrators
        ),
        approvals=tuple(_record(each, each.name) for each in event.approvals),
        url=upload.url,
        web_sale=upload.web_sale,
        cancelled=upload.cancelled,
        ocr_moodle_code=upload.ocr_moodle_code,
        access_duration=upload.access_duration,
        recordings=upload.recordings,
        recordings_flag=_flag(event),
        recording_pin=upload.recording_pin,
        tutors=upload.tutors,
        sage_code=upload.sage_code,
        extra_information=upload.extra_information,
        custom_fields=_fields(event.custom_fields),
        sessions=tuple(_session(session) for session in event.sessions),
    )


def _session(session: ResolvedSession) -> SessionPlan:
    upload = session.upload
    return SessionPlan(
        day=upload.day,
        title=upload.title,
        start=LocalMoment(local=upload.start.local, zone=upload.start.zone),
        end=LocalMoment(local=upload.end.local, zone=upload.end.zone),
        location=_record(session.location, session.location.name),
        venue=_record(session.venue, session.venue.name) if session.venue else None,
        instructors=tuple(_record(each, each.name) for each in session.instructors),
        url=upload.url,
        cancelled=getattr(upload, "cancelled", None),
        custom_fields=_fields(session.custom_fields),
    )


def _record(ids: BothIds, name: str) -> NamedRecord:
    return NamedRecord(name=name, tutorial_id=ids.tutorial_id, bridge_id=ids.bridge_id, external_id=ids.external_id)


def _moment(moment: Moment | None) -> LocalMoment | None:
    return None if moment is None else LocalMoment(local=moment.local, zone=moment.zone)


def _fields(values: Iterable[CustomFieldText]) -> tuple[PlannedField, ...]:
    return tuple(
        PlannedField(column=each.column, definition_key=each.definition_key, label=each.label, value=each.value)
        for each in values
    )


def _flag(event: ResolvedEvent) -> bool | None:
    """Return the flag that the tutorial tables keep of the column Recordings, which is free text there."""
    if event.upload.recordings is None:
        return None
    flag = read_yes_no(event.upload.row.cell(columns.RECORDINGS).value)
    return None if isinstance(flag, Unreadable) else flag
