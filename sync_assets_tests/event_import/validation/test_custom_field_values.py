from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from sync_assets.event_import.reference.known_records import ReferenceData, TenantCustomField
from sync_assets.event_import.validation.custom_field_values import (
    event_custom_fields,
    field_text,
    session_custom_fields,
)
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import Cell, Unreadable
from sync_assets.event_import.workbook.sheet import SheetRow, read_sheet
from sync_assets_tests.event_import.workbooks import CUSTOM_FIELDS, HEADER, KNOWN, Row, event_row, midnight, workbook


def row_of(row: Row, header: tuple[str | None, ...] = HEADER) -> SheetRow:
    return read_sheet(workbook(row, header=header)).rows[0]


def event_values(row: SheetRow, *further: TenantCustomField) -> dict[str, str]:
    values, problems = event_custom_fields(row, replace(KNOWN, custom_fields=(*CUSTOM_FIELDS, *further)))
    assert problems == []
    return {value.definition_key: value.value for value in values}


def test_the_values_of_an_event_go_into_the_fields_of_their_label() -> None:
    assert event_values(row_of(event_row(OCR_MOODLE_CODE="CB1 OC"))) == {
        "event-sitting": "2026A",
        "event-url": "https://meet.example.org/room-1/",
        "event-finalisation": "2025-10-20",
        "event-web-sale": "false",
        "event-moodle": "CB1 OC",
    }


def test_the_values_of_a_session_are_its_day_and_its_address() -> None:
    row = row_of(event_row(SESSION_URL="https://meet.example.org/room-2/"))
    values, problems = session_custom_fields(row, KNOWN)
    assert problems == []
    assert {value.label: value.value for value in values} == {"Day": "1", "URL": "https://meet.example.org/room-2/"}


def test_any_other_column_fills_the_field_of_its_name() -> None:
    row = row_of(event_row(SAGE_CODE=1234.0) | {"Room layout": "U shape"}, (*HEADER, "Room layout"))
    sage, layout = (
        TenantCustomField("Event", "SAGE  code", "sage", "string"),
        TenantCustomField("Event", "room layout", "layout", "text"),
    )
    values = event_values(row, sage, layout)
    assert (values["sage"], values["layout"]) == ("1234", "U shape")


def test_blank_cells_send_nothing() -> None:
    row = row_of(event_row(EVENT_URL=None, FINALISATION_DATE=" ", WEB_SALE=None))
    assert event_values(row) == {"event-sitting": "2026A"}


def test_a_tenant_without_sitting_day_or_url_is_a_problem_where_there_is_a_value() -> None:
    row = row_of(event_row())
    _, event_problems = event_custom_fields(row, ReferenceData())
    _, session_problems = session_custom_fields(row, ReferenceData())
    assert [problem.column for problem in event_problems if problem.is_error] == [columns.SITTING, columns.EVENT_URL]
    assert [problem.column for problem in session_problems] == [columns.DAY]
    told = [problem.column for problem in event_problems if not problem.is_error]
    assert told == [columns.FINALISATION_DATE, columns.WEB_SALE]


def test_two_fields_of_one_label_are_a_problem() -> None:
    twice = TenantCustomField("Event", "sitting", "other", "string")
    _, problems = event_custom_fields(row_of(event_row()), replace(KNOWN, custom_fields=(*CUSTOM_FIELDS, twice)))
    assert [problem.column for problem in problems] == [columns.SITTING]
    assert "event-sitting, other" in problems[0].sentence


def test_a_value_that_does_not_suit_the_type_of_its_field_is_a_problem() -> None:
    tutors = TenantCustomField("Event", "Tutors", "tutors", "integer")
    known = replace(KNOWN, custom_fields=(*CUSTOM_FIELDS, tutors))
    _, problems = event_custom_fields(row_of(event_row(TUTORS="two")), known)
    assert [(problem.column, problem.value) for problem in problems] == [(columns.TUTORS, "two")]


OPTIONS = (("Yes", "opt-1"), ("No", "opt-2"), ("Not yet", "opt-3"))


@pytest.mark.parametrize(
    ("field_type", "written", "sent"),
    [
        ("date", "25/11/2025", "2025-11-25"),
        ("datetime", midnight(2025, 11, 25).replace(hour=9), "2025-11-25T09:00:00"),
        ("datetime", "25/11/2025", "2025-11-25T00:00:00"),
        ("datetime", "2025-11-25 09:30", "2025-11-25T09:30:00"),
        ("time", time(9, 30), "09:30:00"),
        ("checkbox", "Y", "true"),
        ("checkbox", "no", "false"),
        ("integer", 14.0, "14"),
        ("string", midnight(2025, 11, 25), "2025-11-25"),
        ("choice", "not yet", "opt-3"),
        ("choice", "N", "opt-2"),
        ("multichoice", "Yes; not yet", "opt-1|opt-3"),
    ],
)
def test_a_value_travels_as_the_text_that_its_type_asks_for(field_type: str, written: Any, sent: str) -> None:
    options = OPTIONS if "choice" in field_type else ()
    assert field_text(Cell(written), TenantCustomField("Event", "A", "a", field_type, options)) == sent


def test_a_choice_that_is_not_offered_is_told_with_what_is() -> None:
    answer = field_text(Cell("perhaps"), TenantCustomField("Event", "A", "a", "choice", OPTIONS))
    assert isinstance(answer, Unreadable)
    assert "Yes, No, Not yet" in answer.sentence
