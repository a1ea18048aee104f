"""Workbooks that are made to do harm are refused before they do any. How long each takes, `benchmarks` measures."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest

from sync_assets.event_import.validation.validate import validate_upload
from sync_assets.event_import.workbook import columns, package, sheet_cells, xml_stream
from sync_assets.event_import.workbook.corrections import error_workbook
from sync_assets.event_import.workbook.sheet import WorkbookRefused, read_sheet
from sync_assets_tests.event_import.raw_workbooks import Number, RawWorkbook
from sync_assets_tests.event_import.workbooks import KNOWN, event_row, lms_row, session_row

PLAIN = RawWorkbook((event_row(), session_row(2), lms_row()))
NESTED = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    "doctype",
    [
        NESTED,
        '<!DOCTYPE worksheet SYSTEM "file:///etc/hostname">',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE a [<!ENTITY % b "x"> %b;]>',
        "<!DOCTYPE a>",
    ],
)
def test_a_document_type_is_refused_in_whatever_part_it_stands(doctype: str) -> None:
    with pytest.raises(WorkbookRefused, match="declares a document type"):
        read_sheet(replace(PLAIN, doctype=doctype).build())
    parts = PLAIN.parts()
    for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"):
        before, declaration, rest = parts[name].partition(b"?>")
        content = before + declaration + doctype.encode() + rest if declaration else doctype.encode() + before
        with pytest.raises(WorkbookRefused, match="declares a document type"):
            read_sheet(replace(PLAIN, extra_parts={name: content}).build())


def test_openpyxl_is_guarded_by_defusedxml_too() -> None:
    assert openpyxl.DEFUSEDXML is True


def test_a_document_type_in_the_notes_keeps_no_row_from_coming_back() -> None:
    rows = (event_row(SITTING=None), lms_row())
    comments = '<Relationships><Relationship Id="r1" Type="x/comments" Target="../comments1.xml"/></Relationships>'
    book = RawWorkbook(
        rows,
        extra_parts={
            "xl/worksheets/_rels/sheet1.xml.rels": comments.encode(),
            "xl/comments1.xml": f"{NESTED}<comments>&c;</comments>".encode(),
        },
    )
    validation = validate_upload(book.build(), KNOWN)
    kept = error_workbook(book.build(), validation.sheet, validation.rows_in_error, validation.problems)
    assert [row.number for row in read_sheet(kept).rows] == [2]


def test_empty_cells_are_counted_while_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_cells, "MOST_ELEMENTS", 1_000)
    many = replace(PLAIN, after_cells="<sheetData><row r='900'>" + "<c/>" * 1_000 + "</row></sheetData>")
    with pytest.raises(WorkbookRefused, match="most of them empty"):
        read_sheet(many.build())


def test_elements_of_other_parts_are_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_stream, "MOST_ELEMENTS", 1_000)
    texts = b"<sst>" + b"<si/>" * 1_001 + b"</sst>"
    with pytest.raises(WorkbookRefused, match=r"sharedStrings\.xml of the workbook has more than"):
        read_sheet(replace(PLAIN, extra_parts={"xl/sharedStrings.xml": texts}).build())


@pytest.mark.parametrize("name", ["a", "c", "row"])
def test_elements_in_elements_are_refused_before_they_fill_the_memory(name: str) -> None:
    nested = f"<{name}>" * 1_000 + f"</{name}>" * 1_000
    with pytest.raises(WorkbookRefused, match=r"sheet1\.xml of the workbook has elements within 100 others"):
        read_sheet(replace(PLAIN, after_cells=nested).build())
    texts = f"<sst>{nested}</sst>".encode()
    with pytest.raises(WorkbookRefused, match=r"sharedStrings\.xml of the workbook has elements within 100 others"):
        read_sheet(replace(PLAIN, extra_parts={"xl/sharedStrings.xml": texts}).build())


def test_elements_in_elements_of_the_notes_keep_no_row_from_coming_back() -> None:
    comments = '<Relationships><Relationship Id="r1" Type="x/comments" Target="../comments1.xml"/></Relationships>'
    book = RawWorkbook(
        (event_row(SITTING=None), lms_row()),
        extra_parts={
            "xl/worksheets/_rels/sheet1.xml.rels": comments.encode(),
            "xl/comments1.xml": b"<comments>" + b"<a>" * 1_000 + b"</a>" * 1_000 + b"</comments>",
        },
    )
    validation = validate_upload(book.build(), KNOWN)
    kept = error_workbook(book.build(), validation.sheet, validation.rows_in_error, validation.problems)
    assert [row.number for row in read_sheet(kept).rows] == [2]


def test_filled_cells_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_cells, "MAX_FILLED_CELLS", 100)
    with pytest.raises(WorkbookRefused, match="more than 100 filled cells"):
        read_sheet(replace(PLAIN, rows=[*PLAIN.rows, *PLAIN.rows]).build())


def test_a_part_that_unpacks_to_more_than_it_says_is_refused() -> None:
    content = bytearray(PLAIN.build())
    place = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert content[place : place + 4] == b"PK\x01\x02"
    content[place + 24 : place + 28] = (100).to_bytes(4, "little")
    with pytest.raises(WorkbookRefused, match=r"cannot be unpacked|is not XML"):
        read_sheet(bytes(content))


def test_a_size_beyond_the_limit_is_refused_before_anything_is_unpacked() -> None:
    content = bytearray(PLAIN.build())
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = (package.MAX_UNPACKED_BYTES + 1).to_bytes(4, "little")
    with pytest.raises(WorkbookRefused, match="unpacks to"):
        read_sheet(bytes(content))


def test_a_long_text_is_cut_while_it_is_read_and_told() -> None:
    rows = (event_row(EXTRA_INFORMATION="x" * 3_000_000), lms_row())
    cell = read_sheet(RawWorkbook(rows).build()).rows[0].cell(columns.EXTRA_INFORMATION)
    assert cell.flaw is not None
    assert "more than 32,767 characters" in cell.flaw
    assert len(str(cell.value)) == 32_767


def test_a_very_long_format_writes_no_zeros() -> None:
    rows = (event_row(RECORDING_PIN=Number("417", 1)), lms_row())
    book = RawWorkbook(rows, date_format=(170, "0" * 100_000), iso_dates=True)
    assert read_sheet(book.build()).rows[0].cell(columns.RECORDING_PIN).as_written == 417
