"""From the bytes of an upload to its sheet: columns by name, rows with their Excel numbers, hint rows set aside."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Final, cast

import openpyxl
from openpyxl.workbook.workbook import Workbook

from sync_assets.errors import SyncError
from sync_assets.event_import.problems import Problem, ProblemKind, Severity
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import BLANK, Cell, CellValue, as_text, shown
from sync_assets.text import match_key

MAX_BYTES: Final = 10 * 1024 * 1024
"""A sitting of 350 events takes about 0.2 MB; ten megabytes is fifty times that and still goes through a request."""
MAX_UNPACKED_BYTES: Final = 48 * 1024 * 1024
"""A zip can unpack to a thousand times its size; this much XML is read in well under a minute on one core."""
MAX_ROWS: Final = 10_000
"""Rows that hold something. Six times the largest sitting so far; more than that is a mistake or another file."""
MAX_COLUMNS: Final = 256
LAST_EXCEL_ROW: Final = 1_048_576
SHEET_NAME: Final = "Import"
HEADER_ROW: Final = 1
_HINT_ROWS: Final = (2, 3)

_OLD_EXCEL_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"
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


class WorkbookRefused(SyncError):
    """The upload cannot be read at all: not a workbook, damaged, too large, or without the columns that it needs."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: its Excel number, its cells by position, and the positions of the named columns."""

    number: int
    cells: tuple[Cell, ...]
    positions: Mapping[str, int] = field(repr=False)

    def cell(self, column: str) -> Cell:
        """Return the cell in a column, blank where the sheet has no such column."""
        position = self.positions.get(column)
        return BLANK if position is None or position >= len(self.cells) else self.cells[position]

    def problem(self, column: str, sentence: str, kind: ProblemKind, severity: Severity = Severity.ERROR) -> Problem:
        """Return a problem of one cell, with what stands in it."""
        return Problem(self.number, column, shown(self.cell(column).value), sentence, kind, severity)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet of an upload.

    `positions` counts from 0 and is keyed by column name: those of `columns.KNOWN` as they are spelled there, others as
    the sheet spells them; a column without a name is in no key. `rows` are the rows that hold something in a column of
    `columns.KNOWN`, without header and hints.
    """

    name: str
    positions: Mapping[str, int]
    header: SheetRow
    hints: tuple[SheetRow, ...]
    rows: tuple[SheetRow, ...]


def read_sheet(content: bytes) -> Sheet:
    """Read an upload's sheet `Import`, else its first one.

    Raises WorkbookRefused with a sentence for the person who uploaded it.
    """
    refuse_unreadable_archive(content)
    with opened(content) as workbook:
        name, rows, formulas = _read_rows(workbook)
    if formulas:
        rows = _with_cached_values(content, name, rows, formulas)
    header = rows[0] if rows and rows[0][0] == HEADER_ROW else (HEADER_ROW, ())
    positions = _columns_by_name(name, header[1])
    sheet_rows = [SheetRow(number, cells, positions) for number, cells in rows if number != HEADER_ROW]
    hints = tuple(row for row in sheet_rows if row.number in _HINT_ROWS and _is_hint(row))
    hint_numbers = {row.number for row in hints}
    known = [positions[column] for column in columns.KNOWN if column in positions]
    filled = tuple(
        row
        for row in sheet_rows
        if row.number not in hint_numbers and not all(row.cells[position].is_blank for position in known)
    )
    return Sheet(name, positions, SheetRow(HEADER_ROW, header[1], positions), hints, filled)


def refuse_unreadable_archive(content: bytes) -> None:
    """Raise WorkbookRefused unless the bytes are a zip archive of a size that may be unpacked."""
    if len(content) > MAX_BYTES:
        raise WorkbookRefused(
            f"The file has {len(content):,} bytes, at most {MAX_BYTES:,} are read. Upload the events in several files."
        )
    if content.startswith(_OLD_EXCEL_OR_ENCRYPTED):
        raise WorkbookRefused(
            "The file is an .xls of an older Excel or has a password. Save it as an .xlsx without a password."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    # zipfile says NotImplementedError of an archive whose header asks for a method or a version that it does not know.
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise WorkbookRefused(
            "The file is not an Excel workbook (.xlsx), or was damaged on its way. Save it again and upload it."
        ) from error
    if unpacked > MAX_UNPACKED_BYTES:
        raise WorkbookRefused(
            f"The workbook unpacks to {unpacked:,} bytes, at most {MAX_UNPACKED_BYTES:,} are read. "
            "Copy the rows that are needed into a new workbook and upload that."
        )


@contextmanager
def opened(content: bytes, *, cached_values: bool = False, streamed: bool = True) -> Iterator[Workbook]:
    """Open a workbook, and turn whatever goes wrong while it is open into WorkbookRefused.

    openpyxl documents no errors of its own: a damaged part shows as KeyError, TypeError, ParseError, zlib.error and
    many more, and its sheets are parsed only while they are iterated. Warnings about features that it leaves out
    (data validation, default styles) say nothing to the person who uploads.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=streamed, data_only=cached_values)
            try:
                yield workbook
            finally:
                workbook.close()
    except SyncError:
        raise
    except Exception as error:
        raise WorkbookRefused(
            f"The workbook is damaged and cannot be read ({type(error).__name__}). "
            "Open it in Excel, save it again as .xlsx and upload it."
        ) from error


_NumberedRow = tuple[int, tuple[Cell, ...]]


def _sheet_name(workbook: Workbook) -> str:
    names = [sheet.title for sheet in workbook.worksheets]
    if not names:
        raise WorkbookRefused("The workbook has no sheet with cells. Put the events on a sheet named Import.")
    return next((name for name in names if match_key(name) == match_key(SHEET_NAME)), names[0])


def _raw_rows(
    workbook: Workbook, name: str, first: int, last: int, width: int
) -> Iterator[tuple[int, list[tuple[CellValue, str]]]]:
    sheet = workbook[name]
    # The dimension that a file states may be wrong, and would cut rows off.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(min_row=first, max_row=last, max_col=width), start=first):
        # Formulas come as objects of several kinds; what matters of them is only the data type.
        yield number, [(cast("CellValue", cell.value), cell.data_type) for cell in row]


def _read_rows(workbook: Workbook) -> tuple[str, list[_NumberedRow], set[tuple[int, int]]]:
    """Return the sheet's name, its rows that hold something, and where formulas stand (row number, position)."""
    name = _sheet_name(workbook)
    header = next((row for _, row in _raw_rows(workbook, name, HEADER_ROW, HEADER_ROW, MAX_COLUMNS)), [])
    width = max((position + 1 for position, (value, _) in enumerate(header) if value is not None), default=1)
    rows: list[_NumberedRow] = []
    formulas: set[tuple[int, int]] = set()
    for number, raw in _raw_rows(workbook, name, HEADER_ROW, LAST_EXCEL_ROW, width):
        if all(value is None for value, _ in raw):
            continue
        if len(rows) > MAX_ROWS:
            raise WorkbookRefused(
                f"The sheet {name} has more than {MAX_ROWS:,} filled rows. Upload the events in several files."
            )
        formulas.update((number, position) for position, (_, kind) in enumerate(raw) if kind == "f")
        rows.append((number, tuple(_cell(value, kind) for value, kind in raw)))
    return name, rows, formulas


def _cell(value: CellValue, kind: str) -> Cell:
    if value is None:
        return BLANK
    if kind == "e":
        return Cell(value, f"The cell holds the error {value}; correct its formula, or type the value itself.")
    return Cell(value)


def _with_cached_values(
    content: bytes, name: str, rows: Sequence[_NumberedRow], formulas: set[tuple[int, int]]
) -> list[_NumberedRow]:
    """Return the rows with each formula replaced by the value that Excel has stored for it."""
    width = max(position for _, position in formulas) + 1
    last = max(number for number, _ in formulas)
    found: dict[tuple[int, int], Cell] = {}
    with opened(content, cached_values=True) as workbook:
        for number, raw in _raw_rows(workbook, name, HEADER_ROW, last, width):
            for position, (value, kind) in enumerate(raw):
                # A formula whose result is empty text is stored with the type of text and no value.
                if (number, position) in formulas and (value is not None or kind in {"s", "str"}):
                    found[number, position] = _cell(value, kind)
    valueless = "The cell holds a formula that Excel has stored no value for; open and save the file in Excel."
    return [
        (
            number,
            tuple(
                found.get((number, position), Cell(None, valueless)) if (number, position) in formulas else cell
                for position, cell in enumerate(cells)
            ),
        )
        for number, cells in rows
    ]


def _columns_by_name(sheet: str, header: Sequence[Cell]) -> dict[str, int]:
    known = {match_key(column): column for column in columns.KNOWN}
    keys = [match_key(as_text(cell.value)) for cell in header]
    found = {key: position for position, key in enumerate(keys) if key}
    if missing := [column for column in columns.REQUIRED if match_key(column) not in found]:
        raise WorkbookRefused(
            f"Row {HEADER_ROW} of the sheet {sheet} lacks the column{'s' if len(missing) > 1 else ''} "
            f"{', '.join(missing)}. Add what is missing, empty where there is nothing to say."
        )
    if twice := [known.get(key, key) for key, count in Counter(keys).items() if key and count > 1]:
        raise WorkbookRefused(
            f"Row {HEADER_ROW} of the sheet {sheet} has several columns named {', '.join(twice)}. Keep one of each."
        )
    return {known.get(key, as_text(header[position].value)): position for key, position in found.items()}


def _is_hint(row: SheetRow) -> bool:
    """Tell whether most of a row's cells say what to type instead of being it; a row with a date in it never does."""
    filled = [cell.value for cell in row.cells if not cell.is_blank]
    hints = sum(isinstance(value, str) and _is_hint_text(value) for value in filled)
    return hints * 2 > len(filled) and not any(isinstance(value, date) for value in filled)


def _is_hint_text(text: str) -> bool:
    key = match_key(text)
    return key in _HINTS or _EXAMPLE.match(key) is not None
