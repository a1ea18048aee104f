"""No cell is dropped in silence: each column of each kind of row changes what is read, or is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from sync_assets.event_import.problems import Problem
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.groups import group_rows
from sync_assets.event_import.workbook.parsing import parse_group
from sync_assets.event_import.workbook.sheet import read_sheet
from sync_assets_tests.event_import.workbooks import Row, event_row, lms_row, midnight, session_row, workbook

OTHER: Row = {
    columns.CODE: "CM2_LO_3",
    columns.EVENT_TITLE: "Another title",
    columns.SESSION_TITLE: "Another session",
    columns.LEARNING_MODE: "Classroom",
    columns.LOCATION: "Leeds",
    columns.VENUE: "Town hall",
    columns.ZONE: "Europe/Paris",
    columns.CLASSROOM_START_DATE: midnight(2025, 9, 1),
    columns.CLASSROOM_START_TIME: time(8, 15),
    columns.CLASSROOM_END_DATE: midnight(2026, 9, 1),
    columns.CLASSROOM_END_TIME: time(18, 15),
    columns.LMS_START_DATE: midnight(2025, 8, 1),
    columns.LMS_START_TIME: time(7, 0),
    columns.LMS_END_DATE: midnight(2026, 8, 1),
    columns.LMS_END_TIME: time(6, 0),
    columns.MAX_PLACES: 99,
    columns.INSTRUCTOR: "Gwen Marlow",
    columns.SESSION_INSTRUCTOR: "Gwen Marlow",
    columns.ADMINISTRATOR: "Mona Sedgely",
    columns.DAY: 7,
    columns.EVENT_URL: "https://meet.example.org/another/",
    columns.SESSION_URL: "https://meet.example.org/session/",
    columns.FINALISATION_DATE: midnight(2025, 7, 1),
    columns.WEB_SALE: "Y",
    columns.SITTING: "2026S",
    columns.OCR_MOODLE_CODE: "CM2 OC",
    columns.ACCESS_DURATION: "90 days",
    columns.RECORDINGS: "Y",
    columns.RECORDING_PIN: "0417",
    columns.TUTORS: "Gwen Marlow",
    columns.SAGE_CODE: "S-1",
    columns.CANCELLED: "Y",
    columns.EXTRA_INFORMATION: "Bring a calculator",
    columns.REGISTRATION_DEADLINE: midnight(2025, 7, 2),
}
ROWS: tuple[Row, ...] = (event_row(), session_row(2), lms_row())


def outcome(rows: tuple[Row, ...]) -> tuple[list[object], list[Problem]]:
    """What is read of some rows, without the rows themselves, and what is told."""
    parsed = [parse_group(group) for group in group_rows(read_sheet(workbook(*rows)).rows)]
    events = [
        group.event
        and replace(
            group.event,
            row=None,  # type: ignore[arg-type]
            sessions=tuple(replace(each, row=None) for each in group.event.sessions),  # type: ignore[arg-type]
        )
        for group in parsed
    ]
    return list(events), [problem for group in parsed for problem in group.problems]


PLAIN = outcome(ROWS)


def test_the_other_values_are_of_every_column() -> None:
    assert set(OTHER) == set(columns.KNOWN)
    assert PLAIN[1] == []


@pytest.mark.parametrize("column", columns.KNOWN)
@pytest.mark.parametrize("index", [0, 1, 2], ids=["event", "session", "lms"])
def test_a_change_of_any_cell_makes_a_difference(index: int, column: str) -> None:
    rows = list(ROWS)
    rows[index] = rows[index] | {column: OTHER[column]}
    events, problems = outcome(tuple(rows))
    assert (events, problems) != PLAIN
    # What is dropped is told in its own row and column, or in another of the row that names it.
    if events == PLAIN[0]:
        (problem,) = problems
        assert problem.row == 4 + index
        assert column == problem.column or column in problem.sentence


def test_a_cancelled_session_and_a_cancelled_event_are_told_apart() -> None:
    (event,), problems = outcome((event_row(), session_row(2, CANCELLED="Y"), session_row(3, CANCELLED="N")))
    assert problems == []
    assert [session.cancelled for session in event.sessions] == [None, True, False]  # type: ignore[attr-defined]
    assert event.cancelled is False  # type: ignore[attr-defined]


def test_what_a_session_row_says_of_its_event_is_told_unless_it_says_the_same() -> None:
    same = session_row(2, MAX_PLACES="14", SITTING="2026a", LMS_START_DATE="22/10/2025", WEB_SALE="no")
    assert outcome((event_row(), same))[1] == []
    other = session_row(2, MAX_PLACES=15, ADMINISTRATOR="Mona Sedgely")
    warnings = outcome((event_row(), other))[1]
    assert [(each.row, each.column, each.is_error) for each in warnings] == [
        (5, columns.MAX_PLACES, False),
        (5, columns.ADMINISTRATOR, False),
    ]
    assert "row 4 says “14”" in warnings[0].sentence
    assert "row 4 says nothing" in warnings[1].sentence


def test_a_venue_is_inherited_with_its_location_alone() -> None:
    def venue(**changes: object) -> tuple[object, object]:
        (event,), _ = outcome((event_row(), session_row(2, **changes)))
        return event.sessions[1].location, event.sessions[1].venue  # type: ignore[attr-defined]

    assert venue(VENUE=None) == ("London", "Waterloo")
    assert venue(LOCATION=None, VENUE=None) == ("London", "Waterloo")
    assert venue(LOCATION="LONDON ", VENUE=None)[1] == "Waterloo"
    assert venue(LOCATION="Leeds", VENUE=None) == ("Leeds", None)
    assert venue(LOCATION="Leeds", VENUE="Town hall") == ("Leeds", "Town hall")


def test_a_session_that_names_another_mode_than_its_event_is_told() -> None:
    (event,), (warning,) = outcome((event_row(), session_row(2, LEARNING_MODE="Classroom")))
    assert event is not None
    assert (warning.row, warning.column, warning.is_error) == (5, columns.LEARNING_MODE, False)
