from __future__ import annotations

import pytest

from sync_assets.operations.alerts.alert_text import Alert, Tone
from sync_assets.operations.alerts.discrepancy_alerts import (
    MOST_KNOWN,
    Found,
    State,
    alerts_of,
    read_state,
    write_state,
)

PLURALS = {"venues": "venues", "locations": "locations"}


def rows(*numbers: int, kind: str = "unmatched") -> list[Found]:
    return [Found("tutorial", kind, str(number), f"Room {number}", "no record has this name") for number in numbers]


def step(cursor: str | None, found: dict[str, list[Found]]) -> tuple[list[Alert], str]:
    state: State = read_state(cursor)
    alerts, after = alerts_of(PLURALS, state, found, lambda name: f"https://dagster.example.org/runs/{name}")
    return alerts, write_state(after)


def test_new_ones_are_told_once() -> None:
    (alert,), cursor = step(None, {"venues": rows(1, 2)})
    assert alert.title == "Venues: 2 new without a partner"
    assert alert.items[0] == "Room 1 (tutorial row 1): no record has this name"
    assert alert.link == "https://dagster.example.org/runs/venues"
    assert step(cursor, {"venues": rows(2, 1)}) == ([], cursor)


def test_only_what_is_new_is_listed() -> None:
    _, cursor = step(None, {"venues": rows(1, 2)})
    (alert,), _ = step(cursor, {"venues": rows(1, 2, 3)})
    assert alert.title == "Venues: 1 new without a partner"
    assert alert.items == ("Room 3 (tutorial row 3): no record has this name",)
    assert "2 that were told before are still there" in alert.sentences[0]


def test_one_for_another_is_new_although_the_count_is_the_same() -> None:
    _, cursor = step(None, {"venues": rows(1)})
    (alert,), _ = step(cursor, {"venues": rows(2)})
    assert alert.items[0].startswith("Room 2")


def test_another_kind_of_the_same_row_is_new() -> None:
    _, cursor = step(None, {"venues": rows(1)})
    (alert,), _ = step(cursor, {"venues": rows(1, kind="ambiguous")})
    assert alert.tone is Tone.WARNING


def test_fewer_need_nobody_and_the_last_one_is_the_all_clear() -> None:
    _, cursor = step(None, {"venues": rows(1, 2)})
    alerts, cursor = step(cursor, {"venues": rows(2)})
    assert not alerts
    (clear,), cursor = step(cursor, {})
    assert (clear.tone, clear.title) == (Tone.SUCCESS, "Venues: all clear")
    assert step(cursor, {})[0] == []


def test_an_entity_that_never_had_any_gives_no_all_clear() -> None:
    assert step(None, {}) == ([], "{}")


def test_one_that_came_back_is_told_again() -> None:
    _, cursor = step(None, {"venues": rows(1)})
    _, cursor = step(cursor, {})
    assert len(step(cursor, {"venues": rows(1)})[0]) == 1


def test_the_first_rows_are_listed_and_the_rest_counted() -> None:
    (alert,), _ = step(None, {"venues": rows(*range(35))})
    assert (len(alert.items), alert.more) == (10, 25)


def test_each_entity_is_told_by_itself() -> None:
    _, cursor = step(None, {"venues": rows(1), "locations": rows(1)})
    (alert,), _ = step(cursor, {"venues": rows(1)})
    assert alert.title == "Locations: all clear"


@pytest.mark.parametrize("count", [MOST_KNOWN, MOST_KNOWN + 1, 20_000])
def test_the_state_is_bounded(count: int) -> None:
    _, cursor = step(None, {name: rows(*range(count)) for name in PLURALS})
    assert len(cursor) < 2 * (8 * MOST_KNOWN + 100)
    assert step(cursor, {name: rows(*range(count)) for name in PLURALS})[0] == []


def test_very_many_are_known_as_a_whole() -> None:
    many = list(range(MOST_KNOWN + 50))
    _, cursor = step(None, {"venues": rows(*many)})
    assert step(cursor, {"venues": rows(*many[:-1])})[0] == []
    (alert,), _ = step(cursor, {"venues": rows(*many, 9999)})
    assert alert.title == f"Venues: {MOST_KNOWN + 51} new without a partner"


def test_a_row_without_a_name_is_still_told_apart() -> None:
    (alert,), _ = step(None, {"venues": [Found("administrate", "unmatched", "TG9j", "", "it has no name")]})
    assert alert.items == ("without a name (Administrate record TG9j): it has no name",)
