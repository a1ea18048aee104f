"""The report of an import as an .xlsx: a sheet of its events, in the order of the file, and one of its problems."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sync_assets.event_import.report import ImportReport
from sync_assets.event_import.report_text import report_as_frame
from sync_assets.shown_text import one_line

LONGEST_CELL: Final = 32_767
"""Excel's own limit."""
_WIDTHS: Final[Mapping[str, int]] = {"event": 34, "done": 30, "changes": 50, "why": 80, "sentence": 100, "value": 30}
_WIDTH: Final = 18
_FORMULA_STARTS: Final = ("=", "+", "-", "@")


def report_as_workbook(report: ImportReport) -> bytes:
    """Return the report as a workbook. No cell of it is a formula, whatever its text begins with."""
    book = Workbook()
    events = book.worksheets[0]
    events.title = "Events"
    frame = report_as_frame(report)
    _fill(events, list(frame.columns), frame.astype(object).itertuples(index=False, name=None))
    problems = book.create_sheet("Problems")
    _fill(
        problems,
        ["row", "column", "value", "severity", "sentence"],
        ((each.row, each.column, each.value, str(each.severity), each.sentence) for each in report.problems),
    )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(page: Worksheet, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    for number, row in enumerate(([each.replace("_", " ") for each in columns], *rows), start=1):
        for position, value in enumerate(row, start=1):
            _write(page, number, position, value)
    for position, name in enumerate(columns, start=1):
        page.cell(1, position).font = Font(bold=True)
        page.column_dimensions[get_column_letter(position)].width = _WIDTHS.get(name, _WIDTH)
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(page.max_row, 1)}"


def _write(page: Worksheet, row: int, position: int, value: object) -> None:
    cell = page.cell(row, position)
    if isinstance(value, int):
        cell.value = value
    elif value is not None and value is not pd.NA and value != "":
        text = one_line(value)[:LONGEST_CELL]
        cell.value = text
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if text.startswith(_FORMULA_STARTS):
            cell.quotePrefix = True
