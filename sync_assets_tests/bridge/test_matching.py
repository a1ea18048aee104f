import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_assets.bridge.matching import (
    BridgeCandidate,
    DiscrepancyKind,
    Matching,
    Side,
    TutorialCandidate,
    Words,
    match,
)
from sync_assets.text import match_key

WORDS = Words(key="name")


def record(id_: int, key: str, **values: object) -> BridgeCandidate:
    return BridgeCandidate(id=id_, key=key, name=key, external_id=f"R{id_}", **values)  # type: ignore[arg-type]


def row(id_: int, key: str, scope: int | None = None, *, is_active: bool = True) -> TutorialCandidate:
    return TutorialCandidate(id=id_, key=key, name=key, scope=scope, is_active=is_active)


def kinds(matching: Matching) -> dict[str, DiscrepancyKind]:
    return {item.record_id: item.kind for item in matching.discrepancies}


def whys(matching: Matching) -> dict[str, str]:
    return {item.record_id: item.why for item in matching.discrepancies}


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
    assert (matching.links, matching.held) == ({1: None}, {2: 7})
    assert [item.record_id for item in matching.discrepancies] == ["R1", "R2"]


def test_a_record_that_is_held_without_a_link_is_not_linked() -> None:
    matching = match([record(1, "a", held=True)], [row(7, "a")], WORDS)
    assert (matching.links, matching.held) == ({}, {1: None})
    assert kinds(matching) == {"R1": DiscrepancyKind.HELD_APART, "7": DiscrepancyKind.UNMATCHED}


def test_a_held_link_of_one_key_of_several_says_nothing_new() -> None:
    matching = match([record(1, "a", linked_to=7, held=True)], [row(7, "a"), row(8, "a")], WORDS)
    assert kinds(matching) == {"8": DiscrepancyKind.AMBIGUOUS}


@pytest.mark.parametrize("adopted", [False, True])
def test_a_held_link_that_disagrees_is_told_with_all_that_speaks_against_it(adopted: bool) -> None:
    words = Words(key="name", scope="location")
    bridge = [
        record(1, "a", scope=10, linked_to=7, held=True, adopted=adopted),
        record(2, "b", scope=20, linked_to=7, held=True, adopted=adopted),
    ]
    matching = match(bridge, [row(7, "b", 10, is_active=False)], words)
    assert matching.held == {1: 7, 2: 7}
    assert set(kinds(matching).values()) == {DiscrepancyKind.HELD_LINK}
    by = "found when the tables were taken over" if adopted else "set by hand"
    assert whys(matching) == {
        "R1": f"its link to tutorial row 7 (b), {by}, is held, and the row has another name; the row is inactive; the "
        "row is linked to R2, too",
        "R2": f"its link to tutorial row 7 (b), {by}, is held, and the row has another location; the row is inactive; "
        "the row is linked to R1, too",
    }


def test_an_adopted_link_that_matching_would_set_is_a_match_from_now_on() -> None:
    matching = match([record(1, "a", linked_to=7, held=True, adopted=True)], [row(7, "a")], WORDS)
    assert (matching.links, matching.held, matching.taken_over) == ({1: 7}, {}, {1})
    assert not matching.discrepancies


def test_adopted_links_that_are_swapped_are_held_and_told() -> None:
    bridge = [
        record(1, "a", linked_to=8, held=True, adopted=True),
        record(2, "b", linked_to=7, held=True, adopted=True),
    ]
    matching = match(bridge, [row(7, "a"), row(8, "b")], WORDS)
    assert (matching.links, matching.held, matching.taken_over) == ({}, {1: 8, 2: 7}, frozenset())
    assert kinds(matching) == {"R1": DiscrepancyKind.HELD_LINK, "R2": DiscrepancyKind.HELD_LINK}


def test_of_two_adopted_links_to_one_row_neither_is_a_match() -> None:
    bridge = [record(n, key, linked_to=7, held=True, adopted=True) for n, key in ((1, "a"), (2, "b"))]
    matching = match(bridge, [row(7, "a")], WORDS)
    assert (matching.taken_over, matching.held) == (frozenset(), {1: 7, 2: 7})
    assert kinds(matching) == {"R1": DiscrepancyKind.HELD_LINK, "R2": DiscrepancyKind.HELD_LINK}


def test_a_row_that_was_deleted_is_told_of_at_the_record() -> None:
    bridge = [record(1, "a", linked_before=7), record(2, "b", held=True, linked_before=8)]
    matching = match(bridge, [], WORDS)
    assert kinds(matching) == {"R1": DiscrepancyKind.ROW_DELETED, "R2": DiscrepancyKind.ROW_DELETED}
    assert matching.lost_their_row == {1, 2}
    assert "tutorial row 7, which it was linked to, was deleted" in whys(matching)["R1"]


def test_a_record_whose_row_was_deleted_is_linked_to_the_next_one_of_its_key() -> None:
    matching = match([record(1, "a", linked_before=7)], [row(9, "a")], WORDS)
    assert matching.links == {1: 9}
    assert not matching.discrepancies


def test_a_held_link_comes_back_with_its_record() -> None:
    matching = match([record(1, "a", held=True, linked_before=7)], [row(7, "a")], WORDS)
    assert matching.held == {1: 7}
    assert not matching.discrepancies


def test_a_held_link_does_not_come_back_to_a_row_that_another_record_holds() -> None:
    bridge = [record(1, "a", held=True, linked_before=7), record(2, "b", held=True, linked_to=7)]
    matching = match(bridge, [row(7, "b")], WORDS)
    assert matching.held == {1: None, 2: 7}
    assert kinds(matching) == {"R1": DiscrepancyKind.HELD_LINK}
    assert "the row is linked to R2 now" in whys(matching)["R1"]


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


small = st.integers(0, 3)
candidates = st.builds(
    lambda id_, key, scope, linked_to, by, before: record(
        id_,
        key,
        scope=scope,
        linked_to=linked_to,
        held=by != "match",
        adopted=by == "adopted",
        linked_before=before if linked_to is None else None,
    ),
    st.integers(0, 5),
    keys,
    st.none() | small,
    st.none() | small,
    st.sampled_from(["match", "hand", "adopted"]),
    st.none() | small,
)
tutorial_rows = st.builds(
    lambda id_, key, scope, is_active: row(id_, key, scope, is_active=is_active),
    small,
    keys,
    st.none() | small,
    st.booleans(),
)


@given(
    st.lists(candidates, max_size=6, unique_by=lambda each: each.id),
    st.lists(tutorial_rows, max_size=4, unique_by=lambda each: each.id),
    st.sampled_from([WORDS, Words(key="name", scope="location")]),
)
def test_whatever_is_held_a_link_is_a_match_or_a_held_one_and_what_disagrees_is_told(
    bridge: list[BridgeCandidate], tutorial: list[TutorialCandidate], words: Words
) -> None:
    matching = match(bridge, tutorial, words)
    rows, records = {each.id: each for each in tutorial}, {each.id: each for each in bridge}
    assert matching.links.keys() | matching.held.keys() == records.keys()
    assert not matching.links.keys() & matching.held.keys()
    for id_, target in matching.links.items():
        assert not records[id_].held or id_ in matching.taken_over
        if target is not None:
            assert rows[target].is_active
            assert (records[id_].key, records[id_].scope) == (rows[target].key, rows[target].scope)
            assert target not in matching.held.values()
    told = kinds(matching)
    for id_, target in matching.held.items():
        held = records[id_]
        agrees = target is not None and (
            (held.key, rows[target].is_active) == (rows[target].key, True)
            and (not words.scope or held.scope == rows[target].scope)
            and list(matching.held.values()).count(target) == 1
        )
        assert (held.external_id in told) is not agrees
    places = [(item.side, item.record_id) for item in matching.discrepancies]
    assert len(set(places)) == len(places)
    # What has been found is found again, and nothing else.
    again = match(
        [
            record(
                each.id,
                each.key,
                scope=each.scope,
                linked_to=matching.held.get(each.id, matching.links.get(each.id)),
                held=each.id in matching.held,
                adopted=each.adopted and each.id in matching.held,
                linked_before=each.linked_before or each.linked_to,
            )
            for each in bridge
        ],
        tutorial,
        words,
    )
    assert {**again.links, **again.held} == {**matching.links, **matching.held}


def test_a_row_without_a_partner_is_told_with_the_nearest_one_that_has_none_either() -> None:
    matching = match(
        [record(1, "gatehouse hal"), record(2, "town hall"), record(3, "penmarrow")],
        [row(7, "gatehouse hall"), row(8, "town hall"), row(9, "elsewhere")],
        WORDS,
    )
    assert whys(matching) == {
        "R1": "no active tutorial row has this name; perhaps gatehouse hall (7)",
        "R3": "no active tutorial row has this name",
        "7": "no Administrate record has this name; perhaps gatehouse hal (R1)",
        "9": "no Administrate record has this name",
    }


def test_only_rows_of_the_same_scope_are_suggested() -> None:
    words = Words(key="name", scope="location")
    matching = match([record(1, "hall one", scope=10)], [row(7, "hall on", 10), row(8, "hall ones", 20)], words)
    assert whys(matching)["R1"] == "no active tutorial row has this name in its location; perhaps hall on (7)"
    assert "perhaps" not in whys(matching)["8"]


def test_where_most_rows_have_no_partner_none_is_suggested() -> None:
    records = [record(number, f"room {number} a") for number in range(300)]
    matching = match(records, [row(number, f"room {number} b") for number in range(300)], WORDS)
    assert {why for why in whys(matching).values() if "perhaps" in why} == set()
