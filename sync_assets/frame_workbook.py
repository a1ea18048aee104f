"""Tables as an .xlsx: a sheet for each, with a header, widths and a filter, and no cell that is a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sync_assets.shown_text import one_line

LONGEST_CELL: Final = 32_767
"""Excel's own limit."""
_NARROWEST, _WIDEST = 12, 80
_FORMULA_STARTS: Final = ("=", "+", "-", "@")


def frames_as_workbook(frames: Mapping[str, pd.DataFrame]) -> bytes:
    """Return frames as a workbook, each on a sheet of its name."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, frame in frames.items():
        _fill(book.create_sheet(name), frame)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(page: Worksheet, frame: pd.DataFrame) -> None:
    names = [str(name).replace("_", " ") for name in frame.columns]
    widths = [len(name) for name in names]
    for number, row in enumerate([names, *frame.astype(object).itertuples(index=False, name=None)], start=1):
        for position, value in enumerate(row, start=1):
            widths[position - 1] = max(widths[position - 1], _write(page, number, position, value))
    for position, width in enumerate(widths, start=1):
        page.cell(1, position).font = Font(bold=True)
        page.column_dimensions[get_column_letter(position)].width = min(max(width, _NARROWEST), _WIDEST) + 2
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(max(1, len(names)))}{max(page.max_row, 1)}"


def _write(page: Worksheet, row: int, position: int, value: object) -> int:
    """Write a value and return how many characters wide it is; what is missing stays empty."""
    cell = page.cell(row, position)
    if isinstance(value, int) and not isinstance(value, bool):
        cell.value = value
        return len(str(value))
    text = one_line(value)[:LONGEST_CELL]
    if not text:
        return 0
    cell.value = text
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True
    return len(text)
