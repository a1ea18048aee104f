"""Three rounds of corrections through another program: LibreOffice opens each error workbook and saves it anew."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sync_assets.event_import.validation.validate import validate_upload
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.error_workbook.styles import Mark
from sync_assets_tests.event_import.workbook.test_error_workbook import (
    IN_ERROR,
    a_planners_workbook,
    corrected,
    page_of,
    place,
)
from sync_assets_tests.event_import.workbooks import KNOWN, saved

LIBRE_OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
SECONDS = 240

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(LIBRE_OFFICE is None, reason="There is no LibreOffice here, and openpyxl does the same rounds"),
]


def saved_by_libre_office(content: bytes, folder: Path) -> bytes:
    """The workbook as LibreOffice writes it once it has opened it."""
    before, after = folder / "before", folder / "after"
    before.mkdir(exist_ok=True)
    (before / "book.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(LIBRE_OFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(after)]
    subprocess.run([*command, str(before / "book.xlsx")], check=True, timeout=SECONDS, capture_output=True)
    return (after / "book.xlsx").read_bytes()


def test_three_rounds_through_libre_office_keep_lists_sheets_and_rows(tmp_path: Path) -> None:
    content = saved_by_libre_office(a_planners_workbook(), tmp_path)
    rounds = (
        ({place(columns.SITTING, 5): "2026A"}, IN_ERROR),
        ({place(columns.DAY, 6): 2}, {5, 6, 9}),
        ({place(columns.LOCATION, 6): "London", place(columns.SITTING, 9): "26A"}, {5, 6, 9}),
    )
    for corrections, in_error in rounds:
        validation, errors = corrected(content)
        assert validation.rows_in_error == in_error
        opened = saved_by_libre_office(errors, tmp_path)
        page = page_of(opened)
        # What is wrong is marked and said in the other program as well.
        for problem in validation.errors:
            cell = page[place(problem.column, problem.row)]
            assert problem.sentence in " ".join(cell.comment.text.split("\n"))
            assert cell.fill.fgColor.rgb == Mark.ERROR.value
        book = load_workbook(io.BytesIO(opened))
        for cell_name, value in corrections.items():
            book["Import"][cell_name].value = value
        content = saved_by_libre_office(saved(book), tmp_path)
        assert book.sheetnames == ["Read me", "Import", "Lists"]
        (list_of_modes,) = load_workbook(io.BytesIO(content))["Import"].data_validations.dataValidation
        assert list_of_modes.formula1.replace("$", "") in ("Lists!A1:A3", "Lists.A1:A3")
        assert load_workbook(io.BytesIO(content))["Lists"]["A2"].value == "Classroom"
    validation = validate_upload(content, KNOWN)
    assert [event.upload.title for event in validation.ready] == ["ELO-A", "ELO-C"]
    assert validation.errors == ()
