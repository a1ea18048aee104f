"""Events of one file whose titles clash, and sessions that stand under another event than their title says.

Sheets are sorted, filled down and copied together. Where that has made it unclear which rows are one event, all rows of
the title are held back: half an event in two systems costs more than a file that is uploaded again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sync_assets.event_import.problems import Problem, ProblemKind
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import as_text, shown
from sync_assets.event_import.workbook.events import WorkbookEvent
from sync_assets.event_import.workbook.groups import EventGroup, title_key
from sync_assets.event_import.workbook.sheet import SheetRow, listed_rows
from sync_assets.text import match_key

_LONGEST_TITLE: Final = 300
"""Characters of a session's title that is compared: a longer one is an error by itself."""


@dataclass(frozen=True, slots=True)
class TitlesInFile:
    """What the titles of a file come to: `copies` are events by the row of the earlier event that each repeats."""

    copies: Mapping[int, int]
    problems: tuple[Problem, ...]


def titles_in_file(groups: Sequence[EventGroup], events: Iterable[WorkbookEvent]) -> TitlesInFile:
    """Compare the events of a file by their titles. `events` are those of the groups that could be read.

    An event that repeats an earlier one (title, course template, first session or access) is a copy. Any other event of
    the same title is an error, and so is the earlier one.
    """
    by_row = {event.row.number: event for event in events}
    by_title: dict[str, list[SheetRow]] = defaultdict(list)
    for group in groups:
        if group.event_row is not None and (key := title_key(group.event_row)):
            by_title[key].append(group.event_row)
    copies: dict[int, int] = {}
    problems: list[Problem] = []
    for rows in by_title.values():
        first, *others = rows
        if not others:
            continue
        if all(_is_copy(by_row.get(row.number), by_row.get(first.number)) for row in others):
            copies |= {row.number: first.number for row in others}
        else:
            problems += _clashes(rows)
    return TitlesInFile(copies, (*problems, *misplaced_sessions(groups)))


def _is_copy(event: WorkbookEvent | None, earlier: WorkbookEvent | None) -> bool:
    return event is not None and earlier is not None and _start(event) == _start(earlier)


def _start(event: WorkbookEvent) -> tuple[object, ...]:
    first = event.sessions[0] if event.sessions else None
    when = (first.start.utc, first.end.utc, match_key(first.title)) if first else (event.lms_start, event.lms_end)
    return match_key(event.course_template_code), *when


def _clashes(rows: Sequence[SheetRow]) -> Iterable[Problem]:
    for row in rows:
        elsewhere = listed_rows(other for other in rows if other is not row)
        sentence = (
            f"The title is in {elsewhere} as well, with another course template, day or time, so it is not clear "
            "which rows are one event. None of it is imported. Give each event a title of its own, or number the "
            "sessions of one event 1, 2, 3 … in the column Day, one below the other."
        )
        yield row.problem(columns.EVENT_TITLE, sentence, ProblemKind.CONSISTENCY)


def misplaced_sessions(groups: Sequence[EventGroup]) -> list[Problem]:
    """Return an error for each session whose title begins with that of another event, and one for that event.

    Titles of sessions begin with their event's by custom (`ELO-CB1-01-2`): one that begins with another's has been
    sorted away from it. Where custom is otherwise, no title says anything and none is compared.
    """
    event_rows = {title_key(group.event_row): group.event_row for group in groups if group.event_row is not None}
    event_rows.pop("", None)
    lost: dict[int, list[SheetRow]] = defaultdict(list)
    problems: list[Problem] = []
    for group in groups:
        own = "" if group.event_row is None else title_key(group.event_row)
        for row in group.session_rows:
            title = match_key(as_text(row.cell(columns.SESSION_TITLE).as_written))
            if len(title) > _LONGEST_TITLE or (own and _begins_with(title, own)):
                continue
            event_row = next((event_rows[each] for each in _beginnings(title) if each in event_rows), None)
            if event_row is None:
                continue
            lost[event_row.number].append(row)
            if group.event_row is not None:
                problems.append(row.problem(columns.SESSION_TITLE, _stands_under(event_row), ProblemKind.STRUCTURE))
    rows = {row.number: row for row in event_rows.values()}
    return problems + [
        rows[number].problem(columns.EVENT_TITLE, _lacks(sessions), ProblemKind.STRUCTURE)
        for number, sessions in lost.items()
    ]


def _stands_under(event_row: SheetRow) -> str:
    return (
        "The session does not belong to the event above it, by its title: that begins like the event "
        f"{shown(event_row.cell(columns.EVENT_TITLE).as_written)} in row {event_row.number}. Move the row under its "
        "event, or correct the title."
    )


def _lacks(sessions: Sequence[SheetRow]) -> str:
    where = listed_rows(sessions)
    if len(sessions) > 1:
        return (
            f"By their titles, sessions of this event stand elsewhere, in {where}, so the event is not imported "
            "without them. Move them under this row, or correct their titles."
        )
    return (
        f"By its title, a session of this event stands elsewhere, in {where}, so the event is not imported without it. "
        "Move it under this row, or correct its title."
    )


def _begins_with(title: str, beginning: str) -> bool:
    return title.startswith(beginning) and not title[len(beginning) : len(beginning) + 1].isalnum()


def _beginnings(title: str) -> Iterator[str]:
    """Yield the beginnings of a title that end where a word does, the longest first."""
    for end in range(len(title), 0, -1):
        if not title[end : end + 1].isalnum():
            yield title[:end]
