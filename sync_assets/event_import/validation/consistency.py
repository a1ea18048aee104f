"""What the cells of a file say together: dates in order, days numbered, titles told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sync_assets.event_import.problems import Problem, ProblemKind, Severity
from sync_assets.event_import.reference.known_records import ExistingEvent
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import shown
from sync_assets.event_import.workbook.events import WorkbookEvent, WorkbookSession
from sync_assets.text import match_key


def check_event(event: WorkbookEvent) -> list[Problem]:
    """Return what is wrong with the dates and the day numbers of one event."""
    problems: list[Problem] = []
    if event.lms_start and event.lms_end and event.lms_end.utc < event.lms_start.utc:
        sentence = f"The LMS access ends before it starts, on {shown(event.lms_start.local)}."
        problems.append(event.row.problem(columns.LMS_END_DATE, sentence, ProblemKind.CONSISTENCY))
    for session in event.sessions:
        if session.end.utc <= session.start.utc:
            same_date = session.end.local.date() == session.start.local.date()
            column = columns.CLASSROOM_END_TIME if same_date else columns.CLASSROOM_END_DATE
            sentence = f"The session does not end after its start, {shown(session.start.local)}."
            problems.append(session.row.problem(column, sentence, ProblemKind.CONSISTENCY))
    numbering = _check_days(event)
    # Out of a wrong numbering every order of the dates follows: it would only repeat what is wrong.
    return problems + (numbering or _check_order(event.sessions))


def _check_days(event: WorkbookEvent) -> list[Problem]:
    problems: list[Problem] = []
    first: dict[int, WorkbookSession] = {}
    for session in sorted(event.sessions, key=lambda session: session.row.number):
        if session.day in first:
            sentence = f"Day {session.day} of this event is in row {first[session.day].row.number} already."
            problems.append(session.row.problem(columns.DAY, sentence, ProblemKind.CONSISTENCY))
        elif session.row.number == event.row.number and session.day != 1:
            sentence = "The row of an event carries its first session, so its day is 1."
            problems.append(session.row.problem(columns.DAY, sentence, ProblemKind.CONSISTENCY))
        first.setdefault(session.day, session)
    if problems:
        return problems
    count = len(event.sessions)
    missing = ", ".join(str(day) for day in range(1, count + 1) if day not in first)
    return [
        session.row.problem(
            columns.DAY,
            f"The event has {count} sessions, to be numbered 1 to {count}; missing among them: {missing}.",
            ProblemKind.CONSISTENCY,
        )
        for session in event.sessions
        if session.day > count
    ]


def _check_order(sessions: Sequence[WorkbookSession]) -> list[Problem]:
    return [
        later.row.problem(
            columns.CLASSROOM_START_DATE,
            f"Day {later.day} starts before day {earlier.day}, which is on {shown(earlier.start.local)}.",
            ProblemKind.CONSISTENCY,
        )
        for earlier, later in pairwise(sessions)
        if later.start.utc < earlier.start.utc
    ]


@dataclass(frozen=True, slots=True)
class DuplicateEvent:
    """An event that is not imported since it is there already, with the warning that names the other one."""

    event: WorkbookEvent
    warning: Problem


@dataclass(frozen=True, slots=True)
class Distinct:
    """Events sorted out: those that are nowhere yet, those that are duplicates, and the errors."""

    events: tuple[WorkbookEvent, ...]
    duplicates: tuple[DuplicateEvent, ...]
    problems: tuple[Problem, ...]


def tell_apart(events: Sequence[WorkbookEvent], existing: Sequence[ExistingEvent]) -> Distinct:
    """Sort out events whose title is taken on the two sides by an existing event.

    The same title with the same course template and start date is a duplicate, to be skipped. With another template or
    date it is an error: a title is the event's code on the tutorial side and stands there once.
    """
    there: dict[str, list[ExistingEvent]] = {}
    for known in existing:
        there.setdefault(match_key(known.title), []).append(known)
    distinct: list[WorkbookEvent] = []
    duplicates: list[DuplicateEvent] = []
    problems: list[Problem] = []
    for event in events:
        key = match_key(event.title)
        same = next((known for known in there.get(key, []) if _is_same(event, known)), None)
        if same is not None:
            duplicates.append(duplicate(event, f"The event is there already, as {same}; it is skipped."))
        elif key in there:
            sentence = (
                f"The title is taken by {there[key][0]}, of another course template or start date; "
                "give the event its own title."
            )
            problems.append(event.row.problem(columns.EVENT_TITLE, sentence, ProblemKind.DUPLICATE))
        else:
            distinct.append(event)
    return Distinct(tuple(distinct), tuple(duplicates), tuple(problems))


def duplicate(event: WorkbookEvent, sentence: str) -> DuplicateEvent:
    """Return an event as one that is skipped, with the warning that says why."""
    warning = event.row.problem(columns.EVENT_TITLE, sentence, ProblemKind.DUPLICATE, Severity.WARNING)
    return DuplicateEvent(event, warning)


def _is_same(event: WorkbookEvent, known: ExistingEvent) -> bool:
    code = match_key(event.course_template_code)
    same_code = known.course_template_code is None or match_key(known.course_template_code) == code
    return same_code and (known.start_date is None or known.start_date == event.start_date)
