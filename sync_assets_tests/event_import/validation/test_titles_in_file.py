from __future__ import annotations

import pytest

from sync_assets.event_import.validation.validate import RowVerdict, Validation, validate_upload
from sync_assets.event_import.workbook import columns
from sync_assets_tests.event_import.workbooks import KNOWN, Row, event_row, lms_row, midnight, session_row, workbook


def validated(*rows: Row) -> Validation:
    return validate_upload(workbook(*rows), KNOWN)


def errors(validation: Validation) -> list[tuple[int, str]]:
    return [(problem.row, problem.column) for problem in validation.errors]


def test_the_same_event_further_down_is_a_duplicate_that_names_the_first() -> None:
    result = validated(event_row(), event_row(CODE="cb1_lo_6", EVENT_TITLE="elo-cb1-01 "))
    assert [event.upload.row.number for event in result.ready] == [4]
    assert [duplicate.event.row.number for duplicate in result.duplicates] == [5]
    assert "row 4" in result.duplicates[0].warning.sentence
    assert result.errors == ()


@pytest.mark.parametrize(
    "other",
    [
        {"CODE": "CB1_LO_3"},
        {"CLASSROOM_START_DATE": midnight(2025, 11, 9)},
        {"CLASSROOM_START_TIME": "13:30"},
        {"SESSION_TITLE": "Session 2"},
        {"MAX_PLACES": "many"},
    ],
)
def test_a_title_whose_rows_are_not_plainly_one_event_holds_all_of_them_back(other: Row) -> None:
    result = validated(event_row(), session_row(2), event_row(**other), lms_row())
    assert {row.row for row in result.rows if row.outcome is RowVerdict.ERROR} == {4, 5, 6}
    assert {(4, columns.EVENT_TITLE), (6, columns.EVENT_TITLE)} <= set(errors(result))
    assert "row 6" in next(problem.sentence for problem in result.errors if problem.row == 4)
    assert [event.upload.title for event in result.ready] == ["ELO-CB1-OC"]


def repeated(day: int, **changes: object) -> Row:
    """A session row into which the cells of its event are filled down."""
    return event_row() | session_row(day) | {getattr(columns, name): value for name, value in changes.items()}


@pytest.mark.parametrize("also_blank", [{}, {"EVENT_TITLE": None}, {"CODE": None}])
def test_cells_of_an_event_that_are_filled_down_are_one_event_by_their_days(also_blank: dict[str, None]) -> None:
    result = validated(event_row(), repeated(2, **also_blank), repeated(3, **also_blank), lms_row())
    assert [len(event.sessions) for event in result.ready] == [3, 0]
    assert result.problems == ()


@pytest.mark.parametrize("day", [1, None, "two", 2.5, 0])
def test_cells_that_are_filled_down_without_a_day_that_goes_on_hold_back_the_whole_event(day: object) -> None:
    result = validated(event_row(), session_row(2), repeated(3, DAY=day), lms_row())
    assert result.rows_in_error == {4, 5, 6}
    assert [event.upload.title for event in result.ready] == ["ELO-CB1-OC"]


def test_a_day_that_comes_twice_among_filled_down_rows_holds_back_the_whole_event() -> None:
    assert validated(event_row(), repeated(2), repeated(2)).rows_in_error == {4, 5, 6}


def test_an_event_apart_from_its_filled_down_sessions_is_held_back_with_them() -> None:
    result = validated(event_row(), event_row(EVENT_TITLE="ELO-CB1-02"), repeated(2))
    assert result.rows_in_error == {4, 6}


def test_an_lms_event_that_is_repeated_is_a_duplicate() -> None:
    result = validated(lms_row(), lms_row())
    assert [duplicate.event.row.number for duplicate in result.duplicates] == [5]


def test_a_session_that_is_sorted_under_another_event_holds_back_both() -> None:
    result = validated(
        event_row(EVENT_TITLE="ELO-C", SESSION_TITLE="ELO-C-1"),
        event_row(EVENT_TITLE="ELO-D", SESSION_TITLE="ELO-D-1"),
        session_row(2, SESSION_TITLE="ELO-C-2"),
        event_row(EVENT_TITLE="ELO-E", SESSION_TITLE="ELO-E-1"),
    )
    assert errors(result) == [(4, columns.EVENT_TITLE), (6, columns.SESSION_TITLE)]
    assert "ELO-C in row 4" in result.errors[1].sentence
    assert "row 6" in result.errors[0].sentence
    assert [event.upload.title for event in result.ready] == ["ELO-E"]


def test_a_session_above_its_event_holds_it_back() -> None:
    result = validated(
        session_row(2, SESSION_TITLE="ELO-C-2"), event_row(EVENT_TITLE="ELO-C", SESSION_TITLE="ELO-C-1"), lms_row()
    )
    assert result.rows_in_error == {4, 5}


@pytest.mark.parametrize("title", ["ELO-CB1-01-2", "ELO-CB1-02-2", "Revision", "ELO-CB1-020-1", "ELO-CB"])
def test_a_title_that_does_not_plainly_name_another_event_says_nothing(title: str) -> None:
    result = validated(
        event_row(EVENT_TITLE="ELO-CB1"), session_row(2, SESSION_TITLE=title), event_row(EVENT_TITLE="ELO-CB1-02")
    )
    assert result.errors == ()
