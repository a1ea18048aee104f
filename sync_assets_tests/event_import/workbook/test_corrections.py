from __future__ import annotations

import io
import zipfile
from datetime import time

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from sync_assets.event_import.validation.validate import validate_upload
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.corrections import error_workbook
from sync_assets.event_import.workbook.error_workbook.styles import Mark
from sync_assets.event_import.workbook.sheet import Sheet, read_sheet
from sync_assets_tests.event_import.workbooks import (
    HEADER,
    KNOWN,
    Row,
    event_row,
    lms_row,
    saved,
    session_row,
    workbook,
)

DAY_COLUMN = HEADER.index(columns.DAY) + 1
TITLE_COLUMN = HEADER.index(columns.EVENT_TITLE) + 1


def errors_of(content: bytes) -> bytes:
    validation = validate_upload(content, KNOWN)
    return error_workbook(content, validation.sheet, validation.rows_in_error, validation.problems)


def page_of(content: bytes) -> Worksheet:
    return load_workbook(io.BytesIO(content))["Import"]


def values(sheet: Sheet) -> list[list[object]]:
    return [[cell.value for cell in row.cells] for row in sheet.rows]


BAD: tuple[Row, ...] = (event_row(), session_row(2, DAY="two"), session_row(3))


def test_it_holds_exactly_the_rows_of_the_events_in_error_and_reads_back_the_same() -> None:
    content = workbook(lms_row(), *BAD, event_row(EVENT_TITLE="ELO-CB1-02"))
    sheet = read_sheet(errors_of(content))
    assert values(sheet) == values(read_sheet(content))[1:4]
    assert [row.number for row in sheet.rows] == [5, 6, 7]
    assert [row.number for row in sheet.hints] == [2, 3]
    assert [cell.value for cell in sheet.header.cells] == list(HEADER)


def test_its_upload_after_correction_imports_exactly_them() -> None:
    book = load_workbook(io.BytesIO(errors_of(workbook(lms_row(), *BAD))))
    book["Import"].cell(6, DAY_COLUMN).value = 2
    validation = validate_upload(saved(book), KNOWN)
    assert validation.problems == ()
    assert [event.upload.title for event in validation.ready] == ["ELO-CB1-01"]
    assert len(validation.ready[0].sessions) == 3


def test_only_the_offending_cells_are_filled_and_commented() -> None:
    page = page_of(errors_of(workbook(*BAD)))
    marked = {cell.coordinate for row in page.iter_rows() for cell in row if cell.comment is not None}
    offending = page.cell(5, DAY_COLUMN)
    assert marked == {offending.coordinate}
    assert offending.fill.fgColor.rgb == Mark.ERROR.value
    assert "Expected a whole number" in str(offending.comment)
    assert page.cell(4, DAY_COLUMN).fill.fgColor.rgb != Mark.ERROR.value


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-5", "@SUM(A1)", '=HYPERLINK("https://example.org")'])
def test_text_that_looks_like_a_formula_is_written_as_text(text: str) -> None:
    book = load_workbook(io.BytesIO(workbook(*BAD)))
    cell = book["Import"].cell(4, TITLE_COLUMN)
    cell.value = text
    cell.data_type = "s"
    content = saved(book)
    assert read_sheet(content).rows[0].cell(columns.EVENT_TITLE).value == text
    written = page_of(errors_of(content)).cell(4, TITLE_COLUMN)
    assert (written.value, written.data_type, bool(written.quotePrefix)) == (text, "s", True)


def test_a_formula_without_a_value_stays_an_error_until_it_is_corrected() -> None:
    page = page_of(errors_of(workbook(event_row(SESSION_URL="=A1"))))
    cell = page.cell(4, HEADER.index(columns.SESSION_URL) + 1)
    assert (cell.value, cell.data_type) == ("#VALUE!", "e")
    assert validate_upload(errors_of(workbook(event_row(SESSION_URL="=A1"))), KNOWN).ready == ()


def test_widths_and_formats_are_those_of_the_upload() -> None:
    book = load_workbook(io.BytesIO(workbook(*BAD)))
    page = book["Import"]
    page.column_dimensions["B"].width = 41
    page["A1"].font = Font(bold=True)
    start = page.cell(5, HEADER.index(columns.CLASSROOM_START_DATE) + 1)
    start.number_format = "dd/mm/yyyy"
    written = page_of(errors_of(saved(book)))
    assert written.column_dimensions["B"].width == 41
    assert written["A1"].font.bold
    assert written[start.coordinate].number_format == "dd/mm/yyyy"


@pytest.mark.parametrize("digits", [b"9" * 400, b"1e999"])
def test_a_number_beyond_all_bounds_is_written_as_its_text(digits: bytes) -> None:
    source, target = io.BytesIO(workbook(event_row(MAX_PLACES=987654321))), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"987654321", digits))
    written = page_of(errors_of(target.getvalue())).cell(4, HEADER.index(columns.MAX_PLACES) + 1)
    assert written.data_type == "s"


def test_blanks_stay_blank_and_values_keep_their_types() -> None:
    page = page_of(errors_of(workbook(*BAD)))
    assert page.cell(4, HEADER.index(columns.TUTORS) + 1).value is None
    assert page.cell(4, HEADER.index(columns.LMS_START_TIME) + 1).value == time(16, 0)
    assert page.cell(4, HEADER.index(columns.MAX_PLACES) + 1).value == 14


def test_a_problem_of_a_column_that_the_sheet_lacks_marks_the_start_of_its_row() -> None:
    content = workbook(*BAD)
    validation = validate_upload(content, KNOWN)
    elsewhere = [type(problem)(5, "Cabin", "", "It is missing.", problem.kind) for problem in validation.problems]
    page = page_of(error_workbook(content, validation.sheet, validation.rows_in_error, elsewhere))
    assert "Cabin: It is missing." in page["A5"].comment.text
