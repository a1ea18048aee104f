import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_assets.bridge.matching import BridgeCandidate, DiscrepancyKind, Side, TutorialCandidate, Words, match
from sync_assets.text import match_key

WORDS = Words(key="name")


def record(id_: int, key: str, **values: object) -> BridgeCandidate:
    return BridgeCandidate(id=id_, key=key, name=key, external_id=f"R{id_}", **values)  # type: ignore[arg-type]


def row(id_: int, key: str, scope: int | None = None) -> TutorialCandidate:
    return TutorialCandidate(id=id_, key=key, name=key, scope=scope)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ana Maria", "Silva"), ("Ana", "Maria  Silva")),
        (("  LIVE\tonline ",), ("Live online",)),
        (("Cafe\u0301",), ("CAFÉ",)),
        (("Straße",), ("STRASSE",)),
        (("ﬁnance",), ("Finance",)),
        (("Live\u00a0online",), ("live online",)),
    ],
)
def test_keys_ignore_case_white_space_form_and_where_a_name_is_split(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    assert match_key(*one) == match_key(*other)


@given(st.text())
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert match_key(match_key(text)) == match_key(text)


def test_a_key_once_on_each_side_is_a_link() -> None:
    assert match([record(1, "a")], [row(7, "a")], WORDS).links == {1: 7}


def test_a_key_twice_on_either_side_links_none_and_reports_all() -> None:
    matching = match([record(1, "a"), record(2, "b"), record(3, "b")], [row(7, "a"), row(8, "a"), row(9, "b")], WORDS)
    assert set(matching.links.values()) == {None}
    assert {item.record_id for item in matching.discrepancies} == {"R1", "R2", "R3", "7", "8", "9"}
    assert {item.kind for item in matching.discrepancies} == {DiscrepancyKind.AMBIGUOUS}


def test_a_record_without_a_key_matches_nothing() -> None:
    assert match([record(1, "")], [row(7, "")], WORDS).links == {1: None}


def test_a_name_counts_within_its_scope_alone() -> None:
    words = Words(key="name", scope="location")
    matching = match(
        [record(1, "hall", scope=10), record(2, "hall", scope=20), record(3, "hall", scope=None)],
        [row(7, "hall", 10), row(8, "hall", 20), row(9, "hall", None)],
        words,
    )
    assert matching.links == {1: 7, 2: 8, 3: None}
    assert {(item.side, item.why) for item in matching.discrepancies} == {
        (Side.ADMINISTRATE, "its location has no link"),
        (Side.TUTORIAL, "it has no location"),
    }


def test_a_held_link_stands_and_takes_its_row() -> None:
    matching = match([record(1, "a"), record(2, "z", linked_to=7, held=True)], [row(7, "a")], WORDS)
    assert matching.links == {1: None}
    assert [item.record_id for item in matching.discrepancies] == ["R1"]


def test_a_record_that_is_held_without_a_link_is_not_linked() -> None:
    matching = match([record(1, "a", held=True)], [row(7, "a")], WORDS)
    assert matching.links == {}
    assert [item.record_id for item in matching.discrepancies] == ["7"]


keys = st.sampled_from(["a", "b", "c", "d", ""])


@given(st.lists(keys, max_size=8), st.lists(keys, max_size=8))
def test_every_row_is_either_linked_or_reported(bridge: list[str], tutorial: list[str]) -> None:
    matching = match(
        [record(number, key) for number, key in enumerate(bridge)],
        [row(number, key) for number, key in enumerate(tutorial)],
        WORDS,
    )
    linked = {number: target for number, target in matching.links.items() if target is not None}
    assert len(set(linked.values())) == len(linked)
    for number, target in linked.items():
        assert bridge[number] == tutorial[target]
        assert bridge.count(bridge[number]) == tutorial.count(bridge[number]) == 1
    reported = {(item.side, item.record_id) for item in matching.discrepancies}
    assert reported == {(Side.ADMINISTRATE, f"R{number}") for number in range(len(bridge)) if number not in linked} | {
        (Side.TUTORIAL, str(number)) for number in range(len(tutorial)) if number not in linked.values()
    }
