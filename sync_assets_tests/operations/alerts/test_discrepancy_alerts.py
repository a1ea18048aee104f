from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest

from sync_assets.bridge.matching import DiscrepancyKind
from sync_assets.operations.alerts.alert_text import Alert, Tone
from sync_assets.operations.alerts.discrepancy_alerts import Found, news_of_discrepancies

PLURALS = {"venues": "venues", "locations": "locations"}


def rows(*numbers: int, entity: str = "venues", kind: str = "unmatched") -> list[Found]:
    why = "no record has this name"
    return [Found(entity, "tutorial", kind, str(number), f"Room {number}", why) for number in numbers]


def step(
    told: Collection[str], found: Sequence[Found], ignored: Sequence[Found] = ()
) -> tuple[list[Alert], Collection[str]]:
    news = news_of_discrepancies(told, found, ignored, PLURALS, lambda name: f"https://dagster.example.org/runs/{name}")
    return list(news.alerts), news.keys


def test_new_ones_are_told_once() -> None:
    (alert,), told = step((), rows(1, 2))
    assert alert.title == "Venues: 2 new without a partner"
    assert alert.items[0] == "Room 1 (tutorial row 1): no record has this name"
    assert alert.link == "https://dagster.example.org/runs/venues"
    assert step(told, rows(2, 1)) == ([], told)


def test_only_what_is_new_is_listed() -> None:
    _, told = step((), rows(1, 2))
    (alert,), _ = step(told, rows(1, 2, 3))
    assert alert.title == "Venues: 1 new without a partner"
    assert alert.items == ("Room 3 (tutorial row 3): no record has this name",)
    assert "2 that were reported before are still there" in alert.sentences[0]


def test_one_for_another_is_new_although_the_count_is_the_same() -> None:
    _, told = step((), rows(1))
    (alert,), _ = step(told, rows(2))
    assert alert.items[0].startswith("Room 2")


def test_another_kind_of_the_same_row_is_new_and_has_its_own_words() -> None:
    _, told = step((), rows(1))
    (alert,), _ = step(told, rows(1, kind="ambiguous"))
    assert (alert.tone, alert.title) == (Tone.WARNING, "Venues: 1 new with a key that occurs more than once")


@pytest.mark.parametrize("kind", DiscrepancyKind)
def test_each_kind_has_words_that_are_true_of_it(kind: DiscrepancyKind) -> None:
    (alert,), _ = step((), rows(1, 2, kind=kind.value))
    says_no_partner = "partner" in alert.title or "partner" in alert.sentences[0]
    assert says_no_partner == (kind is DiscrepancyKind.UNMATCHED)
    assert alert.title.startswith("Venues: 2 new ")
    assert kind is DiscrepancyKind.UNMATCHED or ("held" in alert.title) == kind.value.startswith("held")
    assert "deleted" in alert.title or kind is not DiscrepancyKind.ROW_DELETED
    assert "do not agree" not in alert.sentences[0] or kind is DiscrepancyKind.HELD_LINK


def test_several_kinds_are_counted_and_each_is_said() -> None:
    found = [*rows(1, 2), *rows(3, kind="held apart"), *rows(4, kind="row deleted")]
    (alert,), _ = step((), found)
    assert alert.title == "Venues: 4 new discrepancies"
    assert alert.sentences == (
        "2 without a partner. They stand in one of the two systems and have no partner in the other.",
        "1 held apart. Somebody has decided that no sync links them.",
        "1 whose tutorial row was deleted. The tutorial application deleted the row that they were linked to.",
    )
    (alert,), _ = step({row.key for row in rows(1)}, found)
    assert alert.sentences[-1] == "1 that was reported before is still there."


def test_fewer_need_nobody_and_the_last_one_is_the_all_clear() -> None:
    _, told = step((), rows(1, 2))
    alerts, told = step(told, rows(2))
    assert not alerts
    (clear,), told = step(told, [])
    assert (clear.tone, clear.title) == (Tone.SUCCESS, "Venues: all clear")
    assert step(told, [])[0] == []


def test_an_entity_that_never_had_any_gives_no_all_clear() -> None:
    assert step((), []) == ([], set())


def test_one_that_came_back_is_told_again() -> None:
    _, told = step((), rows(1))
    _, told = step(told, [])
    assert len(step(told, rows(1))[0]) == 1


def test_the_first_rows_are_listed_and_the_rest_counted() -> None:
    (alert,), _ = step((), rows(*range(35)))
    assert (len(alert.items), alert.more) == (10, 25)


def test_each_entity_is_told_by_itself() -> None:
    _, told = step((), [*rows(1), *rows(1, entity="locations")])
    (alert,), _ = step(told, rows(1))
    assert alert.title == "Locations: all clear"


@pytest.mark.parametrize("count", [199, 200, 201, 20_000])
class TestOfAnyNumber:
    """Each row counts by itself, however many there are."""

    def test_one_more_is_told_as_one(self, count: int) -> None:
        _, told = step((), rows(*range(count)))
        (alert,), _ = step(told, rows(*range(count + 1)))
        assert alert.title == "Venues: 1 new without a partner"
        assert alert.items[0].startswith(f"Room {count} ")

    def test_one_that_is_exchanged_is_told(self, count: int) -> None:
        _, told = step((), rows(*range(count)))
        (alert,), _ = step(told, rows(*range(1, count + 1)))
        assert alert.title == "Venues: 1 new without a partner"

    def test_one_new_among_many_that_went_is_told(self, count: int) -> None:
        _, told = step((), rows(*range(count)))
        (alert,), _ = step(told, rows(0, 1, count + 7))
        assert alert.title == "Venues: 1 new without a partner"
        assert "2 that were reported before" in alert.sentences[0]

    def test_the_last_one_that_goes_is_the_all_clear(self, count: int) -> None:
        _, told = step((), rows(*range(count)))
        (alert,), _ = step(told, [])
        assert alert.title == "Venues: all clear"
        assert f"{count} are settled" in alert.sentences[0]


def test_what_is_ignored_is_not_gone() -> None:
    _, told = step((), rows(1, 2, 3))
    (alert,), told = step(told, [], ignored=rows(2, 3))
    assert "1 is settled and 2 are ignored by a decision" in alert.sentences[0]
    assert "2 are ignored in all" in alert.sentences[1]
    (again,), _ = step(told, rows(2), ignored=rows(3))
    assert again.title == "Venues: 1 new without a partner"


def test_where_all_are_ignored_nothing_is_called_clear() -> None:
    _, told = step((), rows(1))
    (alert,), _ = step(told, [], ignored=rows(1))
    assert (alert.tone, alert.title) == (Tone.INFO, "Venues: the last ones are ignored")
    assert "clear" not in f"{alert.title} {alert.sentences}"


def test_a_row_without_a_name_is_still_told_apart() -> None:
    (alert,), _ = step((), [Found("venues", "administrate", "unmatched", "TG9j", "", "it has no name")])
    assert alert.items == ("without a name (Administrate record TG9j): it has no name",)
