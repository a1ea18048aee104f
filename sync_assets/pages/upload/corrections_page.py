"""Cells that were corrected in the page: they make a new upload."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from sync_assets.event_import.stored_uploads import load_upload
from sync_assets.event_import.workbook.cells import shown
from sync_assets.event_import.workbook.corrections import corrected_workbook
from sync_assets.event_import.workbook.sheet import Sheet, read_sheet
from sync_assets.pages.access.form import Form, storable
from sync_assets.pages.upload.upload_page import keep_upload
from sync_assets.pages.visit import Visit, page

CELL: Final = "cell:"
"""Begins the name of a field with one cell: `cell:44:Venue`."""
SAME: Final = "same:"
"""Begins the name of a field with one value for many cells, which `cells:` names: `same:0` and `cells:0`."""
CELLS: Final = "cells:"
CORRECTED: Final = " - corrected"


def correct(visit: Visit) -> Response:
    """Make a new upload of the corrected cells and show its plan."""
    key = visit.part("key")
    with visit.bridge() as connection:
        upload = load_upload(connection, key)
    sheet = read_sheet(upload.content)
    texts = changed_cells(visit.form, sheet)
    if not texts:
        raise HTTPException(422, "No cell was changed. Go back and correct one.")
    content = corrected_workbook(upload.content, sheet, texts)
    new = keep_upload(visit, corrected_name(upload.file_name), content, corrects=key)
    return visit.go_to(f"/uploads/{new}/plan")


def changed_cells(form: Form, sheet: Sheet) -> dict[tuple[int, str], str]:
    """Return the texts of a form that differ from the sheet, by Excel row and column; single cells count most.

    Raises HTTPException for a form that the page does not make.
    """
    texts: dict[tuple[int, str], str] = {}
    for name in form.fields:
        if name.startswith(SAME) and (text := form.text(name).strip()):
            texts |= dict.fromkeys(_cells(form.text(f"{CELLS}{name.removeprefix(SAME)}")), text)
    before = {row.number: row for row in sheet.rows}
    for name in form.fields:
        if name.startswith(CELL):
            row, _, column = name.removeprefix(CELL).partition(":")
            place, text = (_number(row), column), form.text(name).strip()
            known = before.get(place[0])
            if known is None or text != shown(known.cell(column).as_written):
                texts[place] = text
    return texts


def corrected_name(file_name: str) -> str:
    """Return the name of a corrected file; the same in every round."""
    path = PurePath(file_name)
    return f"{path.stem.removesuffix(CORRECTED)}{CORRECTED}{path.suffix or '.xlsx'}"


def _cells(text: str) -> list[tuple[int, str]]:
    try:
        return [(int(row), storable(str(column))) for row, column in json.loads(text)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise HTTPException(400, "The form could not be read.") from None


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 7:
        raise HTTPException(400, "The form could not be read.")
    return int(text)


ROUTES: Final = [page("/uploads/{key}/corrections", correct, sends=True)]
