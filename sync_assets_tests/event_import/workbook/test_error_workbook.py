"""The error workbook is the upload itself: what is not about the rows that are taken out stays as it was."""

from __future__ import annotations

import io
import zipfile
import zlib
from datetime import date

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sync_assets.event_import.validation.validate import Validation, validate_upload
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.corrections import error_workbook
from sync_assets.event_import.workbook.error_workbook.styles import Mark
from sync_assets.event_import.workbook.sheet import read_sheet
from sync_assets_tests.event_import.raw_workbooks import Formula, RawWorkbook
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

ROWS: tuple[Row, ...] = (
    lms_row(),
    event_row(EVENT_TITLE="ELO-A", SITTING=None),
    session_row(2, DAY="two", LOCATION="Londn", VENUE=None),
    event_row(EVENT_TITLE="ELO-B"),
    session_row(2),
    lms_row(EVENT_TITLE="ELO-C", SITTING="never"),
)
IN_ERROR = {5, 6, 9}


def place(column: str, row: int) -> str:
    return f"{load_letter(column)}{row}"


def load_letter(column: str) -> str:
    position = HEADER.index(column)
    return chr(ord("A") + position) if position < 26 else "A" + chr(ord("A") + position - 26)


def a_planners_workbook() -> bytes:
    """An upload with what people put into workbooks beside the rows."""
    book = load_workbook(io.BytesIO(workbook(*ROWS, sheet="Import", before=["Read me"])))
    page = book["Import"]
    modes = DataValidation(type="list", formula1="Lists!$A$1:$A$3", allow_blank=True)
    modes.add("D2:D500")
    page.add_data_validation(modes)
    page.conditional_formatting.add(
        "P2:P500", CellIsRule(operator="greaterThan", formula=["20"], fill=PatternFill("solid", bgColor="FFFF0000"))
    )
    page.column_dimensions["B"].width = 41
    page.row_dimensions[5].height = 33
    page.freeze_panes = "C2"
    page.merge_cells("AG5:AG6")
    page.auto_filter.ref = "A1:AI9"
    page.auto_filter.add_filter_column(3, ["Blended"])
    page.row_dimensions[6].hidden = True
    page[place(columns.EVENT_URL, 4)].hyperlink = "https://meet.example.org/room-9/"
    page[place(columns.EVENT_URL, 5)].hyperlink = "https://meet.example.org/room-1/"
    page[place(columns.SITTING, 5)].comment = Comment("Which one?", "A planner")
    page[place(columns.EVENT_TITLE, 4)].comment = Comment("Done", "A planner")
    page[place(columns.EVENT_TITLE, 5)].comment = Comment("Ask Ida", "A planner")
    page[place(columns.DAY, 6)].fill = PatternFill("solid", fgColor="FF00B050")
    page[place(columns.LMS_START_DATE, 5)].number_format = "dd/mm/yyyy"
    lists = book.create_sheet("Lists")
    for row, mode in enumerate(("Blended", "Classroom", "LMS"), start=1):
        lists.cell(row, 1).value = mode
    lists["B1"] = "=COUNTA(A1:A3)"
    book.defined_names["Modes"] = DefinedName("Modes", attr_text="Lists!$A$1:$A$3")
    return saved(book)


def corrected(content: bytes) -> tuple[Validation, bytes]:
    validation = validate_upload(content, KNOWN)
    return validation, error_workbook(content, validation.sheet, validation.rows_in_error, validation.problems)


def page_of(content: bytes) -> Worksheet:
    return load_workbook(io.BytesIO(content))["Import"]


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_only_the_rows_in_error_are_left_under_their_own_numbers() -> None:
    content = a_planners_workbook()
    validation, errors = corrected(content)
    assert validation.rows_in_error == IN_ERROR
    assert {row.number for row in read_sheet(errors).rows} == IN_ERROR
    page = page_of(errors)
    shown = [row for row in range(1, 10) if not page.row_dimensions[row].hidden]
    assert shown == [1, 2, 3, 5, 6, 9]


def test_everything_else_is_as_it_was() -> None:
    content = a_planners_workbook()
    _, errors = corrected(content)
    before, after = parts_of(content), parts_of(errors)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {
        "xl/worksheets/sheet2.xml",
        "xl/comments/comment1.xml",
        "xl/drawings/commentsDrawing1.vml",
        "xl/styles.xml",
    }
    book = load_workbook(io.BytesIO(errors))
    page = book["Import"]
    assert book.sheetnames == ["Read me", "Import", "Lists"]
    assert book["Lists"]["B1"].value == "=COUNTA(A1:A3)"
    assert "Modes" in book.defined_names
    assert [str(each.sqref) for each in page.data_validations.dataValidation] == ["D2:D500"]
    assert [str(each.sqref) for each in page.conditional_formatting] == ["P2:P500"]
    assert [str(each) for each in page.merged_cells.ranges] == ["AG5:AG6"]
    assert (page.column_dimensions["B"].width, page.row_dimensions[5].height, page.freeze_panes) == (41, 33, "C2")
    assert page[place(columns.LMS_START_DATE, 5)].number_format == "dd/mm/yyyy"
    assert (page.auto_filter.ref, page.auto_filter.filterColumn) == ("A1:AI9", [])


def test_what_belongs_to_a_row_goes_with_it() -> None:
    _, errors = corrected(a_planners_workbook())
    page = page_of(errors)
    assert page[place(columns.EVENT_TITLE, 4)].comment is None
    assert page[place(columns.EVENT_URL, 4)].hyperlink is None
    link = page[place(columns.EVENT_URL, 5)].hyperlink
    assert link is not None
    assert link.target == "https://meet.example.org/room-1/"


def test_a_note_of_somebody_stays_with_ours_below_it() -> None:
    _, errors = corrected(a_planners_workbook())
    page = page_of(errors)
    assert page[place(columns.EVENT_TITLE, 5)].comment.text == "Ask Ida"
    both = page[place(columns.SITTING, 5)].comment
    assert both.author == "A planner"
    assert both.text.startswith("Which one?\n— Event import —\nSitting: The cell is empty")


def fill_of(page: Worksheet, column: str, row: int) -> str:
    return str(page[place(column, row)].fill.fgColor.rgb)


def test_three_rounds_of_corrections_end_with_the_workbook_that_was_sent_in() -> None:
    content = a_planners_workbook()
    rounds = [
        ({place(columns.SITTING, 5): "2026A"}, IN_ERROR),
        ({place(columns.DAY, 6): 2}, {5, 6, 9}),
        ({place(columns.LOCATION, 6): "London", place(columns.SITTING, 9): "26A"}, {5, 6, 9}),
    ]
    for corrections, in_error in rounds:
        validation, errors = corrected(content)
        assert validation.rows_in_error == in_error
        book = load_workbook(io.BytesIO(errors))
        for cell, value in corrections.items():
            book["Import"][cell].value = value
        content = saved(book)
    validation = validate_upload(content, KNOWN)
    assert [event.upload.title for event in validation.ready] == ["ELO-A", "ELO-C"]
    assert validation.errors == ()
    # The marks of the rounds are gone from what a last round gives back, theirs are there.
    page = page_of(error_workbook(content, validation.sheet, IN_ERROR, ()))
    assert {cell.coordinate: cell.comment.text for row in page.iter_rows() for cell in row if cell.comment} == {
        place(columns.SITTING, 5): "Which one?",
        place(columns.EVENT_TITLE, 5): "Ask Ida",
    }
    assert fill_of(page, columns.DAY, 6) == "FF00B050"
    marks = {mark.value for mark in Mark}
    assert not [cell for row in page.iter_rows() for cell in row if cell.fill.fgColor.rgb in marks]
    assert [str(each.sqref) for each in page.data_validations.dataValidation] == ["D2:D500"]
    assert load_workbook(io.BytesIO(content))["Lists"]["B1"].value == "=COUNTA(A1:A3)"


def test_the_same_upload_gives_the_same_bytes_and_a_second_round_adds_nothing() -> None:
    content = a_planners_workbook()
    _, first = corrected(content)
    assert corrected(content)[1] == first
    _, second = corrected(first)
    _, third = corrected(second)
    assert parts_of(third)["xl/comments/comment1.xml"] == parts_of(second)["xl/comments/comment1.xml"]
    assert parts_of(third)["xl/drawings/commentsDrawing1.vml"] == parts_of(second)["xl/drawings/commentsDrawing1.vml"]


def test_warnings_are_marked_in_another_colour() -> None:
    rows = (event_row(SITTING=None, CLASSROOM_START_DATE="2025-11-10T23:00:00"), session_row(2, MAX_PLACES=3))
    page = page_of(corrected(workbook(*rows))[1])
    assert fill_of(page, columns.SITTING, 4) == Mark.ERROR.value
    assert fill_of(page, columns.MAX_PLACES, 5) == Mark.WARNING.value
    assert fill_of(page, columns.CLASSROOM_START_DATE, 4) == Mark.WARNING.value


def test_parts_elsewhere_are_not_even_unpacked() -> None:
    content = bytearray(a_planners_workbook())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    start = entry.header_offset + 30 + len(entry.filename)
    content[start : start + entry.compress_size] = b"\xff" * entry.compress_size
    _, errors = corrected(bytes(content))
    with zipfile.ZipFile(io.BytesIO(errors)) as archive:
        copied = archive.getinfo("xl/worksheets/sheet1.xml")
        assert (copied.CRC, copied.compress_size) == (entry.CRC, entry.compress_size)
        with pytest.raises(zlib.error):
            archive.read("xl/worksheets/sheet1.xml")
    assert {row.number for row in read_sheet(errors).rows} == IN_ERROR


@pytest.mark.parametrize(
    "book",
    [
        RawWorkbook(ROWS, prefix="x:"),
        RawWorkbook(ROWS, encoding="utf-16"),
        RawWorkbook(ROWS, encoding="iso-8859-1"),
        RawWorkbook(ROWS, is_strict=True, iso_dates=True),
        RawWorkbook(ROWS, strings="inline"),
        RawWorkbook(ROWS, strings="rich"),
        RawWorkbook(ROWS, strings="str"),
        RawWorkbook(ROWS, places=False),
        RawWorkbook(ROWS, has_styles=False, iso_dates=True),
        RawWorkbook(ROWS, styles=f'<styleSheet xmlns="{"x"}"><cellXfs count="0"/></styleSheet>', iso_dates=True),
        RawWorkbook(ROWS, order=(5, 0, 3, 4, 1, 2)),
        RawWorkbook(ROWS, names={"xl/worksheets/sheet1.xml": "XL\\Worksheets\\Sheet1.XML"}),
        RawWorkbook(ROWS, targets={"xl/worksheets/sheet1.xml": "\\xl\\worksheets\\sheet1.xml"}),
        RawWorkbook(ROWS, without=["[Content_Types].xml"]),
    ],
    ids=lambda book: repr(book)[-60:],
)
def test_it_is_made_of_whatever_can_be_read(book: RawWorkbook) -> None:
    validation, errors = corrected(book.build())
    assert len(validation.rows_in_error) == 3
    again, twice = corrected(errors)
    assert {row.number for row in again.sheet.rows} == validation.rows_in_error
    assert [str(each) for each in again.errors] == [str(each) for each in validation.errors]
    assert [cell.value for row in again.sheet.rows for cell in row.cells] == [
        cell.value for row in validation.sheet.rows if row.number in validation.rows_in_error for cell in row.cells
    ]
    assert {row.number for row in read_sheet(twice).rows} == validation.rows_in_error


def test_formulas_of_the_rows_that_stay_are_their_values_and_their_list_is_gone() -> None:
    rows = [dict(row) for row in ROWS]
    rows[1][columns.MAX_PLACES] = Formula("7*2", "14")
    rows[2][columns.MAX_PLACES] = Formula("", "14")
    chain = '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="P3" i="1"/></calcChain>'
    book = RawWorkbook(
        rows,
        extra_parts={"xl/calcChain.xml": chain.encode()},
        extra_relationships='<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/calcChain" Target="calcChain.xml"/>',
    )
    _, errors = corrected(book.build())
    parts = parts_of(errors)
    assert b"<f>" not in parts["xl/worksheets/sheet1.xml"]
    assert page_of(errors)[place(columns.MAX_PLACES, 3)].value == 14
    assert "xl/calcChain.xml" not in parts
    assert b"calcChain" not in parts["xl/_rels/workbook.xml.rels"]


def test_damaged_notes_do_not_keep_the_rows_from_coming_back() -> None:
    source, target = io.BytesIO(a_planners_workbook()), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part[: len(part) // 2] if name == "xl/comments/comment1.xml" else part)
    _, errors = corrected(target.getvalue())
    assert {row.number for row in read_sheet(errors).rows} == IN_ERROR


def test_a_day_in_the_error_workbook_is_a_date_still() -> None:
    _, errors = corrected(a_planners_workbook())
    (row, *_) = read_sheet(errors).rows
    value = row.cell(columns.LMS_START_DATE).value
    assert isinstance(value, date)
