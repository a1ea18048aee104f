"""What the cells of a file say together: dates in order, days numbered, titles told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sync_assets.event_import.problems import Problem, ProblemKind, Severity
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import shown
from sync_assets.event_import.workbook.events import WorkbookEvent, WorkbookSession


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


def duplicate(event: WorkbookEvent, sentence: str) -> DuplicateEvent:
    """Return an event as one that is skipped, with the warning that says why."""
    warning = event.row.problem(columns.EVENT_TITLE, sentence, ProblemKind.DUPLICATE, Severity.WARNING)
    return DuplicateEvent(event, warning)
