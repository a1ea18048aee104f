"""A workbook as a plain table of texts: for what is dropped and is not an upload of events."""

from __future__ import annotations

from collections.abc import Iterable

from sync_assets.event_import.workbook.cells import Cell, as_text
from sync_assets.event_import.workbook.package import Package
from sync_assets.event_import.workbook.refusal import WorkbookRefused
from sync_assets.event_import.workbook.sheet import HEADER_ROW, filled_rows
from sync_assets.text import match_key


def column_names(content: bytes) -> frozenset[str]:
    """Return the names in row 1 of the sheet that is read, in small letters, `_` for spaces. Raises WorkbookRefused."""
    rows = filled_rows(Package(content)).rows
    return frozenset(_names(rows[HEADER_ROW].cells if HEADER_ROW in rows else ())) - {""}


def read_table(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """Return the rows below the header: the Excel number, and the texts by the names of `column_names`.

    Raises WorkbookRefused for what cannot be read, and for a cell whose value cannot be believed.
    """
    filled = filled_rows(Package(content))
    sheet, rows = filled.name, filled.rows
    header = rows.pop(HEADER_ROW, None)
    names = [] if header is None else _names(header.cells)
    table = []
    for number, row in rows.items():
        for name, cell in zip(names, row.cells, strict=False):
            if name and cell.flaw is not None:
                raise WorkbookRefused(f"Row {number} of the sheet {sheet}, {name}: {cell.flaw}")
        texts = {name: as_text(cell.as_written) for name, cell in zip(names, row.cells, strict=False) if name}
        table.append((number, texts))
    return table


def _names(cells: Iterable[Cell]) -> list[str]:
    return [match_key(as_text(cell.value)).replace(" ", "_") for cell in cells]
