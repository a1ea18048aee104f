from __future__ import annotations

from dataclasses import replace

import pytest

from sync_assets.event_import.validation.validate import RowVerdict, validate_upload
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.sheet import WorkbookRefused
from sync_assets_tests.event_import.workbooks import CUSTOM_FIELDS, KNOWN, event_row, lms_row, session_row, workbook


def test_an_upload_without_a_fault_is_ready_whole() -> None:
    validation = validate_upload(workbook(event_row(), session_row(2), lms_row()), KNOWN)
    assert [event.upload.title for event in validation.ready] == ["ELO-CB1-01", "ELO-CB1-OC"]
    assert validation.problems == ()
    assert {row.outcome for row in validation.rows} == {RowVerdict.READY}
    assert validation.rows_in_error == frozenset()


def test_one_bad_session_holds_back_its_whole_event_and_nothing_else() -> None:
    content = workbook(
        event_row(), session_row(2, SESSION_INSTRUCTOR="Nobody"), event_row(EVENT_TITLE="ELO-CB1-02"), session_row(2)
    )
    validation = validate_upload(content, KNOWN)
    assert [event.upload.row_numbers for event in validation.ready] == [(6, 7)]
    assert validation.rows_in_error == {4, 5}
    assert [(row.row, row.event_row, row.outcome, len(row.problems)) for row in validation.rows] == [
        (4, 4, RowVerdict.ERROR, 0),
        (5, 4, RowVerdict.ERROR, 1),
        (6, 6, RowVerdict.READY, 0),
        (7, 6, RowVerdict.READY, 0),
    ]


def test_every_kind_of_fault_in_its_own_event_is_reported_in_one_go() -> None:
    content = workbook(
        session_row(1),
        event_row(EVENT_TITLE="A", MAX_PLACES="many"),
        event_row(EVENT_TITLE="B", DAY=2),
        event_row(EVENT_TITLE="C", LOCATION="Paris"),
        event_row(EVENT_TITLE="D"),
        event_row(EVENT_TITLE="D", CODE="OC_CB1", LEARNING_MODE="lms"),
    )
    validation = validate_upload(content, KNOWN)
    assert [problem.row for problem in validation.errors] == [4, 5, 6, 7, 8, 9]
    assert validation.ready == ()


def test_duplicates_are_warnings_and_their_rows_are_skipped() -> None:
    validation = validate_upload(workbook(event_row(), event_row(), session_row(2)), KNOWN)
    assert len(validation.ready) == 1
    assert [duplicate.event.row.number for duplicate in validation.duplicates] == [5]
    assert [row.outcome for row in validation.rows] == [RowVerdict.READY, RowVerdict.DUPLICATE, RowVerdict.DUPLICATE]
    assert validation.errors == ()
    assert [warning.column for warning in validation.warnings] == [columns.EVENT_TITLE]


def test_a_custom_field_that_the_tenant_lacks_is_told_once_for_the_file() -> None:
    known = replace(KNOWN, custom_fields=[field for field in CUSTOM_FIELDS if field.label != "Web sale"])
    validation = validate_upload(workbook(event_row(), event_row(EVENT_TITLE="ELO-CB1-02")), known)
    assert [(warning.row, warning.column) for warning in validation.warnings] == [(4, columns.WEB_SALE)]
    assert len(validation.ready) == 2


def test_an_upload_without_events_is_valid_and_empty() -> None:
    validation = validate_upload(workbook(), KNOWN)
    assert (validation.ready, validation.problems, validation.rows) == ((), (), ())


def test_a_file_that_is_no_workbook_is_refused() -> None:
    with pytest.raises(WorkbookRefused):
        validate_upload(b"no workbook", KNOWN)
