from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sync_assets.cli.template import write_template
from sync_assets.errors import SyncError
from sync_assets.event_import.upload_template import upload_template
from sync_assets.event_import.validation.validate import validate_upload
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.column_help import HELP, help_as_markdown
from sync_assets.event_import.workbook.sheet import read_sheet
from sync_assets_tests.event_import.workbooks import KNOWN, event_row, saved, session_row


def test_every_column_is_explained_once() -> None:
    assert sorted(each.column for each in HELP) == sorted(columns.KNOWN)


def test_the_page_about_the_workbook_has_the_table_of_its_columns() -> None:
    page = Path(__file__).parents[2] / "docs" / "upload-template.md"
    assert help_as_markdown() in page.read_text("utf-8")


def test_the_template_is_an_upload_without_rows() -> None:
    sheet = read_sheet(upload_template())
    assert set(sheet.positions) == set(columns.KNOWN)
    assert sheet.rows == ()
    assert [row.number for row in sheet.hints] == [2, 3]


def test_rows_that_are_typed_into_the_template_are_events() -> None:
    book = load_workbook(io.BytesIO(upload_template()))
    page = book["Import"]
    names = [cell.value for cell in page[1]]
    for number, row in enumerate((event_row(), session_row(2)), start=4):
        for column, value in row.items():
            page.cell(number, names.index(column) + 1).value = value
    validation = validate_upload(saved(book), KNOWN)
    assert validation.problems == ()
    assert [len(event.sessions) for event in validation.ready] == [2]


def test_the_command_writes_over_nothing(tmp_path: Path) -> None:
    path = tmp_path / "events.xlsx"
    write_template(path)
    assert read_sheet(path.read_bytes()).rows == ()
    with pytest.raises(SyncError, match="is there already"):
        write_template(path)
    with pytest.raises(SyncError, match="cannot be written"):
        write_template(tmp_path / "nowhere" / "events.xlsx")
