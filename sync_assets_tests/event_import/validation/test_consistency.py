from __future__ import annotations

from sync_assets.event_import.validation.consistency import check_event
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.events import WorkbookEvent
from sync_assets.event_import.workbook.groups import group_rows
from sync_assets.event_import.workbook.parsing import parse_group
from sync_assets.event_import.workbook.sheet import read_sheet
from sync_assets_tests.event_import.workbooks import Row, event_row, lms_row, midnight, session_row, workbook


def events_of(*rows: Row) -> list[WorkbookEvent]:
    found = [parse_group(group).event for group in group_rows(read_sheet(workbook(*rows)).rows)]
    assert None not in found
    return [event for event in found if event is not None]


def inconsistent(*rows: Row) -> list[tuple[int, str]]:
    (event,) = events_of(*rows)
    return [(problem.row, problem.column) for problem in check_event(event)]


def test_an_event_in_order_has_no_problem() -> None:
    assert inconsistent(event_row(), session_row(3), session_row(2)) == []
    assert inconsistent(lms_row()) == []


def test_lms_access_that_ends_before_it_starts_is_a_problem() -> None:
    assert inconsistent(event_row(LMS_END_DATE=midnight(2025, 10, 21))) == [(4, columns.LMS_END_DATE)]


def test_a_session_that_does_not_end_after_its_start_is_a_problem_of_time_or_date() -> None:
    assert inconsistent(event_row(CLASSROOM_END_TIME="09:30")) == [(4, columns.CLASSROOM_END_TIME)]
    assert inconsistent(event_row(CLASSROOM_END_DATE=midnight(2025, 11, 9))) == [(4, columns.CLASSROOM_END_DATE)]


def test_a_day_that_comes_twice_is_a_problem_of_the_later_row() -> None:
    assert inconsistent(event_row(), session_row(2), session_row(2)) == [(6, columns.DAY)]


def test_a_missing_day_is_a_problem_of_the_row_whose_day_is_too_high() -> None:
    assert inconsistent(event_row(), session_row(3)) == [(5, columns.DAY)]


def test_the_row_of_an_event_is_its_first_day() -> None:
    assert (4, columns.DAY) in inconsistent(event_row(DAY=2), session_row(1))


def test_a_day_before_the_day_that_it_follows_is_a_problem() -> None:
    earlier = midnight(2025, 11, 3)
    late = session_row(2, CLASSROOM_START_DATE=earlier, CLASSROOM_END_DATE=earlier)
    assert inconsistent(event_row(), late) == [(5, columns.CLASSROOM_START_DATE)]
