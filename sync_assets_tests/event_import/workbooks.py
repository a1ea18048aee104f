"""Uploads of the real layout, built cell by cell, and a pair of systems that knows what is in them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from openpyxl import Workbook

from sync_assets.event_import.reference.known_records import (
    LinkedCourseTemplate,
    LinkedInstructor,
    LinkedLocation,
    LinkedVenue,
    ReferenceData,
    TenantAdministrator,
    TenantCustomField,
    TenantTaxType,
)
from sync_assets.event_import.workbook import columns
from sync_assets.tutorial.catalogue import ExamSession, Product

Row = dict[str, Any]

HEADER: tuple[str | None, ...] = (
    *columns.REQUIRED[: columns.REQUIRED.index(columns.INSTRUCTOR)],
    columns.ACCESS_DURATION,
    *columns.REQUIRED[columns.REQUIRED.index(columns.INSTRUCTOR) :],
    columns.RECORDINGS,
    columns.RECORDING_PIN,
    columns.TUTORS,
    columns.SAGE_CODE,
    columns.CANCELLED,
    columns.EXTRA_INFORMATION,
    None,
    columns.REGISTRATION_DEADLINE,
)
EXAMPLES: Row = {
    columns.CODE: "e.g. CB1_LO_6",
    columns.LOCATION: "e.g. London",
    columns.LMS_START_DATE: "e.g. 13/01/2023",
}
FORMATS: Row = {
    columns.LEARNING_MODE: "blended/classroom/lms",
    columns.VENUE: "free-text",
    columns.CLASSROOM_START_DATE: "DD/MM/YYYY",
    columns.CLASSROOM_START_TIME: "HH:mm",
    columns.MAX_PLACES: "Integer",
    columns.WEB_SALE: "Y/N",
}


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day)  # noqa: DTZ001 - a date cell has no zone


def event_row(**changes: Any) -> Row:
    """A blended event's row with its first session; keyword arguments are names of `columns`, None clears a cell."""
    row: Row = {
        columns.CODE: "CB1_LO_6",
        columns.EVENT_TITLE: "ELO-CB1-01",
        columns.LMS_START_DATE: midnight(2025, 10, 22),
        columns.LMS_END_DATE: midnight(2026, 4, 10),
        columns.MAX_PLACES: 14,
        columns.INSTRUCTOR: "Ida Fernsby",
        columns.EVENT_URL: "https://meet.example.org/room-1/",
        columns.FINALISATION_DATE: midnight(2025, 10, 20),
        columns.WEB_SALE: "N",
        columns.SITTING: "2026A",
        columns.CANCELLED: "N",
    }
    return row | session_row(1) | _by_column(changes)


def session_row(day: int, **changes: Any) -> Row:
    """A row of one session, on the tenth of a month from November 2025 on."""
    month = 10 + day
    date = midnight(2025 + (month - 1) // 12, (month - 1) % 12 + 1, 10)
    row: Row = {
        columns.SESSION_TITLE: f"Session {day}",
        columns.LEARNING_MODE: "Blended",
        columns.LOCATION: "London",
        columns.VENUE: "Waterloo",
        columns.ZONE: "Europe - London",
        columns.CLASSROOM_START_DATE: date,
        columns.CLASSROOM_START_TIME: "09:30",
        columns.CLASSROOM_END_DATE: date,
        columns.CLASSROOM_END_TIME: "17:00",
        columns.LMS_START_TIME: time(16, 0),
        columns.LMS_END_TIME: time(0, 0),
        columns.SESSION_INSTRUCTOR: "Ida Fernsby",
        columns.DAY: day,
    }
    return row | _by_column(changes)


def lms_row(**changes: Any) -> Row:
    """The row of an event that is LMS only."""
    row: Row = {
        columns.CODE: "OC_CB1",
        columns.EVENT_TITLE: "ELO-CB1-OC",
        columns.LEARNING_MODE: "Self Paced (LMS)",
        columns.LOCATION: "London",
        columns.ZONE: "Europe - London",
        columns.LMS_START_DATE: midnight(2025, 9, 1),
        columns.LMS_START_TIME: time(0, 0),
        columns.LMS_END_DATE: midnight(2026, 4, 30),
        columns.LMS_END_TIME: time(0, 0),
        columns.SITTING: "2026A",
        columns.OCR_MOODLE_CODE: "CB1 OC",
    }
    return row | _by_column(changes)


def _by_column(changes: Mapping[str, Any]) -> Row:
    return {getattr(columns, name): value for name, value in changes.items()}


def workbook(
    *rows: Row,
    header: Sequence[str | None] = HEADER,
    hints: Sequence[Row] = (EXAMPLES, FORMATS),
    sheet: str = "Import",
    before: Sequence[str] = (),
) -> bytes:
    """An .xlsx of a header, hint rows and rows; `before` are sheets that stand in front of it."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name in before:
        book.create_sheet(name)
    page = book.create_sheet(sheet)
    page.append(list(header))
    for row in (*hints, *rows):
        page.append([row.get(column) if column else None for column in header])
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


LONDON = LinkedLocation(tutorial_id=1, bridge_id=11, external_id="Location:1", name="London", code="LDN")
LEEDS = LinkedLocation(tutorial_id=2, bridge_id=12, external_id="Location:2", name="Leeds", code="LDS")
WATERLOO = LinkedVenue(tutorial_id=3, bridge_id=13, external_id="Venue:3", name="Waterloo", location_tutorial_id=1)
IDA = LinkedInstructor(tutorial_id=4, bridge_id=14, external_id="Person:4", name="Ida Fernsby")
GWEN = LinkedInstructor(tutorial_id=5, bridge_id=15, external_id="Person:5", name="Gwen Marlow")
APPROVED = frozenset({"Person:4", "Person:5"})
LIVE_ONLINE = LinkedCourseTemplate(
    tutorial_id=6,
    bridge_id=16,
    external_id="CourseTemplate:6",
    code="CB1_LO_6",
    lifecycle_state="published",
    learning_mode="blended",
    approved_instructors=APPROVED,
)
ONLINE_CLASSROOM = replace(
    LIVE_ONLINE, tutorial_id=7, bridge_id=17, external_id="CourseTemplate:7", code="OC_CB1", learning_mode="lms"
)
PRODUCT = Product(id=8, code="CB1/TLO/26A", subject_code="CB1", exam_session_id=1, exam_session_code="2026-04")
CUSTOM_FIELDS = (
    TenantCustomField("Event", "Sitting", "event-sitting", "string"),
    TenantCustomField("Event", "URL", "event-url", "url"),
    TenantCustomField("Event", "Finalisation date", "event-finalisation", "date"),
    TenantCustomField("Event", "Web sale", "event-web-sale", "checkbox"),
    TenantCustomField("Event", "OCR Moodle Code", "event-moodle", "string"),
    TenantCustomField("Session", "Day", "session-day", "integer"),
    TenantCustomField("Session", "URL", "session-url", "url"),
)
KNOWN = ReferenceData(
    course_templates=(LIVE_ONLINE, ONLINE_CLASSROOM),
    locations=(LONDON, LEEDS),
    venues=(WATERLOO,),
    instructors=(IDA, GWEN),
    administrators=(TenantAdministrator("Mona Sedgely", "Person:9"),),
    subjects=("CB1", "CM2"),
    exam_sessions=(ExamSession(1, "2026-04"), ExamSession(2, "2026-09")),
    products=(PRODUCT,),
    custom_fields=CUSTOM_FIELDS,
    tax_types=(TenantTaxType("TaxType:1", "VAT 20%"),),
)
