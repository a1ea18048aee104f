"""Cells that are filled and change nothing where they stand: each is reported, nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from sync_assets.event_import.problems import Problem, ProblemKind
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import (
    CellValue,
    Unreadable,
    read_date,
    read_time,
    read_yes_no,
    shown,
)
from sync_assets.event_import.workbook.row_reader import RowReader
from sync_assets.event_import.workbook.sheet import SheetRow, listed_rows
from sync_assets.text import match_key

OF_SESSIONS: Final = (
    columns.SESSION_TITLE,
    columns.CLASSROOM_START_DATE,
    columns.CLASSROOM_START_TIME,
    columns.CLASSROOM_END_DATE,
    columns.CLASSROOM_END_TIME,
    columns.SESSION_INSTRUCTOR,
    columns.DAY,
    columns.SESSION_URL,
)
"""Columns that say something of a session alone."""
OF_SESSIONS_AND_EVENTS: Final = (
    columns.LEARNING_MODE,
    columns.LOCATION,
    columns.VENUE,
    columns.ZONE,
    columns.CANCELLED,
)
"""Columns that a session may have of its own."""
OF_EVENTS: Final = tuple(each for each in columns.KNOWN if each not in {*OF_SESSIONS, *OF_SESSIONS_AND_EVENTS})
"""Columns that are read in the row of an event alone."""
_READ_AS: Final[Mapping[str, Callable[[CellValue], object]]] = {
    columns.LMS_START_DATE: read_date,
    columns.LMS_START_TIME: read_time,
    columns.LMS_END_DATE: read_date,
    columns.LMS_END_TIME: read_time,
    columns.FINALISATION_DATE: read_date,
    columns.REGISTRATION_DEADLINE: read_date,
    columns.WEB_SALE: read_yes_no,
}


def tell_unused_cells_of_sessions(event_row: SheetRow, rows: Iterable[SheetRow], problems: list[Problem]) -> None:
    """Warn of cells of the event in rows of its further sessions that say something else than the event's row."""
    for row in rows:
        for column in OF_EVENTS:
            cell = row.cell(column)
            is_told_already = event_row.cell(column).flaw is not None
            if cell.is_blank or is_told_already or _key(row, column) == _key(event_row, column):
                continue
            there = shown(event_row.cell(column).as_written)
            says = f"says “{there}”" if there else "says nothing"
            sentence = (
                f"{column} is read in the row of the event alone, and row {event_row.number} {says}; "
                "what stands here is not used."
            )
            RowReader(row, problems).warn(column, sentence, ProblemKind.STRUCTURE)


def tell_unused_cells_of_lms_event(row: SheetRow, problems: list[Problem]) -> None:
    """Warn of cells of sessions in the row of an event that is LMS only."""
    filled = [column for column in OF_SESSIONS if not row.cell(column).is_blank]
    if not filled:
        return
    names = filled[0] if len(filled) == 1 else f"{', '.join(filled[:-1])} and {filled[-1]}"
    sentence = f"The event is LMS only and has no sessions; {names} {'is' if len(filled) == 1 else 'are'} not used."
    RowReader(row, problems).warn(filled[0], sentence, ProblemKind.STRUCTURE)


def tell_hidden_rows(rows: Iterable[SheetRow], problems: list[Problem]) -> None:
    """Warn that rows of an event are hidden in the sheet: whoever made the file may not know of them."""
    hidden = [row for row in rows if row.is_hidden]
    if not hidden:
        return
    which = f"{listed_rows(hidden).capitalize()} of the event {'are' if len(hidden) > 1 else 'is'}"
    title = columns.EVENT_TITLE if not hidden[0].cell(columns.EVENT_TITLE).is_blank else columns.SESSION_TITLE
    sentence = f"{which} hidden in the sheet, and read like every other row; delete what is not meant to be imported."
    RowReader(hidden[0], problems).warn(title, sentence, ProblemKind.STRUCTURE)


def _key(row: SheetRow, column: str) -> str:
    """Return what a cell says, however it is written."""
    value = row.cell(column).as_written
    if parse := _READ_AS.get(column):
        meaning = None if value is None else parse(value)
        if not isinstance(meaning, Unreadable | None):
            return str(meaning)
    return match_key(value if isinstance(value, str) else shown(value))
