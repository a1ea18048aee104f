from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sync_assets.event_import.problems import ProblemKind, Severity
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.events import LearningMode, WorkbookEvent
from sync_assets.event_import.workbook.groups import group_rows
from sync_assets.event_import.workbook.parsing import ParsedGroup, parse_group
from sync_assets.event_import.workbook.sheet import read_sheet
from sync_assets_tests.event_import.workbooks import Row, event_row, lms_row, midnight, session_row, workbook


def parsed(*rows: Row) -> list[ParsedGroup]:
    return [parse_group(group) for group in group_rows(read_sheet(workbook(*rows)).rows)]


def event_of(*rows: Row) -> WorkbookEvent:
    (group,) = parsed(*rows)
    assert group.problems == ()
    assert group.event is not None
    return group.event


def reported(*rows: Row) -> list[tuple[int, str]]:
    return [(problem.row, problem.column) for group in parsed(*rows) for problem in group.problems]


def test_an_event_has_the_session_of_its_own_row_and_those_under_it() -> None:
    event = event_of(event_row(), session_row(2), session_row(3))
    assert event.learning_mode is LearningMode.BLENDED
    assert [(session.day, session.title) for session in event.sessions] == [
        (1, "Session 1"),
        (2, "Session 2"),
        (3, "Session 3"),
    ]
    assert event.row_numbers == (4, 5, 6)
    assert (event.start_date, event.end_date) == (date(2025, 11, 10), date(2026, 1, 10))
    assert event.max_places == 14
    assert event.web_sale is False
    assert event.exam_session_codes == ("2026-04", "26", "26A")


def test_sessions_are_in_the_order_of_their_days() -> None:
    event = event_of(event_row(), session_row(3), session_row(2))
    assert [session.row.number for session in event.sessions] == [4, 6, 5]


def test_blank_rows_between_sessions_part_nothing() -> None:
    event = event_of(event_row(), {}, session_row(2))
    assert event.row_numbers == (4, 6)


def test_times_are_local_and_become_aware_by_their_zone_in_winter_and_summer() -> None:
    june = midnight(2026, 6, 10)
    event = event_of(event_row(), session_row(2, CLASSROOM_START_DATE=june, CLASSROOM_END_DATE=june))
    winter, summer = (session.start for session in event.sessions)
    assert winter.utc == datetime(2025, 11, 10, 9, 30, tzinfo=UTC)
    assert summer.utc == datetime(2026, 6, 10, 8, 30, tzinfo=UTC)
    assert summer.local.hour == 9


def test_a_local_time_that_the_clocks_skip_is_a_problem() -> None:
    spring = midnight(2026, 3, 29)
    row = session_row(2, CLASSROOM_START_DATE=spring, CLASSROOM_START_TIME="01:30", CLASSROOM_END_DATE=spring)
    assert reported(event_row(), row) == [(5, columns.CLASSROOM_START_TIME)]


def test_of_a_local_time_that_comes_twice_the_first_is_meant() -> None:
    autumn = midnight(2026, 10, 25)
    row = session_row(2, CLASSROOM_START_DATE=autumn, CLASSROOM_START_TIME="01:30", CLASSROOM_END_DATE=autumn)
    assert event_of(event_row(), row).sessions[1].start.utc == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_an_lms_end_at_midnight_stays_as_it_is_written() -> None:
    end = event_of(lms_row()).lms_end
    assert end is not None
    assert end.local == midnight(2026, 4, 30)


@pytest.mark.parametrize("mode", ["Self Paced (LMS)", "lms", None])
def test_an_event_of_an_online_classroom_is_lms_only(mode: str | None) -> None:
    for code in ("OC_CB1", "CB1-WAITLIST", "cb1 oc"):
        event = event_of(lms_row(CODE=code, LEARNING_MODE=mode))
        assert event.is_lms_only
        assert event.sessions == ()
        assert event.max_places is None


def test_a_token_is_a_whole_part_of_the_code() -> None:
    assert not event_of(event_row(CODE="DOC_CB1")).is_lms_only


def test_a_learning_mode_that_says_lms_makes_an_event_without_sessions() -> None:
    assert event_of(lms_row(CODE="CB1_SELF")).is_lms_only


def test_an_lms_code_and_a_learning_mode_with_sessions_contradict_each_other() -> None:
    assert reported(lms_row(LEARNING_MODE="Blended")) == [(4, columns.LEARNING_MODE)]


def test_session_rows_under_an_lms_event_are_problems_of_that_event() -> None:
    assert reported(lms_row(), session_row(2)) == [(5, columns.SESSION_TITLE)]


def test_classroom_dates_of_an_lms_event_are_told_and_not_used() -> None:
    (group,) = parsed(lms_row(CLASSROOM_START_DATE=midnight(2026, 1, 1)))
    assert group.event is not None
    assert [problem.severity for problem in group.problems] == [Severity.WARNING]


def test_a_classroom_event_is_one() -> None:
    assert event_of(event_row(LEARNING_MODE="Classroom")).learning_mode is LearningMode.CLASSROOM


@pytest.mark.parametrize("mode", ["Remote", None, 7])
def test_another_learning_mode_is_a_problem(mode: object) -> None:
    assert reported(event_row(LEARNING_MODE=mode)) == [(4, columns.LEARNING_MODE)]


def test_a_session_that_says_lms_under_a_blended_event_is_a_problem() -> None:
    assert reported(event_row(), session_row(2, LEARNING_MODE="lms")) == [(5, columns.LEARNING_MODE)]


def test_rows_before_the_first_event_are_problems_and_harm_no_event() -> None:
    orphan, event = parsed(session_row(2), event_row())
    assert [problem.row for problem in orphan.problems] == [4]
    assert orphan.event is None
    assert event.event is not None


def test_an_event_whose_code_is_missing_gives_no_session_to_the_event_above() -> None:
    above, broken = parsed(event_row(), event_row(CODE=None, EVENT_TITLE="ELO-CB1-02"), session_row(2))
    assert above.event is not None
    assert above.event.row_numbers == (4,)
    assert broken.event is None
    assert [(problem.row, problem.column, problem.kind) for problem in broken.problems] == [
        (5, columns.CODE, ProblemKind.STRUCTURE)
    ]


def test_a_session_row_may_repeat_the_title_of_its_event() -> None:
    assert len(event_of(event_row(), session_row(2, EVENT_TITLE="elo-cb1-01")).sessions) == 2


def test_a_bad_session_row_holds_back_its_event_alone_and_moves_no_row() -> None:
    bad, good = parsed(
        event_row(),
        session_row(2, CLASSROOM_START_DATE="soon", DAY="x"),
        session_row(3),
        event_row(EVENT_TITLE="ELO-CB1-02"),
        session_row(2),
    )
    assert bad.event is None
    assert [(problem.row, problem.column) for problem in bad.problems] == [
        (5, columns.DAY),
        (5, columns.CLASSROOM_START_DATE),
    ]
    assert good.event is not None
    assert good.event.row_numbers == (7, 8)


def test_a_problem_says_row_column_value_and_what_was_expected() -> None:
    ((problem,),) = (group.problems for group in parsed(event_row(MAX_PLACES="a dozen")))
    assert str(problem) == (
        "Row 4, Max places (a dozen): Expected a whole number of 0 or more, but the cell holds “a dozen”."
    )


@pytest.mark.parametrize(
    "column", ["EVENT_TITLE", "LOCATION", "ZONE", "SITTING", "MAX_PLACES", "SESSION_TITLE", "DAY", "CLASSROOM_END_TIME"]
)
def test_what_an_event_with_sessions_cannot_do_without_is_asked_for(column: str) -> None:
    assert set(reported(event_row(**{column: None}))) == {(4, getattr(columns, column))}


@pytest.mark.parametrize("column", ["LMS_START_DATE", "LMS_END_DATE", "SITTING", "EVENT_TITLE"])
def test_what_an_lms_event_cannot_do_without_is_asked_for(column: str) -> None:
    assert reported(lms_row(**{column: None})) == [(4, getattr(columns, column))]


def test_a_title_longer_than_the_tutorial_tables_hold_is_a_problem() -> None:
    assert reported(event_row(EVENT_TITLE="x" * 101)) == [(4, columns.EVENT_TITLE)]


def test_a_session_takes_from_its_event_what_its_own_cells_leave_blank() -> None:
    blank = session_row(2, LOCATION=None, VENUE=None, ZONE=None, SESSION_INSTRUCTOR=None, LEARNING_MODE=None)
    session = event_of(event_row(INSTRUCTOR="Ida Fernsby / Gwen Marlow"), blank).sessions[1]
    assert (session.location, session.venue) == ("London", "Waterloo")
    assert session.start.zone == "Europe/London"
    assert session.instructors == ("Ida Fernsby", "Gwen Marlow")


def test_a_venue_to_be_confirmed_is_no_venue() -> None:
    event = event_of(event_row(VENUE="To be confirmed"), session_row(2, VENUE="TBC"), session_row(3, VENUE="Waterloo"))
    assert event.venue is None
    assert [session.venue for session in event.sessions] == [None, None, "Waterloo"]


@pytest.mark.parametrize("written", ["2026A", "26a", "26", "2026-04", 26])
def test_a_sitting_of_spring_is_an_exam_session(written: object) -> None:
    event = event_of(event_row(SITTING=written))
    assert (event.sitting, event.exam_session_codes) == (str(written), ("2026-04", "26", "26A"))


@pytest.mark.parametrize("written", ["2026S", "26 S", "2026-09"])
def test_a_sitting_of_autumn_is_an_exam_session(written: str) -> None:
    event = event_of(event_row(SITTING=written))
    assert (event.sitting, event.exam_session_codes) == (written, ("2026-09", "26S"))


@pytest.mark.parametrize("written", ["2026", "A2026", "2026B", "1926A", "2026-05", "2026S1", "6", 2026])
def test_another_sitting_is_a_problem(written: object) -> None:
    assert reported(event_row(SITTING=written)) == [(4, columns.SITTING)]
