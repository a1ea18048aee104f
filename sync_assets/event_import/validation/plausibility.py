"""What can be read and done, and is hardly meant: reported as warnings, and holding nothing back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time

from sync_assets.event_import.problems import Problem, ProblemKind, Severity
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import shown
from sync_assets.event_import.workbook.events import WorkbookEvent, WorkbookSession
from sync_assets.event_import.workbook.sheet import SheetRow
from sync_assets.text import match_key

_SITTING = re.compile(r"(?<![0-9a-z])(?:20)?(\d{2}) ?([as])(?![0-9a-z])")


def implausible(event: WorkbookEvent, *, exam_session_end: date | None, today: date | None) -> list[Problem]:
    """Return warnings about an event. What is not known (None) is compared with nothing.

    `exam_session_end` is the last day of the exam session that its sitting means.
    """
    return [
        *_before_today(event, today),
        *_after_the_exam_session(event, exam_session_end),
        *_over_midnight(event),
        *_outside_lms_access(event),
        *_of_another_sitting(event),
        *_without_a_session(event),
    ]


def _before_today(event: WorkbookEvent, today: date | None) -> Iterator[Problem]:
    if today is None:
        return
    past = [session for session in event.sessions if session.start.local.date() < today]
    if past:
        sentence = f"{_days(past)} before today, {shown(today)}; check the year."
        yield _warning(past[0].row, columns.CLASSROOM_START_DATE, sentence)
    elif not event.sessions and event.lms_end is not None and event.lms_end.local.date() < today:
        sentence = f"The LMS access ends before today, {shown(today)}; check the year."
        yield _warning(event.row, columns.LMS_END_DATE, sentence)


def _after_the_exam_session(event: WorkbookEvent, end: date | None) -> Iterator[Problem]:
    late = [session for session in event.sessions if end is not None and session.start.local.date() > end]
    if late:
        sentence = (
            f"{_days(late)} after the end of the exam session of the sitting {event.sitting}, {shown(end)}; check the "
            "date and the sitting."
        )
        yield _warning(late[0].row, columns.CLASSROOM_START_DATE, sentence)


def _over_midnight(event: WorkbookEvent) -> Iterator[Problem]:
    for session in event.sessions:
        start, end = session.start.local, session.end.local
        days = (end.date() - start.date()).days
        if days > 1 or (days == 1 and end.time() > time(0)):
            sentence = f"The session goes on until another day than it starts on, {shown(start)}; check both dates."
            yield _warning(session.row, columns.CLASSROOM_END_DATE, sentence)


def _outside_lms_access(event: WorkbookEvent) -> Iterator[Problem]:
    early = [each for each in event.sessions if event.lms_start is not None and each.start.utc < event.lms_start.utc]
    if early and event.lms_start is not None:
        sentence = f"{_days(early)} before the LMS access starts, {shown(event.lms_start.local)}."
        yield _warning(event.row, columns.LMS_START_DATE, sentence)
    late = [each for each in event.sessions if event.lms_end is not None and each.end.utc > event.lms_end.utc]
    if late and event.lms_end is not None:
        sentence = f"{_days(late)} after the LMS access ends, {event.lms_end.local:%d/%m/%Y %H:%M}."
        yield _warning(event.row, columns.LMS_END_DATE, sentence)


def _of_another_sitting(event: WorkbookEvent) -> Iterator[Problem]:
    own = set(_SITTING.findall(match_key(event.sitting)))
    in_title = set(_SITTING.findall(match_key(event.title)))
    if own and in_title and own.isdisjoint(in_title):
        sentence = f"The sitting is {event.sitting}, and the title {event.title} names another one; correct either."
        yield _warning(event.row, columns.SITTING, sentence)


def _without_a_session(event: WorkbookEvent) -> Iterator[Problem]:
    """Yield a warning of instructors of the event who are booked nowhere: each session names others.

    The first is not among them: whoever is named first is the event's main instructor on the tutorial side.
    """
    teaching = {match_key(name) for session in event.sessions for name in session.instructors}
    idle = [name for name in event.instructors[1:] if match_key(name) not in teaching] if event.sessions else []
    if idle:
        sentence = (
            f"Each session names its own instructors, and none of them {' or '.join(idle)}, so nobody of that name "
            "is booked; add the name in the column Session instructor, or delete it here."
        )
        yield _warning(event.row, columns.INSTRUCTOR, sentence)


def _days(sessions: list[WorkbookSession]) -> str:
    days = [str(session.day) for session in sessions]
    return f"Day {days[0]} is" if len(days) == 1 else f"Days {', '.join(days[:-1])} and {days[-1]} are"


def _warning(row: SheetRow, column: str, sentence: str) -> Problem:
    return row.problem(column, sentence, ProblemKind.PLAUSIBILITY, Severity.WARNING)
