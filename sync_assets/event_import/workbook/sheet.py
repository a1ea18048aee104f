"""From the bytes of an upload to its sheet: columns by name, rows with their Excel numbers, hint rows set aside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sync_assets.event_import.problems import Problem, ProblemKind, Severity
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import BLANK, Cell, as_text, shown
from sync_assets.event_import.workbook.number_formats import cell_formats
from sync_assets.event_import.workbook.package import MAX_BYTES, MAX_UNPACKED_BYTES, Package, refuse_unreadable_archive
from sync_assets.event_import.workbook.refusal import WorkbookRefused
from sync_assets.event_import.workbook.shared_strings import shared_strings
from sync_assets.event_import.workbook.sheet_cells import sheet_cells
from sync_assets.event_import.workbook.stored_values import CellReader
from sync_assets.event_import.workbook.workbook_part import SHEET_NAME, workbook_part
from sync_assets.near_names import NearNames
from sync_assets.text import match_key

__all__ = [
    "HEADER_ROW",
    "MAX_BYTES",
    "MAX_UNPACKED_BYTES",
    "SHEET_NAME",
    "FilledRow",
    "FilledSheet",
    "Sheet",
    "SheetRow",
    "WorkbookRefused",
    "filled_rows",
    "listed_rows",
    "read_sheet",
    "refuse_unreadable_archive",
]

MAX_ROWS: Final = 25_000
"""Rows that hold something. Fifteen times the largest sitting so far; more than that is a mistake or another file."""
MOST_LISTED: Final = 6
"""Rows that a sentence names."""
HEADER_ROW: Final = 1
_HINT_ROWS: Final = (2, 3)
_HINTS = frozenset(
    {
        "free-text",
        "free text",
        "integer",
        "number",
        "text",
        "date",
        "time",
        "dd/mm/yyyy",
        "dd-mm-yyyy",
        "hh:mm",
        "hh:mm:ss",
        "y/n",
        "yes/no",
        "blended/classroom/lms",
    }
)
_EXAMPLE = re.compile(r"e\.?g[.:, ]")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: its Excel number, its cells by position, the positions of the named columns, whether Excel hides it."""

    number: int
    cells: tuple[Cell, ...]
    positions: Mapping[str, int] = field(repr=False)
    is_hidden: bool = False

    def cell(self, column: str) -> Cell:
        """Return the cell in a column, blank where the sheet has no such column."""
        position = self.positions.get(column)
        return BLANK if position is None or position >= len(self.cells) else self.cells[position]

    def problem(
        self,
        column: str,
        sentence: str,
        kind: ProblemKind,
        severity: Severity = Severity.ERROR,
        suggestions: tuple[str, ...] = (),
    ) -> Problem:
        """Return a problem of one cell, with what stands in it."""
        return Problem(self.number, column, shown(self.cell(column).as_written), sentence, kind, severity, suggestions)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet of an upload.

    `positions` counts from 0 and is keyed by column name: those of `columns.KNOWN` as they are spelled there, others as
    the sheet spells them; a column without a name is in no key. `rows` are the rows that hold something in a column of
    `columns.KNOWN`, without header and hints. `hidden` are the positions of the columns that Excel hides, and
    `is_hidden` says that it hides the sheet.
    """

    name: str
    positions: Mapping[str, int]
    header: SheetRow
    hints: tuple[SheetRow, ...]
    rows: tuple[SheetRow, ...]
    hidden: frozenset[int] = frozenset()
    is_hidden: bool = False


def listed_rows(rows: Iterable[SheetRow]) -> str:
    """Return the numbers of rows as a sentence has them: `row 7`, `rows 7, 9 and 12`, the first few of many."""
    numbers = [str(row.number) for row in rows]
    if len(numbers) > MOST_LISTED:
        numbers = [*numbers[: MOST_LISTED - 1], f"{len(numbers) - MOST_LISTED + 1} others"]
    return f"row {numbers[0]}" if len(numbers) == 1 else f"rows {', '.join(numbers[:-1])} and {numbers[-1]}"


def read_sheet(content: bytes) -> Sheet:
    """Read an upload's sheet `Import`, else its first one.

    Raises WorkbookRefused with a sentence for the person who uploaded it.
    """
    filled_sheet = filled_rows(Package(content))
    name, all_rows = filled_sheet.name, filled_sheet.rows
    header = all_rows.pop(HEADER_ROW, FilledRow((), is_hidden=False)).cells
    positions = _columns_by_name(name, header)
    sheet_rows = [SheetRow(number, row.cells, positions, row.is_hidden) for number, row in all_rows.items()]
    hints = tuple(row for row in sheet_rows if row.number in _HINT_ROWS and _is_hint(row))
    hint_numbers = {row.number for row in hints}
    known = [positions[column] for column in columns.KNOWN if column in positions]
    filled = tuple(
        row
        for row in sheet_rows
        if row.number not in hint_numbers and not all(row.cells[position].is_blank for position in known)
    )
    header_row = SheetRow(HEADER_ROW, header, positions)
    return Sheet(name, positions, header_row, hints, filled, filled_sheet.hidden, filled_sheet.is_hidden)


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A row that holds something within the width of the first: its cells by position, and whether Excel hides it."""

    cells: tuple[Cell, ...]
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """A sheet's name, its rows that hold something by number, the positions of hidden columns, whether it is hidden."""

    name: str
    rows: dict[int, FilledRow]
    hidden: frozenset[int]
    is_hidden: bool


def filled_rows(package: Package) -> FilledSheet:
    """Return the rows that hold something, as wide as the first row is.

    Raises WorkbookRefused.
    """
    book = workbook_part(package)
    stored_sheet = sheet_cells(package, book.sheet_part, book.sheet)
    stored = stored_sheet.rows
    texts = {cell.text.strip() for row in stored for cell in row.cells.values() if cell.kind == "s" and cell.text}
    wanted = {int(text) for text in texts if text.isdecimal() and len(text) < 10}
    reader = CellReader(
        cell_formats(package, book.styles),
        shared_strings(package, book.strings, wanted),
        is_from_1904=book.is_from_1904,
        computed=book.computed,
    )
    width = 0
    if stored and stored[0].number == HEADER_ROW:
        header = stored[0].cells
        width = max((place + 1 for place, cell in header.items() if not reader.read(cell).is_blank), default=0)
    rows: dict[int, FilledRow] = {}
    for row in stored:
        cells = [BLANK] * width
        for position, cell in row.cells.items():
            if position < width:
                cells[position] = reader.read(cell)
        if any(cell is not BLANK for cell in cells):
            rows[row.number] = FilledRow(tuple(cells), row.is_hidden)
    if len(rows) > MAX_ROWS:
        raise WorkbookRefused(
            f"The sheet {book.sheet} has more than {MAX_ROWS:,} filled rows. Upload the events in several files."
        )
    return FilledSheet(book.sheet, rows, stored_sheet.hidden, book.is_sheet_hidden)


def _columns_by_name(sheet: str, header: Sequence[Cell]) -> dict[str, int]:
    known = {match_key(column): column for column in columns.KNOWN}
    keys = [match_key(as_text(cell.value)) for cell in header]
    found = {key: position for position, key in enumerate(keys) if key}
    if missing := [column for column in columns.REQUIRED if match_key(column) not in found]:
        near = NearNames(
            as_text(cell.value) for cell, key in zip(header, keys, strict=True) if key and key not in known
        )
        named = ", ".join(f"{column}{_in_brackets(near.perhaps(column))}" for column in missing)
        raise WorkbookRefused(
            f"Row {HEADER_ROW} of the sheet {sheet} lacks the column{'s' if len(missing) > 1 else ''} "
            f"{named}. Add what is missing, empty where there is nothing to say."
        )
    if twice := [known.get(key, key) for key, count in Counter(keys).items() if key and count > 1]:
        raise WorkbookRefused(
            f"Row {HEADER_ROW} of the sheet {sheet} has several columns named {', '.join(twice)}. Keep one of each."
        )
    return {known.get(key, as_text(header[position].value)): position for key, position in found.items()}


def _in_brackets(clause: str) -> str:
    return f" ({clause.removeprefix('; ')})" if clause else ""


def _is_hint(row: SheetRow) -> bool:
    """Tell whether most of a row's cells say what to type instead of being it; a row with a date in it never does."""
    filled = [cell.value for cell in row.cells if not cell.is_blank]
    hints = sum(isinstance(value, str) and _is_hint_text(value) for value in filled)
    return hints * 2 > len(filled) and not any(isinstance(value, date) for value in filled)


def _is_hint_text(text: str) -> bool:
    key = match_key(text)
    return key in _HINTS or _EXAMPLE.match(key) is not None
