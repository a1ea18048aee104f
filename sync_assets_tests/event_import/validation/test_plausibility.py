from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sync_assets.event_import.problems import ProblemKind, Severity
from sync_assets.event_import.validation.resolution import ValidationOptions
from sync_assets.event_import.validation.validate import validate_upload
from sync_assets.event_import.workbook import columns
from sync_assets.tutorial.catalogue import ExamSession
from sync_assets_tests.event_import.workbooks import KNOWN, Row, event_row, lms_row, midnight, session_row, workbook

EXAMS = (ExamSession(1, "2026-04", date(2026, 4, 30)), ExamSession(2, "2026-09", date(2026, 9, 30)))


def warnings(*rows: Row, today: date | None = None) -> list[tuple[int, str]]:
    known = replace(KNOWN, exam_sessions=EXAMS)
    result = validate_upload(workbook(*rows), known, ValidationOptions(today=today))
    assert result.errors == ()
    assert {each.severity for each in result.problems} <= {Severity.WARNING}
    assert {each.kind for each in result.problems} <= {ProblemKind.PLAUSIBILITY}
    return [(each.row, each.column) for each in result.problems]


def test_a_plausible_event_is_told_nothing() -> None:
    assert warnings(event_row(), session_row(2), lms_row(), today=date(2025, 9, 1)) == []


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((event_row(), session_row(2)), [(4, columns.CLASSROOM_START_DATE)]),
        ((lms_row(LMS_END_DATE=midnight(2025, 11, 1)),), [(4, columns.LMS_END_DATE)]),
    ],
)
def test_days_before_today_are_told_once_an_event(rows: tuple[Row, ...], told: list[tuple[int, str]]) -> None:
    assert warnings(*rows, today=date(2025, 11, 11)) == told
    assert warnings(*rows, today=date(2025, 10, 31)) == []


def test_days_after_the_end_of_the_exam_session_are_told() -> None:
    late = midnight(2026, 5, 1)
    rows = (
        event_row(LMS_END_DATE=midnight(2026, 6, 1)),
        session_row(2, CLASSROOM_START_DATE=late, CLASSROOM_END_DATE=late),
    )
    assert warnings(*rows) == [(5, columns.CLASSROOM_START_DATE)]


def test_a_session_that_goes_on_until_another_day_is_told() -> None:
    assert warnings(event_row(CLASSROOM_END_DATE=midnight(2025, 11, 11))) == [(4, columns.CLASSROOM_END_DATE)]
    until_midnight = event_row(CLASSROOM_END_DATE=midnight(2025, 11, 11), CLASSROOM_END_TIME="00:00")
    assert warnings(until_midnight) == []


def test_lms_access_that_does_not_cover_the_days_is_told() -> None:
    rows = (event_row(LMS_START_DATE=midnight(2025, 11, 11), LMS_END_DATE=midnight(2025, 12, 1)), session_row(2))
    assert warnings(*rows) == [(4, columns.LMS_START_DATE), (4, columns.LMS_END_DATE)]


@pytest.mark.parametrize(
    ("title", "is_told"),
    [("ELO-CB1-01-26S", True), ("ELO 2026S", True), ("ELO-CB1-26A", False), ("ELO-126S", False), ("26A 26S", False)],
)
def test_a_sitting_that_the_title_contradicts_is_told(title: str, is_told: bool) -> None:
    assert warnings(event_row(EVENT_TITLE=title)) == ([(4, columns.SITTING)] if is_told else [])


def test_an_instructor_of_the_event_who_teaches_no_session_is_told() -> None:
    both = "Ida Fernsby / Gwen Marlow"
    assert warnings(event_row(INSTRUCTOR=both), session_row(2)) == [(4, columns.INSTRUCTOR)]
    assert warnings(event_row(INSTRUCTOR=both), session_row(2, SESSION_INSTRUCTOR="Gwen Marlow")) == []
    assert warnings(event_row(INSTRUCTOR=both), session_row(2, SESSION_INSTRUCTOR=None)) == []
    # The first is the main instructor of the event.
    assert warnings(event_row(INSTRUCTOR="Gwen Marlow"), session_row(2)) == []
