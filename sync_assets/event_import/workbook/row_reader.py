"""Reading the cells of one row, and gathering what is wrong with them, each problem once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TypeVar

from sync_assets.event_import.problems import Problem, ProblemKind, Severity
from sync_assets.event_import.workbook.cells import (
    CellValue,
    Unreadable,
    date_beside_time,
    read_date,
    read_time,
    shown,
    time_beside_date,
)
from sync_assets.event_import.workbook.events import Moment
from sync_assets.event_import.workbook.sheet import SheetRow

Found = TypeVar("Found")


class RowReader:
    """Reads the cells of one row into a list of problems that other rows of the event share."""

    def __init__(self, row: SheetRow, problems: list[Problem]) -> None:
        self.row = row
        self.problems = problems

    def read(
        self, column: str, parse: Callable[[CellValue], Found | Unreadable], *, needed: str | None = None
    ) -> Found | None:
        """Return what a cell means; None where it is blank (reported if `needed` says who needs it) or unreadable."""
        cell = self.row.cell(column)
        if cell.is_blank:
            if needed:
                self.report(column, f"The cell is empty, and {needed}.")
            return None
        if cell.flaw is not None:
            self.report(column, cell.flaw)
            return None
        found = parse(cell.as_written)
        if isinstance(found, Unreadable):
            self.report(column, found.sentence)
            return None
        return found

    def day(self, column: str, *, needed: str | None = None, clock: time | None = None) -> date | None:
        """Return the day of a date cell; a time in it that is not `clock`, which another cell gives, is reported."""
        day = self.read(column, read_date, needed=needed)
        if day is not None and (dropped := time_beside_date(self.row.cell(column).as_written)) not in {None, clock}:
            self.warn(
                column,
                f"The date cell holds {shown(dropped)} as well, and only its day is used, {shown(day)}. Some programs "
                "write a day as the evening before it: check the day, and type the date without a time.",
            )
        return day

    def moment(
        self, date_column: str, time_column: str, zone: str | None, *, needed: str | None, at: time | None
    ) -> Moment | None:
        """Return the moment that two cells give; `at` is the time where that cell is blank, None if it may not be."""
        problems_before = len(self.problems)
        clock = self.read(time_column, read_time, needed=needed if at is None else None)
        late = self.problems[problems_before:]
        del self.problems[problems_before:]
        day = self.day(date_column, needed=needed, clock=clock)
        self.problems += late
        if clock is None and self.row.cell(time_column).is_blank:
            clock = at
        if day is None or clock is None:
            return None
        other_day = date_beside_time(self.row.cell(time_column).as_written)
        if other_day is not None and other_day != day:
            sentence = f"The time cell holds the date {shown(other_day)} as well, and only its time is used."
            self.warn(time_column, sentence)
        if zone is None:
            return None
        moment = Moment(datetime.combine(day, clock), zone)
        if not moment.exists:
            self.report(
                time_column,
                f"On {shown(day)} the clocks of {zone} skip {shown(clock)} as they go forward; give another time.",
                ProblemKind.CONSISTENCY,
            )
        return moment

    def report(
        self, column: str, sentence: str, kind: ProblemKind = ProblemKind.CELL, severity: Severity = Severity.ERROR
    ) -> None:
        """Add a problem of one cell, unless it has been reported."""
        problem = self.row.problem(column, sentence, kind, severity)
        if problem not in self.problems:
            self.problems.append(problem)

    def warn(self, column: str, sentence: str, kind: ProblemKind = ProblemKind.CELL) -> None:
        """Add a warning of one cell, unless it has been reported."""
        self.report(column, sentence, kind, Severity.WARNING)
