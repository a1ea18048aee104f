"""From a group of rows to a typed event: every cell that matters is read, every one that cannot be is reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Final

from sync_assets.course_codes import is_lms_code
from sync_assets.event_import.problems import Problem, ProblemKind
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import (
    CellValue,
    Unreadable,
    as_text,
    is_venue_to_come,
    read_names,
    read_url,
    read_yes_no,
    read_zone,
    shown,
    text_of,
    whole_number,
)
from sync_assets.event_import.workbook.events import LearningMode, Moment, WorkbookEvent, WorkbookSession
from sync_assets.event_import.workbook.groups import EventGroup
from sync_assets.event_import.workbook.learning_modes import read_mode
from sync_assets.event_import.workbook.row_reader import RowReader
from sync_assets.event_import.workbook.sheet import SheetRow
from sync_assets.event_import.workbook.sittings import exam_session_codes
from sync_assets.event_import.workbook.unused_cells import (
    tell_hidden_rows,
    tell_unused_cells_of_lms_event,
    tell_unused_cells_of_sessions,
)
from sync_assets.text import match_key

LONGEST_CODE: Final = 50
"""As `acted.tutorial_course_templates.code` has it."""
LONGEST_EVENT_TITLE: Final = 100
"""The title becomes `acted.tutorial_events.code`."""
LONGEST_NAME: Final = 255

_MIDNIGHT = time(0)
_PLACES_NEEDED: Final = "an event with sessions needs a number of places"
_TEXTS: Final = (
    columns.OCR_MOODLE_CODE,
    columns.ACCESS_DURATION,
    columns.RECORDINGS,
    columns.RECORDING_PIN,
    columns.TUTORS,
    columns.SAGE_CODE,
    columns.EXTRA_INFORMATION,
)
"""Columns whose cells are taken as they are."""


@dataclass(frozen=True, slots=True)
class ParsedGroup:
    """What became of a group: the event, or None where a problem is an error."""

    event: WorkbookEvent | None
    problems: tuple[Problem, ...]


def parse_group(group: EventGroup) -> ParsedGroup:
    """Read the rows of one event."""
    problems: list[Problem] = []
    if group.event_row is None:
        for row in group.session_rows:
            sentence = (
                "There is no event above this row for it to be a session of; "
                "give it a course template code, or put its event's row above it."
            )
            RowReader(row, problems).report(columns.CODE, sentence, ProblemKind.STRUCTURE)
        return ParsedGroup(None, tuple(problems))
    event = _read_event(group.event_row, group.session_rows, problems)
    tell_hidden_rows(group.rows, problems)
    return ParsedGroup(None if any(problem.is_error for problem in problems) else event, tuple(problems))


@dataclass(frozen=True, slots=True)
class _Inherited:
    """What a session takes from its event where its own cell is blank."""

    location: str | None
    venue: str | None
    zone: str | None
    instructors: tuple[str, ...]


def _read_event(row: SheetRow, session_rows: tuple[SheetRow, ...], problems: list[Problem]) -> WorkbookEvent | None:
    reader = RowReader(row, problems)
    code = _read_code(reader)
    title = reader.read(columns.EVENT_TITLE, text_of(LONGEST_EVENT_TITLE), needed="every event needs a title")
    mode = _read_event_mode(reader, code)
    location = reader.read(columns.LOCATION, text_of(LONGEST_NAME), needed="every event needs a location")
    venue = _read_venue(reader, None)
    zone = reader.read(columns.ZONE, read_zone, needed="every event needs a time zone")
    lms_start, lms_end = _read_access(reader, mode, zone)
    max_places = reader.read(columns.MAX_PLACES, whole_number(), needed=_PLACES_NEEDED if _has_sessions(mode) else None)
    instructors = reader.read(columns.INSTRUCTOR, read_names) or ()
    administrators = reader.read(columns.ADMINISTRATOR, read_names) or ()
    sitting = reader.read(columns.SITTING, _read_sitting, needed="every event belongs to a sitting such as 2026A")
    url = reader.read(columns.EVENT_URL, read_url)
    finalisation_date = reader.day(columns.FINALISATION_DATE)
    web_sale = reader.read(columns.WEB_SALE, read_yes_no)
    texts = {column: reader.read(column, text_of()) for column in _TEXTS}
    cancelled = reader.read(columns.CANCELLED, read_yes_no)
    registration_deadline = reader.day(columns.REGISTRATION_DEADLINE)
    sessions = _read_sessions(reader, mode, session_rows, _Inherited(location, venue, zone, instructors))
    if any(problem.is_error for problem in problems):
        return None
    start, end = (sessions[0].start, sessions[-1].end) if sessions else (lms_start, lms_end)
    if not (code and title and mode and location and zone and sitting and start and end):
        return None
    return WorkbookEvent(
        row=row,
        course_template_code=code,
        title=title,
        learning_mode=mode,
        location=location,
        venue=venue,
        zone=zone,
        lms_start=lms_start,
        lms_end=lms_end,
        max_places=max_places,
        instructors=instructors,
        administrators=administrators,
        url=url,
        finalisation_date=finalisation_date,
        web_sale=web_sale,
        sitting=sitting[0],
        exam_session_codes=sitting[1],
        ocr_moodle_code=texts[columns.OCR_MOODLE_CODE],
        access_duration=texts[columns.ACCESS_DURATION],
        recordings=texts[columns.RECORDINGS],
        recording_pin=texts[columns.RECORDING_PIN],
        tutors=texts[columns.TUTORS],
        sage_code=texts[columns.SAGE_CODE],
        cancelled=cancelled,
        extra_information=texts[columns.EXTRA_INFORMATION],
        registration_deadline=registration_deadline,
        start_date=start.local.date(),
        end_date=end.local.date(),
        sessions=sessions,
    )


def _read_code(reader: RowReader) -> str | None:
    code = reader.read(columns.CODE, text_of(LONGEST_CODE))
    if reader.row.cell(columns.CODE).is_blank:
        reader.report(
            columns.CODE,
            "The row has an event title of its own and no course template code; "
            "type the code, or clear the title if the row is a session of the event above.",
            ProblemKind.STRUCTURE,
        )
    return code


def _read_access(reader: RowReader, mode: LearningMode | None, zone: str | None) -> tuple[Moment | None, Moment | None]:
    """Return when access to the LMS starts and ends."""
    is_lms = mode is LearningMode.LMS
    needed = "an event that is LMS only needs to say when its access starts and ends" if is_lms else None
    start = reader.moment(columns.LMS_START_DATE, columns.LMS_START_TIME, zone, needed=needed, at=_MIDNIGHT)
    end = reader.moment(columns.LMS_END_DATE, columns.LMS_END_TIME, zone, needed=needed, at=_MIDNIGHT)
    return start, end


def _has_sessions(mode: LearningMode | None) -> bool:
    return mode is not None and mode is not LearningMode.LMS


def _read_sessions(
    reader: RowReader, mode: LearningMode | None, rows: tuple[SheetRow, ...], event: _Inherited
) -> tuple[WorkbookSession, ...]:
    """Return the sessions of an event by their days; the event's own row is the first of them."""
    if mode is LearningMode.LMS:
        _report_sessions_of_lms_event(reader, rows)
    if mode is None or mode is LearningMode.LMS:
        return ()
    found = [_read_session(RowReader(row, reader.problems), event, mode, reader.row) for row in (reader.row, *rows)]
    tell_unused_cells_of_sessions(reader.row, rows, reader.problems)
    return tuple(sorted((session for session in found if session is not None), key=lambda session: session.day))


def _read_session(
    reader: RowReader, event: _Inherited, mode: LearningMode, event_row: SheetRow
) -> WorkbookSession | None:
    is_of_event_row = reader.row.number == event_row.number
    own_mode = reader.read(columns.LEARNING_MODE, read_mode)
    if own_mode is LearningMode.LMS:
        sentence = f"The session says that it is LMS only, and its event is {mode}; make the two the same."
        reader.report(columns.LEARNING_MODE, sentence, ProblemKind.STRUCTURE)
    elif own_mode not in {None, mode}:
        sentence = f"The session says {own_mode}, and its event is {mode}, which counts."
        reader.warn(columns.LEARNING_MODE, sentence, ProblemKind.STRUCTURE)
    day = reader.read(columns.DAY, whole_number(1), needed="sessions are numbered by it, from 1")
    title = reader.read(columns.SESSION_TITLE, text_of(LONGEST_NAME), needed="every session needs a title")
    own_location = reader.read(columns.LOCATION, text_of(LONGEST_NAME))
    location = own_location or event.location
    # A venue is one of its location: with another location, that of the event says nothing.
    is_elsewhere = own_location is not None and match_key(own_location) != match_key(event.location)
    venue = _read_venue(reader, None if is_elsewhere else event.venue)
    zone = reader.read(columns.ZONE, read_zone) or event.zone
    needed = "every session needs to say when it starts and ends"
    start = reader.moment(columns.CLASSROOM_START_DATE, columns.CLASSROOM_START_TIME, zone, needed=needed, at=None)
    end = reader.moment(columns.CLASSROOM_END_DATE, columns.CLASSROOM_END_TIME, zone, needed=needed, at=None)
    instructors = reader.read(columns.SESSION_INSTRUCTOR, read_names) or event.instructors
    url = reader.read(columns.SESSION_URL, read_url)
    cancelled = None if is_of_event_row else reader.read(columns.CANCELLED, read_yes_no)
    if day is None or title is None or location is None or start is None or end is None:
        return None
    return WorkbookSession(reader.row, day, title, location, venue, start, end, instructors, url, cancelled)


def _read_venue(reader: RowReader, otherwise: str | None) -> str | None:
    venue = reader.read(columns.VENUE, text_of(LONGEST_NAME))
    if venue is None:
        return otherwise
    return None if is_venue_to_come(venue) else venue


def _read_event_mode(reader: RowReader, code: str | None) -> LearningMode | None:
    """Return the learning mode that code and column agree on; a code says LMS or nothing."""
    code_says_lms = code is not None and is_lms_code(code)
    needed = None if code_says_lms else "every event needs to say Blended, Classroom or LMS"
    mode = reader.read(columns.LEARNING_MODE, read_mode, needed=needed)
    if not code_says_lms:
        return mode
    if mode not in {None, LearningMode.LMS}:
        sentence = f"The course template code {code} is of LMS events, and the learning mode says {mode}; correct one."
        reader.report(columns.LEARNING_MODE, sentence, ProblemKind.CONSISTENCY)
    return LearningMode.LMS


def _read_sitting(value: CellValue) -> tuple[str, tuple[str, ...]] | Unreadable:
    """Return a sitting as written, and the codes that its exam session may have."""
    text = as_text(value)
    codes = exam_session_codes(text)
    if not codes:
        return Unreadable(f"Expected a sitting such as 2026A or 26S, but the cell holds “{shown(value)}”.")
    return text, codes


def _report_sessions_of_lms_event(reader: RowReader, session_rows: tuple[SheetRow, ...]) -> None:
    for row in session_rows:
        RowReader(row, reader.problems).report(
            columns.SESSION_TITLE,
            f"The event above, in row {reader.row.number}, is LMS only and has no sessions; "
            "delete this row, or give it the course template code of its own event.",
            ProblemKind.STRUCTURE,
        )
    tell_unused_cells_of_lms_event(reader.row, reader.problems)
