"""What the first row says: a misspelt heading names the nearest column, and hidden columns and sheets are told."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from sync_assets.event_import.problems import Problem
from sync_assets.event_import.reference.known_records import TenantCustomField
from sync_assets.event_import.validation.validate import validate_upload
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.corrections import error_workbook
from sync_assets_tests.event_import.raw_workbooks import RawWorkbook
from sync_assets_tests.event_import.workbooks import (
    CUSTOM_FIELDS,
    HEADER,
    KNOWN,
    event_row,
    lms_row,
    saved,
    session_row,
    workbook,
)

ROWS = (event_row(), session_row(2), lms_row())
FIELDS = (
    TenantCustomField("Event", "Catering notes", "event-catering", "string"),
    TenantCustomField("Session", "Room layout", "session-layout", "string"),
)
WITH_FIELDS = replace(KNOWN, custom_fields=(*CUSTOM_FIELDS, *FIELDS))


def told(content: bytes) -> list[Problem]:
    """What is told of a file whose events are all right."""
    validation = validate_upload(content, WITH_FIELDS)
    assert len(validation.ready) == 2
    assert validation.errors == ()
    return list(validation.problems)


def shown_otherwise(change: Callable[[Worksheet], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook(*ROWS, before=["Notes"])))
    change(book["Import"])
    return saved(book)


@pytest.mark.parametrize(
    ("column", "heading", "perhaps"),
    [
        (columns.RECORDINGS, "Recordigns", "perhaps Recordings"),
        (columns.CANCELLED, "Canceled", "perhaps Cancelled"),
        (columns.REGISTRATION_DEADLINE, "Deadline", "perhaps Registration Deadline Date"),
        (columns.RECORDING_PIN, "PIN", "perhaps Recording pin"),
        (columns.TUTORS, "Catering note", "perhaps Catering notes"),
    ],
)
def test_a_misspelt_heading_of_a_column_that_may_be_missing_names_the_nearest(
    column: str, heading: str, perhaps: str
) -> None:
    header = [heading if name == column else name for name in HEADER]
    (warning,) = told(RawWorkbook(ROWS, header=header).build())
    assert (warning.row, warning.column, warning.is_error) == (1, heading, False)
    assert perhaps in warning.sentence
    assert "is not read" in warning.sentence


@pytest.mark.parametrize("heading", ["Remarks", "Catering notes", "Session", "Recording pin 2026 of the old campus"])
def test_a_heading_like_none_is_a_column_of_somebodys_own(heading: str) -> None:
    header = [heading if name == columns.TUTORS else name for name in HEADER]
    assert told(RawWorkbook(ROWS, header=header).build()) == []


def test_a_heading_of_a_custom_field_of_sessions_is_told() -> None:
    (warning,) = told(RawWorkbook(ROWS, header=[*HEADER, "Room layout"]).build())
    assert (warning.row, warning.column) == (1, "Room layout")
    assert "custom fields of sessions" in warning.sentence


def test_what_a_session_row_says_in_a_custom_field_of_its_event_is_told() -> None:
    fields = {"Catering notes": "Vegan"}
    header = [*HEADER, "Catering notes"]
    rows = (event_row() | fields, session_row(2) | {"Catering notes": "vegan "}, lms_row())
    assert told(RawWorkbook(rows, header=header).build()) == []
    rows = (event_row(), session_row(2) | fields, lms_row())
    (warning,) = told(RawWorkbook(rows, header=header).build())
    assert (warning.row, warning.column, warning.value) == (3, "Catering notes", "Vegan")
    assert "row 2 says nothing" in warning.sentence


def test_hidden_columns_are_read_and_told_once() -> None:
    def hide(page: Worksheet) -> None:
        for column in (columns.MAX_PLACES, columns.SITTING, columns.TUTORS):
            page.column_dimensions[page.cell(1, HEADER.index(column) + 1).column_letter].hidden = True

    (warning,) = told(shown_otherwise(hide))
    assert (warning.row, warning.column) == (1, columns.MAX_PLACES)
    # Nobody loses anything by a hidden column that holds nothing.
    assert warning.sentence.startswith("The columns Max places and Sitting are hidden in the sheet")


@pytest.mark.parametrize("cols", ['<cols><col min="3" max="3" width="0"/></cols>', '<cols><col min="3" hidden="1"/>'])
def test_a_column_without_a_width_is_hidden_and_one_without_an_end_hides_nothing(cols: str) -> None:
    cols = cols if cols.endswith("</cols>") else f"{cols}</cols>"
    warnings = told(RawWorkbook(ROWS, before_cells=cols).build())
    assert [each.column for each in warnings] == ([columns.SESSION_TITLE] if "width" in cols else [])


def test_a_row_without_a_height_is_hidden() -> None:
    (warning, *_) = told(RawWorkbook(ROWS, row_attributes=' ht="0" customHeight="1"').build())
    assert "Rows 2 and 3 of the event are hidden" in warning.sentence


def test_a_hidden_sheet_that_is_read_is_told() -> None:
    def hide(page: Worksheet) -> None:
        page.sheet_state = "hidden"

    (warning,) = told(shown_otherwise(hide))
    assert warning.row == 1
    assert "The sheet Import is hidden" in warning.sentence


def test_the_heading_is_marked_in_the_workbook_of_rows_to_correct() -> None:
    header = ["Canceled" if name == columns.CANCELLED else name for name in HEADER]
    content = RawWorkbook((event_row(SITTING="never"), session_row(2)), header=header).build()
    validation = validate_upload(content, WITH_FIELDS)
    errors = error_workbook(content, validation.sheet, validation.rows_in_error, validation.problems)
    cell = openpyxl.load_workbook(io.BytesIO(errors))["Import"].cell(1, HEADER.index(columns.CANCELLED) + 1)
    assert "perhaps Cancelled" in cell.comment.text
