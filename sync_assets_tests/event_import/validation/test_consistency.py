from __future__ import annotations

from datetime import date

from sync_assets.event_import.validation.consistency import Distinct, ExistingEvent, check_event, tell_apart
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


def sorted_out(*rows: Row, existing: tuple[ExistingEvent, ...] = ()) -> Distinct:
    return tell_apart(events_of(*rows), existing)


def test_an_event_that_is_there_already_is_a_duplicate_that_names_both_ids() -> None:
    existing = ExistingEvent("ELO-CB1-01", "CB1_LO_6", date(2025, 11, 10), 77, "Course:9")
    (duplicate,) = sorted_out(event_row(), existing=(existing,)).duplicates
    assert "tutorial event 77 and Administrate event Course:9" in duplicate.warning.sentence


def test_an_existing_event_of_which_only_the_title_is_known_is_the_same() -> None:
    existing = ExistingEvent("elo-cb1-01", None, None, 77, None)
    assert len(sorted_out(event_row(), existing=(existing,)).duplicates) == 1


def test_a_title_that_another_existing_event_has_taken_is_an_error() -> None:
    existing = ExistingEvent("ELO-CB1-01", "CB1_LO_6", date(2024, 11, 10), 77, None)
    result = sorted_out(event_row(), existing=(existing,))
    assert result.events == ()
    assert "tutorial event 77" in result.problems[0].sentence
