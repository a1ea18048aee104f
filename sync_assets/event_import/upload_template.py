"""An empty upload to begin with: the columns with notes, hints, formats and drop-down lists, and a page of help."""

from __future__ import annotations

import io
from typing import Final

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.column_help import HELP
from sync_assets.event_import.workbook.workbook_part import SHEET_NAME

FIRST_ROW: Final = 4
"""The Excel row of the first event, below the header and two rows of hints."""
ROWS: Final = 500
"""Rows that are formatted, so that a day that is typed is one."""
_CHOICES: Final = {columns.LEARNING_MODE: "Blended,Classroom,LMS", columns.WEB_SALE: "Y,N", columns.CANCELLED: "Y,N"}
_FORMATS: Final = {"DD/MM/YYYY": "dd/mm/yyyy", "HH:mm": "hh:mm"}
_AUTHOR: Final = "Template"
_REQUIRED: Final = PatternFill("solid", fgColor="FFDCE6F1")
_HINT: Final = Font(italic=True, color="FF7F7F7F")


def upload_template() -> bytes:
    """Return the template as an .xlsx. Its two hint rows are skipped by the import, also where they are left in."""
    stream = io.BytesIO()
    template_book().save(stream)
    return stream.getvalue()


def template_book() -> Workbook:
    """Return the template as a workbook whose first sheet takes events from row `FIRST_ROW` on."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = SHEET_NAME
    for position, each in enumerate(HELP, start=1):
        header = page.cell(1, position)
        header.value = each.column
        header.font = Font(bold=True)
        if each.column in columns.REQUIRED:
            header.fill = _REQUIRED
        header.comment = Comment(f"{each.meaning}\n\nWritten as: {each.written}.\n\nFilled in: {each.rows}.", _AUTHOR)
        header.comment.width, header.comment.height = 320, 180
        for row, hint in ((2, each.example), (3, each.hint)):
            page.cell(row, position).value = hint or None
            page.cell(row, position).font = _HINT
        page.column_dimensions[get_column_letter(position)].width = max(14, len(each.column) + 2)
        _format(page, position, each.column, _FORMATS.get(each.hint))
    page.freeze_panes = "C2"
    _write_help(book.create_sheet("Columns"))
    return book


def _format(page: Worksheet, position: int, column: str, number_format: str | None) -> None:
    letter = get_column_letter(position)
    if number_format is not None:
        for row in range(FIRST_ROW, ROWS + 1):
            page.cell(row, position).number_format = number_format
    if column in _CHOICES:
        choice = DataValidation(type="list", formula1=f'"{_CHOICES[column]}"', allow_blank=True)
        choice.add(f"{letter}{FIRST_ROW}:{letter}{ROWS}")
        page.add_data_validation(choice)


def _write_help(page: Worksheet) -> None:
    page.append(["Column", "Filled in the row of", "What it means", "How it is written", "Where it goes"])
    for each in HELP:
        page.append([each.column, each.rows, each.meaning, each.written, each.goes_to])
    for row in page.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in page[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDE", (26, 26, 60, 50, 40), strict=True):
        page.column_dimensions[letter].width = width
