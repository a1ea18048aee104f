"""What the cells of a file say together: dates in order, days numbered, titles told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sync_assets.bridge.matching import match_key
from sync_assets.event_import import columns
from sync_assets.event_import.cells import shown
from sync_assets.event_import.problems import Kind, Problem, Severity
from sync_assets.event_import.uploads import EventUpload, SessionUpload
from sync_assets.event_import.workbook import SheetRow


def problem_at(row: SheetRow, column: str, sentence: str, kind: Kind, severity: Severity = Severity.ERROR) -> Problem:
    """Return a problem of one cell, with what stands in it."""
    return Problem(row.number, column, shown(row.cell(column).value), sentence, kind, severity)


def check_event(event: EventUpload) -> list[Problem]:
    """Return what is wrong with the dates and the day numbers of one event."""
    problems: list[Problem] = []
    if event.lms_start and event.lms_end and event.lms_end.utc < event.lms_start.utc:
        sentence = f"The LMS access ends before it starts, on {shown(event.lms_start.local)}."
        problems.append(problem_at(event.row, columns.LMS_END_DATE, sentence, Kind.CONSISTENCY))
    for session in event.sessions:
        if session.end.utc <= session.start.utc:
            same_date = session.end.local.date() == session.start.local.date()
            column = columns.CLASSROOM_END_TIME if same_date else columns.CLASSROOM_END_DATE
            sentence = f"The session does not end after its start, {shown(session.start.local)}."
            problems.append(problem_at(session.row, column, sentence, Kind.CONSISTENCY))
    numbering = _check_days(event)
    # Out of a wrong numbering every order of the dates follows: it would only repeat what is wrong.
    return problems + (numbering or _check_order(event.sessions))


def _check_days(event: EventUpload) -> list[Problem]:
    problems: list[Problem] = []
    first: dict[int, SessionUpload] = {}
    for session in sorted(event.sessions, key=lambda session: session.row.number):
        if session.day in first:
            sentence = f"Day {session.day} of this event is in row {first[session.day].row.number} already."
            problems.append(problem_at(session.row, columns.DAY, sentence, Kind.CONSISTENCY))
        elif session.row.number == event.row.number and session.day != 1:
            sentence = "The row of an event carries its first session, so its day is 1."
            problems.append(problem_at(session.row, columns.DAY, sentence, Kind.CONSISTENCY))
        first.setdefault(session.day, session)
    if problems:
        return problems
    count = len(event.sessions)
    missing = ", ".join(str(day) for day in range(1, count + 1) if day not in first)
    return [
        problem_at(
            session.row,
            columns.DAY,
            f"The event has {count} sessions, to be numbered 1 to {count}; missing among them: {missing}.",
            Kind.CONSISTENCY,
        )
        for session in event.sessions
        if session.day > count
    ]


def _check_order(sessions: Sequence[SessionUpload]) -> list[Problem]:
    return [
        problem_at(
            later.row,
            columns.CLASSROOM_START_DATE,
            f"Day {later.day} starts before day {earlier.day}, which is on {shown(earlier.start.local)}.",
            Kind.CONSISTENCY,
        )
        for earlier, later in pairwise(sessions)
        if later.start.utc < earlier.start.utc
    ]


@dataclass(frozen=True, slots=True)
class DuplicateEvent:
    """An event that is not imported since it is there already, with the warning that names the other one."""

    event: EventUpload
    warning: Problem


@dataclass(frozen=True, slots=True)
class ExistingEvent:
    """An event that one or both sides have already; what is not known of it is None and contradicts nothing.

    `upload_key` is that of the upload which made it, `state` how far it came (`sync_assets.event_import.tables.State`).
    """

    title: str
    course_template_code: str | None
    start_date: date | None
    tutorial_event_id: int | None
    external_id: str | None
    upload_key: str | None = None
    state: str | None = None

    def __str__(self) -> str:
        ids = (f"tutorial event {self.tutorial_event_id}" if self.tutorial_event_id is not None else "",)
        remote = (f"Administrate event {self.external_id}" if self.external_id is not None else "",)
        named = " and ".join(part for part in ids + remote if part) or f"the event {self.title}"
        if self.upload_key is None:
            return named
        unfinished = ", which is to be run again to complete it" if self.state != "complete" else ""
        return f"{named} of the upload {self.upload_key}{unfinished}"


@dataclass(frozen=True, slots=True)
class Distinct:
    """A file's events sorted out: those that stand alone, those that are duplicates, and the errors."""

    events: tuple[EventUpload, ...]
    duplicates: tuple[DuplicateEvent, ...]
    problems: tuple[Problem, ...]


def tell_apart(events: Sequence[EventUpload], existing: Sequence[ExistingEvent]) -> Distinct:
    """Sort out events whose title is taken, in the file by an earlier row or on the two sides by an existing event.

    The same title with the same course template and start date is a duplicate, to be skipped. With another template or
    date it is an error: a title is the event's code on the tutorial side and stands there once.
    """
    in_file: dict[str, EventUpload] = {}
    there: dict[str, list[ExistingEvent]] = {}
    for known in existing:
        there.setdefault(match_key(known.title), []).append(known)
    distinct: list[EventUpload] = []
    duplicates: list[DuplicateEvent] = []
    problems: list[Problem] = []
    for event in events:
        key = match_key(event.title)
        earlier = in_file.setdefault(key, event)
        same = next((known for known in there.get(key, []) if _is_same(event, known)), None)
        if earlier is not event and _identity(earlier) == _identity(event):
            sentence = f"The event is in row {earlier.row.number} of this file already; this row is skipped."
        elif earlier is not event:
            sentence = (
                f"The title is that of row {earlier.row.number} already, with another course template or start date; "
                "give each event its own title."
            )
            problems.append(problem_at(event.row, columns.EVENT_TITLE, sentence, Kind.CONSISTENCY))
            continue
        elif same is not None:
            sentence = f"The event is there already, as {same}; it is skipped."
        elif key in there:
            sentence = (
                f"The title is taken by {there[key][0]}, of another course template or start date; "
                "give the event its own title."
            )
            problems.append(problem_at(event.row, columns.EVENT_TITLE, sentence, Kind.DUPLICATE))
            continue
        else:
            distinct.append(event)
            continue
        warning = problem_at(event.row, columns.EVENT_TITLE, sentence, Kind.DUPLICATE, Severity.WARNING)
        duplicates.append(DuplicateEvent(event, warning))
    return Distinct(tuple(distinct), tuple(duplicates), tuple(problems))


def _identity(event: EventUpload) -> tuple[str, str, date]:
    return match_key(event.course_template_code), match_key(event.title), event.start_date


def _is_same(event: EventUpload, known: ExistingEvent) -> bool:
    code, _, start = _identity(event)
    same_code = known.course_template_code is None or match_key(known.course_template_code) == code
    return same_code and (known.start_date is None or known.start_date == start)
