from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from sync_assets.event_import.workbook.cells import (
    Cell,
    Unreadable,
    is_venue_to_come,
    read_date,
    read_names,
    read_time,
    read_url,
    read_yes_no,
    read_zone,
    shown,
    text_of,
    whole_number,
)
from sync_assets_tests.event_import.workbooks import midnight


@pytest.mark.parametrize(
    "written",
    [
        midnight(2025, 11, 5),
        date(2025, 11, 5),
        "05/11/2025",
        " 5/11/2025 ",
        "05-11-2025",
        "2025-11-05",
        "2025-11-05T09:30",
    ],
)
def test_a_date_is_read_from_a_date_cell_and_from_three_ways_to_type_it(written: Any) -> None:
    assert read_date(written) == date(2025, 11, 5)


@pytest.mark.parametrize(
    "written", ["31/02/2026", "soon", "11/2025", 45901, True, "25/11/25", midnight(1905, 1, 1), "05/11-2025"]
)
def test_what_is_not_a_date_is_told_with_what_came(written: Any) -> None:
    answer = read_date(written)
    assert isinstance(answer, Unreadable)
    assert shown(written) in answer.sentence


@pytest.mark.parametrize(
    "written",
    [
        time(9, 30),
        "09:30",
        "9:30",
        "09:30:00",
        9.5 / 24,
        str(9.5 / 24),
        midnight(2025, 1, 1).replace(hour=9, minute=30),
        timedelta(hours=9.5),
    ],
)
def test_a_time_is_read_from_a_time_cell_from_text_and_from_a_fraction_of_a_day(written: Any) -> None:
    assert read_time(written) == time(9, 30)


def test_a_fraction_of_a_day_is_read_to_the_nearest_second_and_stays_in_its_day() -> None:
    assert read_time(15.9999999 / 24) == time(16)
    assert read_time(time(15, 59, 59, 999_000)) == time(16)
    assert read_time(0.9999999) == time(23, 59, 59)
    assert read_time(0) == time(0)


@pytest.mark.parametrize(
    "written", ["24:00", "9.30", "noon", 1, 1.5, -0.1, True, timedelta(days=2), float("nan"), float("inf")]
)
def test_what_is_not_a_time_of_day_is_told(written: Any) -> None:
    assert isinstance(read_time(written), Unreadable)


@pytest.mark.parametrize("written", [14, 14.0, "14", " 14 ", "14.0"])
def test_a_whole_number_is_read_from_numbers_and_text(written: Any) -> None:
    assert whole_number()(written) == 14


@pytest.mark.parametrize(
    "written", [-1, 1.5, "1.5", "many", True, 2**31, 1e308, float("nan"), "9" * 5000, "١٤", 10**400]
)
def test_what_is_not_a_whole_number_that_both_sides_can_hold_is_told(written: Any) -> None:
    assert isinstance(whole_number()(written), Unreadable)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Y", True), ("yes", True), (True, True), (1, True), ("n", False), ("No ", False), (0, False)],
)
def test_yes_and_no_are_read_in_the_ways_that_people_write_them(written: Any, meant: bool) -> None:
    assert read_yes_no(written) is meant


def test_maybe_is_neither_yes_nor_no() -> None:
    assert isinstance(read_yes_no("maybe"), Unreadable)


@pytest.mark.parametrize(
    "written", ["meet.example.org", "ftp://example.org", "https://", "https://exa mple.org", "http://[::1", "x" * 10, 7]
)
def test_an_address_without_http_or_host_is_told(written: Any) -> None:
    assert isinstance(read_url(written), Unreadable)


def test_an_address_longer_than_its_column_is_told() -> None:
    assert read_url("https://example.org/room") == "https://example.org/room"
    assert isinstance(read_url("https://example.org/" + "x" * 500), Unreadable)


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("Europe - London", "Europe/London"),
        ("europe/london", "Europe/London"),
        ("Europe-London", "Europe/London"),
        ("America - New York", "America/New_York"),
        ("America - Port-au-Prince", "America/Port-au-Prince"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_an_iana_name_however_it_is_spelled(written: str, zone: str) -> None:
    assert read_zone(written) == zone


@pytest.mark.parametrize("written", ["London time", "Europe - Londinium", "../etc/passwd", 1])
def test_a_zone_that_nobody_knows_is_told(written: Any) -> None:
    assert isinstance(read_zone(written), Unreadable)


def test_names_are_parted_at_slash_semicolon_and_comma_and_stand_once() -> None:
    assert read_names("Ida Fernsby/Gwen Marlow; ida  fernsby , Mona Sedgely") == (
        "Ida Fernsby",
        "Gwen Marlow",
        "Mona Sedgely",
    )
    assert isinstance(read_names(" / , "), Unreadable)


@pytest.mark.parametrize("written", ["To be confirmed", "TBC", "tbd ", "TO  BE CONFIRMED"])
def test_a_venue_may_be_still_to_come(written: str) -> None:
    assert is_venue_to_come(written)
    assert not is_venue_to_come("Waterloo")


def test_text_is_one_line_and_numbers_are_their_digits() -> None:
    assert text_of()("  ELO  CB1\n01 ") == "ELO CB1 01"
    assert text_of()(1234.0) == "1234"
    assert isinstance(text_of(5)("longer"), Unreadable)
    assert isinstance(text_of()("a\x07b"), Unreadable)


@pytest.mark.parametrize("value", [None, "", "   ", "\u00a0"])
def test_nothing_and_white_space_are_blank(value: Any) -> None:
    assert Cell(value).is_blank
    assert not Cell(value, "the formula has no value").is_blank


def test_values_are_shown_as_excel_shows_them() -> None:
    assert shown(midnight(2025, 11, 5)) == "05/11/2025"
    assert shown(time(9, 30)) == "09:30"
    assert shown(14.0) == "14"
    assert len(shown("x" * 1000)) == 120
