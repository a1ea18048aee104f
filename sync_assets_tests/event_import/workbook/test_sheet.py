from __future__ import annotations

import io
import zipfile
from time import perf_counter

import pytest
from openpyxl import Workbook, load_workbook

from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook import sheet as reading
from sync_assets.event_import.workbook.sheet import WorkbookRefused, read_sheet
from sync_assets_tests.event_import.workbooks import (
    EXAMPLES,
    FORMATS,
    HEADER,
    event_row,
    lms_row,
    saved,
    session_row,
    workbook,
)


def test_rows_keep_their_excel_numbers_and_hints_are_set_aside() -> None:
    sheet = read_sheet(workbook(event_row(), session_row(2)))
    assert [row.number for row in sheet.hints] == [2, 3]
    assert [row.number for row in sheet.rows] == [4, 5]
    assert sheet.rows[0].cell(columns.CODE).value == "CB1_LO_6"


@pytest.mark.parametrize("hint", [EXAMPLES, FORMATS])
def test_a_single_hint_row_is_skipped(hint: dict[str, str]) -> None:
    sheet = read_sheet(workbook(event_row(), hints=[hint]))
    assert [row.number for row in sheet.rows] == [3]


def test_data_right_under_the_header_is_not_taken_for_hints() -> None:
    talkative = event_row(EXTRA_INFORMATION="e.g. bring a calculator", LOCATION="free-text")
    sheet = read_sheet(workbook(talkative, session_row(2), hints=[]))
    assert [row.number for row in sheet.rows] == [2, 3]


def test_columns_are_found_in_any_order_case_and_spacing() -> None:
    header = [name and f" {name.upper().replace(' ', '  ')} " for name in reversed(HEADER)]
    book = load_workbook(io.BytesIO(workbook(hints=[], header=header)))
    book.active.append([event_row().get(name) if name else None for name in reversed(HEADER)])  # type: ignore[union-attr]
    row = read_sheet(saved(book)).rows[0]
    assert row.cell(columns.EVENT_TITLE).value == "ELO-CB1-01"
    assert row.cell(columns.DAY).value == 1


def test_the_sheet_is_import_wherever_it_stands_else_the_first() -> None:
    assert read_sheet(workbook(event_row(), sheet="IMPORT", before=["From Adm"])).name == "IMPORT"
    assert read_sheet(workbook(event_row(), sheet="Events")).name == "Events"


def test_every_missing_column_is_named() -> None:
    header = [name for name in HEADER if name not in {columns.SITTING, columns.DAY}]
    with pytest.raises(WorkbookRefused, match="columns Day, Sitting"):
        read_sheet(workbook(event_row(), header=header))


def test_a_column_that_was_misspelt_is_named_with_what_stands_there() -> None:
    header = ["Siting" if name == columns.SITTING else name for name in HEADER if name != columns.DAY]
    with pytest.raises(WorkbookRefused, match=r"columns Day, Sitting \(perhaps Siting\)\. Add"):
        read_sheet(workbook(event_row(), header=header))


def test_optional_columns_may_be_missing() -> None:
    sheet = read_sheet(workbook(event_row(), header=columns.REQUIRED))
    assert sheet.rows[0].cell(columns.CANCELLED).is_blank


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(WorkbookRefused, match="several columns named Day"):
        read_sheet(workbook(event_row(), header=[*HEADER, "DAY"]))


def test_an_empty_sheet_is_refused_with_the_names_of_all_columns() -> None:
    with pytest.raises(WorkbookRefused, match=r"Course template code, .*OCR moodle code"):
        read_sheet(saved(Workbook()))


def test_what_is_not_a_workbook_is_refused() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("letter.txt", "no workbook")
    for content in (b"", b"Course template code;Event title", b"\xd0\xcf\x11\xe0old", archive.getvalue()):
        with pytest.raises(WorkbookRefused):
            read_sheet(content)


def test_a_truncated_workbook_is_refused() -> None:
    content = workbook(event_row())
    for length in (len(content) // 3, len(content) - 40):
        with pytest.raises(WorkbookRefused, match="not an Excel workbook"):
            read_sheet(content[:length])


def test_a_zip_that_unpacks_to_a_multiple_of_its_size_is_refused_before_it_is_unpacked() -> None:
    archive = io.BytesIO(workbook(event_row()))
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/bomb.xml", b"\0" * (reading.MAX_UNPACKED_BYTES + 1))
    assert len(archive.getvalue()) < reading.MAX_BYTES
    with pytest.raises(WorkbookRefused, match="unpacks to"):
        read_sheet(archive.getvalue())


def test_a_file_above_the_limit_is_refused_by_its_size() -> None:
    with pytest.raises(WorkbookRefused, match="several files"):
        read_sheet(b"PK" + b"\0" * reading.MAX_BYTES)


def test_more_rows_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 5)
    with pytest.raises(WorkbookRefused, match="more than 5 filled rows"):
        read_sheet(workbook(*[lms_row(EVENT_TITLE=f"Event {number}") for number in range(6)]))


def test_formatted_empty_rows_below_cost_next_to_nothing() -> None:
    book = load_workbook(io.BytesIO(workbook(event_row())))
    page = book["Import"]
    for number in range(5, 20_005):
        page.cell(number, 8).number_format = "dd/mm/yyyy"
    content = saved(book)
    start = perf_counter()
    sheet = read_sheet(content)
    assert len(sheet.rows) == 1
    assert perf_counter() - start < 5


def test_a_row_with_nothing_but_a_note_in_the_unnamed_column_is_no_row() -> None:
    book = load_workbook(io.BytesIO(workbook(event_row())))
    book["Import"].cell(9, HEADER.index(None) + 1).value = "ask again"
    assert [row.number for row in read_sheet(saved(book)).rows] == [4]


def test_a_wrong_dimension_in_the_file_hides_no_rows() -> None:
    source = io.BytesIO(workbook(event_row(), session_row(2)))
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert b'<dimension ref="A1:AI5"' in part
                part = part.replace(b'<dimension ref="A1:AI5"', b'<dimension ref="A1:B2"')
            new.writestr(name, part)
    assert len(read_sheet(target.getvalue()).rows) == 2


def test_a_formula_counts_as_its_stored_value_and_one_without_is_a_flaw_of_its_cell() -> None:
    content = workbook(event_row(EVENT_TITLE='="ELO-"&"CB1"', SESSION_TITLE="=1+1", RECORDINGS='=""'))
    source, target = io.BytesIO(content), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                title = b'<c r="B4"><f>"ELO-"&amp;"CB1"</f><v /></c>'
                nothing = b'><f>""</f><v /></c>'
                assert title in part
                assert nothing in part
                part = part.replace(title, b'<c r="B4" t="str"><f>"ELO-"&amp;"CB1"</f><v>ELO-CB1</v></c>')
                part = part.replace(nothing, b' t="str"><f>""</f><v></v></c>')
            new.writestr(name, part)
    row = read_sheet(target.getvalue()).rows[0]
    assert row.cell(columns.EVENT_TITLE).value == "ELO-CB1"
    assert row.cell(columns.SESSION_TITLE).flaw is not None
    assert row.cell(columns.RECORDINGS).is_blank


def test_an_error_value_is_a_flaw_of_its_cell() -> None:
    flaw = read_sheet(workbook(event_row(VENUE="#REF!"))).rows[0].cell(columns.VENUE).flaw
    assert flaw is not None
    assert "#REF!" in flaw
