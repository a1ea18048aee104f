"""An upload with cells corrected: those cells and nothing else."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import load_workbook

from sync_assets.event_import.validation.validate import validate_upload
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.corrections import corrected_workbook, error_workbook
from sync_assets.event_import.workbook.sheet import WorkbookRefused, read_sheet
from sync_assets_tests.event_import.workbooks import KNOWN, event_row, lms_row, session_row, workbook

BAD = (event_row(), session_row(2, DAY="two"), session_row(3, SESSION_INSTRUCTOR="Ida Fernsbey"))


def corrected(content: bytes, texts: dict[tuple[int, str], str]) -> bytes:
    return corrected_workbook(content, read_sheet(content), texts)


def test_corrected_cells_make_the_upload_good_and_every_other_cell_is_as_it_was() -> None:
    content = workbook(lms_row(), *BAD)
    new = corrected(content, {(6, columns.DAY): "2", (7, columns.SESSION_INSTRUCTOR): "Ida Fernsby"})
    assert validate_upload(new, KNOWN).problems == ()
    before, after = read_sheet(content), read_sheet(new)
    assert [row.number for row in after.rows] == [row.number for row in before.rows]
    differ = {
        (row.number, position)
        for row, old in zip(after.rows, before.rows, strict=True)
        for position, (cell, former) in enumerate(zip(row.cells, old.cells, strict=True))
        if cell.value != former.value
    }
    positions = after.positions
    assert differ == {(6, positions[columns.DAY]), (7, positions[columns.SESSION_INSTRUCTOR])}


def test_what_is_not_the_sheet_stays_byte_for_byte() -> None:
    content = workbook(*BAD)
    new = corrected(content, {(5, columns.DAY): "2"})
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(io.BytesIO(new)) as written:
        for name in old.namelist():
            if "worksheets/" not in name and "styles" not in name:
                assert written.read(name) == old.read(name), name


def test_a_cell_that_the_file_does_not_hold_is_added() -> None:
    content = workbook(event_row(WEB_SALE=None))
    new = corrected(content, {(4, columns.TUTORS): "Ida Fernsby"})
    assert read_sheet(new).rows[0].cell(columns.TUTORS).value == "Ida Fernsby"


@pytest.mark.parametrize("text", ["=1+1", "<b>&", "_x0041_", " spaces ", "", "Łódź 🎓", "@SUM(A1)", "a\x01b"])
def test_any_text_comes_back_as_it_was_typed(text: str) -> None:
    new = corrected(workbook(event_row()), {(4, columns.EXTRA_INFORMATION): text, (4, columns.EVENT_URL): text})
    page = load_workbook(io.BytesIO(new))["Import"]
    assert page is not None
    cell = read_sheet(new).rows[0].cell(columns.EVENT_URL)
    assert cell.value == (text.replace("\x01", "") or None)
    assert cell.flaw is None


def test_a_formula_in_the_row_becomes_its_result_and_the_correction_is_no_formula() -> None:
    new = corrected(workbook(event_row(SESSION_URL="=A1")), {(4, columns.SESSION_URL): "https://example.org"})
    assert validate_upload(new, KNOWN).problems == ()


def test_a_workbook_of_rows_to_correct_is_corrected_like_any_other() -> None:
    content = workbook(lms_row(), *BAD)
    validation = validate_upload(content, KNOWN)
    to_correct = error_workbook(content, validation.sheet, validation.rows_in_error, validation.problems)
    new = corrected(to_correct, {(6, columns.DAY): "2", (7, columns.SESSION_INSTRUCTOR): "Ida Fernsby"})
    assert validate_upload(new, KNOWN).problems == ()
    cell = load_workbook(io.BytesIO(new))["Import"].cell(6, read_sheet(new).positions[columns.DAY] + 1)
    assert cell.comment is None


@pytest.mark.parametrize("place", [(1, columns.DAY), (99, columns.DAY), (4, "Cabin"), (-1, columns.DAY)])
def test_a_cell_that_there_is_not_is_refused(place: tuple[int, str]) -> None:
    with pytest.raises(WorkbookRefused, match="no cell in row"):
        corrected(workbook(event_row()), {place: "x"})


def test_a_cell_that_is_too_long_is_refused() -> None:
    with pytest.raises(WorkbookRefused, match="at most 32,767"):
        corrected(workbook(event_row()), {(4, columns.DAY): "x" * 40_000})


def test_a_problem_offers_the_whole_cell_with_the_name_that_may_be_meant() -> None:
    content = workbook(event_row(), session_row(2, SESSION_INSTRUCTOR="Ida Fernsbey"))
    problems = validate_upload(content, KNOWN).errors
    assert [problem.suggestions for problem in problems] == [("Ida Fernsby",)]
