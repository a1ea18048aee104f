"""An upload from its bytes to its verdict: which events can be written, which are there already, what is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sync_assets.event_import.problems import Problem, ProblemKind
from sync_assets.event_import.reference.known_records import ReferenceData
from sync_assets.event_import.validation.consistency import DuplicateEvent, check_event, duplicate
from sync_assets.event_import.validation.headings import heading_warnings
from sync_assets.event_import.validation.resolution import ResolvedEvent, ValidationOptions, look_up
from sync_assets.event_import.validation.titles_in_file import titles_in_file
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import shown
from sync_assets.event_import.workbook.groups import EventGroup, group_rows
from sync_assets.event_import.workbook.parsing import parse_group
from sync_assets.event_import.workbook.sheet import Sheet, read_sheet

_GENERAL: Final = (ProblemKind.CUSTOM_FIELD, ProblemKind.EXAM_SESSION)


class RowVerdict(StrEnum):
    """What validation makes of a row; all rows of an event are in error, or none is."""

    READY = "ready"
    DUPLICATE = "duplicate"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class RowOfEvent:
    """A row of the sheet, the event that it belongs to, its outcome, and the problems of this row itself.

    `event_row` is the row that the event starts in, None where there is no event above. A row with the outcome ERROR
    and no error of its own is held back by another row of its event.
    """

    row: int
    event_row: int | None
    course_template_code: str
    event_title: str
    session_title: str
    outcome: RowVerdict
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Validation:
    """The verdict on an upload: events in the order of the sheet, problems and outcomes in the order of the rows."""

    sheet: Sheet
    ready: tuple[ResolvedEvent, ...]
    duplicates: tuple[DuplicateEvent, ...]
    problems: tuple[Problem, ...]
    rows: tuple[RowOfEvent, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that hold events back."""
        return tuple(problem for problem in self.problems if problem.is_error)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that are only reported."""
        return tuple(problem for problem in self.problems if not problem.is_error)

    @property
    def rows_in_error(self) -> frozenset[int]:
        """The Excel rows of all events that are held back, and of rows that belong to none."""
        return frozenset(row.row for row in self.rows if row.outcome is RowVerdict.ERROR)


def validate_upload(content: bytes, reference: ReferenceData, options: ValidationOptions | None = None) -> Validation:
    """Read and validate an upload.

    Raises WorkbookRefused where the file as a whole cannot be read. Everything else that is wrong with it is a problem
    of a row.
    """
    options = options or ValidationOptions()
    sheet = read_sheet(content)
    groups = group_rows(sheet.rows)
    problems: list[Problem] = heading_warnings(sheet, reference)
    events = []
    for group in groups:
        parsed = parse_group(group)
        problems += parsed.problems
        if parsed.event is not None:
            problems += check_event(parsed.event)
            events.append(parsed.event)
    titles = titles_in_file(groups, events)
    problems += titles.problems
    copies = [
        duplicate(event, f"The event is in row {earlier} of this file already; this row is skipped.")
        for event in events
        if (earlier := titles.copies.get(event.row.number)) is not None
    ]
    inconsistent = _rows_with_errors(problems)
    resolved: list[ResolvedEvent] = []
    for event in events:
        if event.row.number not in titles.copies and inconsistent.isdisjoint(event.row_numbers):
            found, unresolved = look_up(event, reference, options)
            problems += unresolved
            resolved += [found] if found is not None else []
    duplicates = tuple(each for each in copies if inconsistent.isdisjoint(each.event.row_numbers))
    problems += [duplicate.warning for duplicate in duplicates]
    kept = sorted(_each_general_warning_once(dict.fromkeys(problems)), key=lambda problem: problem.row)
    skipped = {duplicate.event.row.number for duplicate in duplicates}
    outcomes = sorted(_outcomes(groups, kept, skipped), key=lambda outcome: outcome.row)
    return Validation(sheet, tuple(resolved), duplicates, tuple(kept), tuple(outcomes))


def _rows_with_errors(problems: Iterable[Problem]) -> frozenset[int]:
    return frozenset(problem.row for problem in problems if problem.is_error)


def _each_general_warning_once(problems: Iterable[Problem]) -> list[Problem]:
    """Leave out the repetitions of a warning that holds for many rows, such as one of a missing custom field."""
    kept: list[Problem] = []
    told: set[str] = set()
    for problem in problems:
        if problem.kind in _GENERAL and not problem.is_error:
            if problem.sentence in told:
                continue
            told.add(problem.sentence)
        kept.append(problem)
    return kept


def _outcomes(groups: Iterable[EventGroup], problems: Iterable[Problem], skipped: set[int]) -> Iterable[RowOfEvent]:
    by_row: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row].append(problem)
    for group in groups:
        head = group.event_row
        outcome = RowVerdict.READY
        if any(problem.is_error for row in group.rows for problem in by_row[row.number]):
            outcome = RowVerdict.ERROR
        elif head is not None and head.number in skipped:
            outcome = RowVerdict.DUPLICATE
        for row in group.rows:
            yield RowOfEvent(
                row=row.number,
                event_row=None if head is None else head.number,
                course_template_code="" if head is None else shown(head.cell(columns.CODE).as_written),
                event_title="" if head is None else shown(head.cell(columns.EVENT_TITLE).as_written),
                session_title=shown(row.cell(columns.SESSION_TITLE).as_written),
                outcome=outcome,
                problems=tuple(by_row[row.number]),
            )
