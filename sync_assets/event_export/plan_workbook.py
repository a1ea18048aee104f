"""Rows of an upload as an .xlsx in the layout of the template."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Final

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Font

from sync_assets.event_export.plan_rows import CellContent, Row
from sync_assets.event_import.upload_template import FIRST_ROW, template_book
from sync_assets.event_import.workbook import columns

_DATE, _TIME, _TIME_WITH_SECONDS = "dd/mm/yyyy", "hh:mm", "hh:mm:ss"
_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")
_FORMULA_STARTS: Final = ("=", "+", "-", "@")


def rows_as_workbook(rows: Sequence[Row]) -> bytes:
    """Return rows as a workbook; a column that the template does not have comes behind those that it has."""
    book = template_book()
    page = book.worksheets[0]
    positions = {str(cell.value): cell.column for cell in page[1] if cell.value}
    for name in _further_columns(rows):
        positions[name] = len(positions) + 1
        page.cell(1, positions[name]).value = name
        page.cell(1, positions[name]).font = Font(bold=True)
    for number, row in enumerate(rows, start=FIRST_ROW):
        for name, value in row.items():
            _write(page.cell(number, positions[name]), value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _further_columns(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row if name not in columns.KNOWN))


def _write(cell: Cell | MergedCell, value: CellContent) -> None:
    """Write a value as what it is: a day as a day, a text as a text, also one that looks like a formula."""
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.value = _LOOKS_ESCAPED.sub("_x005F_", text)
        cell.data_type = "s"
        if text.startswith(_FORMULA_STARTS):
            cell.quotePrefix = True
        return
    cell.value = value
    if isinstance(value, date):
        cell.number_format = _DATE
    elif isinstance(value, time):
        cell.number_format = _TIME_WITH_SECONDS if value.second else _TIME
