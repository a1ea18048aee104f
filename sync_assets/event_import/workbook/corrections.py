"""The rows of the events in error as a workbook of the upload's own layout, to be corrected and uploaded again."""

from __future__ import annotations

import io
import re
import sys
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from copy import copy
from datetime import datetime
from typing import Any, Final, cast

import openpyxl
from openpyxl import Workbook
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from sync_assets.errors import SyncError
from sync_assets.event_import.problems import Problem
from sync_assets.event_import.workbook.cells import Cell as UploadedCell
from sync_assets.event_import.workbook.sheet import SHEET_NAME, Sheet, WorkbookRefused

ERROR_FILL: Final = PatternFill("solid", fgColor="FFF4B6B6")
WARNING_FILL: Final = PatternFill("solid", fgColor="FFFCE9B0")
COMMENT_AUTHOR: Final = "Event import"
_COMMENT_WIDTH: Final = 320
_COMMENT_LINE_HEIGHT: Final = 22
_FORMULA_START = re.compile(r"[=+\-@]")
_FORBIDDEN_IN_SHEET_NAMES = re.compile(r"[\\*?:/\[\]]")
_LONGEST_SHEET_NAME: Final = 31
# A file can hold digits beyond it, which are read as an int or as infinity and could not be written as a number.
_LARGEST_DOUBLE: Final = sys.float_info.max
_NO_VALUE: Final = "#VALUE!"
# Excel has no dates before this one; a file that holds one all the same gets it back as text.
_FIRST_EXCEL_DATE: Final = datetime(1900, 1, 1)  # noqa: DTZ001 - cells have no zone


def error_workbook(content: bytes, sheet: Sheet, rows: Collection[int], problems: Iterable[Problem]) -> bytes:
    """Return an .xlsx with the header, the hint rows and those of `rows` (Excel numbers of `sheet`), marked.

    `content` is the upload that `sheet` was read from; widths and formats are taken from it where openpyxl can read
    them. A cell with a problem is filled and carries the sentences as a comment. No cell is a formula: stored results
    are written as values, and text that looks like a formula stays text.
    """
    kept = (sheet.header, *sheet.hints, *(row for row in sheet.rows if row.number in rows))
    by_cell: dict[tuple[int, int], list[Problem]] = defaultdict(list)
    for problem in problems:
        # A column that the sheet does not have is marked at the start of the row.
        by_cell[problem.row, sheet.positions.get(problem.column, 0)].append(problem)
    target = Workbook()
    page = target.worksheets[0]
    page.title = _FORBIDDEN_IN_SHEET_NAMES.sub(" ", sheet.name)[:_LONGEST_SHEET_NAME] or SHEET_NAME
    written = {row.number: place for place, row in enumerate(kept, start=1)}
    for row in kept:
        for position, uploaded in enumerate(row.cells):
            _write(_cell(page, written[row.number], position), uploaded)
    _copy_layout(content, sheet, page, written)
    for (number, position), found in by_cell.items():
        if number in written:
            _mark(_cell(page, written[number], position), found)
    page.freeze_panes = "A2"
    stream = io.BytesIO()
    target.save(stream)
    return stream.getvalue()


def _cell(page: Worksheet, row: int, position: int) -> Cell:
    # Nothing is merged on a page of our own.
    return cast("Cell", page.cell(row, position + 1))


def _write(cell: Cell, uploaded: UploadedCell) -> None:
    value = uploaded.value
    if uploaded.flaw is not None and isinstance(value, str) and value not in ERROR_CODES:
        _write_text(cell, value)
    elif uploaded.flaw is not None:
        # Left empty it would pass for a blank the next time; as an error it stays one until somebody corrects it.
        cell.value = value if value in ERROR_CODES else _NO_VALUE
        cell.data_type = "e"
    elif isinstance(value, str):
        _write_text(cell, value)
    elif isinstance(value, int | float) and not abs(value) <= _LARGEST_DOUBLE:
        _write_text(cell, str(value))
    elif isinstance(value, datetime) and value < _FIRST_EXCEL_DATE:
        _write_text(cell, value.isoformat(sep=" "))
    elif value is not None:
        cell.value = value


def _write_text(cell: Cell, text: str) -> None:
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.value = clean
    cell.data_type = "s"
    if _FORMULA_START.match(clean):
        cell.quotePrefix = True


def _copy_layout(content: bytes, sheet: Sheet, page: Worksheet, written: Mapping[int, int]) -> None:
    """Copy widths and formats. Only a full read has the widths; where it fails, the rows go without."""
    with suppress(WorkbookRefused), opened(content, streamed=False) as workbook:
        source = workbook[sheet.name]
        for letter, dimension in source.column_dimensions.items():
            own = page.column_dimensions[letter]
            own.min, own.max = dimension.min, dimension.max
            own.width, own.hidden = dimension.width, dimension.hidden
        formats: dict[int, list[tuple[str, Any]]] = {}
        for number, place in written.items():
            for column in range(1, len(sheet.header.cells) + 1):
                original = source.cell(number, column)
                if not original.has_style:
                    continue
                if original.style_id not in formats:
                    formats[original.style_id] = _own_formats(original)
                for name, value in formats[original.style_id]:
                    setattr(page.cell(place, column), name, value)


def _own_formats(cell: Any) -> list[tuple[str, Any]]:
    """Return the formats of a cell that are not those of a new one; number formats of texts and dates included."""
    found = [(name, copy(getattr(cell, name))) for name in ("font", "fill", "border", "alignment")]
    plain = {"font": Font(), "fill": PatternFill(), "border": Border(), "alignment": Alignment()}
    return [("number_format", cell.number_format), *((name, value) for name, value in found if value != plain[name])]


def _mark(cell: Cell, found: list[Problem]) -> None:
    cell.fill = ERROR_FILL if any(problem.is_error for problem in found) else WARNING_FILL
    text = "\n".join(f"{problem.column}: {problem.sentence}" for problem in found)
    comment = Comment(ILLEGAL_CHARACTERS_RE.sub("", text), COMMENT_AUTHOR)
    comment.width = _COMMENT_WIDTH
    comment.height = _COMMENT_LINE_HEIGHT * (2 + len(text) // 45)
    cell.comment = comment


@contextmanager
def opened(content: bytes, *, streamed: bool = True) -> Iterator[Workbook]:
    """Open a workbook, and turn whatever goes wrong while it is open into WorkbookRefused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=streamed)
            try:
                yield workbook
            finally:
                workbook.close()
    except SyncError:
        raise
    except Exception as error:
        raise WorkbookRefused(str(error)) from error
