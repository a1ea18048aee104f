"""What is not open, like an event that is over: it is linked as ever, and missed by nobody where it has no partner."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync_assets.bridge.matching import (
    BridgeCandidate,
    DiscrepancyKind,
    Matching,
    TutorialCandidate,
    Words,
    match,
)

WORDS = Words(key="title")


def record(id_: int, key: str, *, is_open: bool = True, **values: object) -> BridgeCandidate:
    external_id = f"R{id_}"
    return BridgeCandidate(id=id_, key=key, name=key, external_id=external_id, is_open=is_open, **values)  # type: ignore[arg-type]


def row(id_: int, key: str, *, is_open: bool = True) -> TutorialCandidate:
    return TutorialCandidate(id=id_, key=key, name=key, is_open=is_open)


def kinds(matching: Matching) -> dict[str, DiscrepancyKind]:
    return {item.record_id: item.kind for item in matching.discrepancies}


def test_one_without_a_partner_is_no_discrepancy_on_either_side() -> None:
    matching = match([record(1, "a", is_open=False), record(2, "b")], [row(7, "c", is_open=False), row(8, "d")], WORDS)
    assert kinds(matching) == {"R2": DiscrepancyKind.UNMATCHED, "8": DiscrepancyKind.UNMATCHED}


def test_one_is_linked_whether_its_partner_is_open_or_not() -> None:
    matching = match(
        [record(1, "a", is_open=False), record(2, "b", is_open=False), record(3, "c")],
        [row(7, "a", is_open=False), row(8, "b"), row(9, "c", is_open=False)],
        WORDS,
    )
    assert matching.links == {1: 7, 2: 8, 3: 9}
    assert kinds(matching) == {}


def test_one_steps_back_behind_an_open_one_of_the_same_key() -> None:
    matching = match([record(1, "a", is_open=False, linked_to=7), record(2, "a")], [row(7, "a")], WORDS)
    assert matching.links == {1: None, 2: 7}
    assert kinds(matching) == {}
    matching = match([record(1, "a")], [row(7, "a"), row(8, "a", is_open=False)], WORDS)
    assert matching.links == {1: 7}
    assert kinds(matching) == {}


def test_several_of_a_key_are_told_where_one_of_either_side_is_open() -> None:
    old = [record(1, "a", is_open=False), record(2, "a", is_open=False)]
    assert kinds(match(old, [row(7, "a", is_open=False)], WORDS)) == {}
    assert kinds(match(old, [row(7, "a")], WORDS)) == dict.fromkeys(("R1", "R2", "7"), DiscrepancyKind.AMBIGUOUS)


def test_one_that_is_held_apart_or_lost_its_row_is_told_while_it_is_open() -> None:
    def found(*, is_open: bool) -> dict[str, DiscrepancyKind]:
        apart = record(1, "a", is_open=is_open, held=True)
        return kinds(match([apart, record(2, "b", is_open=is_open, linked_to=99)], [], WORDS))

    assert found(is_open=True) == {"R1": DiscrepancyKind.HELD_APART, "R2": DiscrepancyKind.ROW_DELETED}
    assert found(is_open=False) == {}


def test_a_held_link_that_disagrees_is_told_whether_it_is_open_or_not() -> None:
    matching = match([record(1, "a", is_open=False, held=True, linked_to=7)], [row(7, "b", is_open=False)], WORDS)
    assert kinds(matching) == {"R1": DiscrepancyKind.HELD_LINK}


def test_an_adopted_link_that_stepped_back_is_no_match() -> None:
    matching = match(
        [record(1, "a", is_open=False, held=True, adopted=True, linked_to=7), record(2, "a")], [row(7, "a")], WORDS
    )
    assert matching.taken_over == frozenset()
    assert (matching.held, matching.links) == ({1: 7}, {2: None})
    assert kinds(matching) == {"R2": DiscrepancyKind.UNMATCHED}


def test_one_is_suggested_to_nobody() -> None:
    matching = match([record(1, "CB1-01-26S")], [row(7, "CB1-01-26A", is_open=False)], WORDS)
    assert [item.why for item in matching.discrepancies] == ["no active tutorial row has this title"]


_SIDE = st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=6)


@given(_SIDE, _SIDE)
def test_what_is_found_does_not_rest_on_the_links_that_stand(
    there: list[tuple[str, bool]], here: list[tuple[str, bool]]
) -> None:
    rows = [row(id_, key, is_open=is_open) for id_, (key, is_open) in enumerate(here, 100)]
    first = match([record(id_, key, is_open=is_open) for id_, (key, is_open) in enumerate(there)], rows, WORDS)
    again = [record(id_, key, is_open=is_open, linked_to=first.links[id_]) for id_, (key, is_open) in enumerate(there)]
    second = match(again, rows, WORDS)
    assert (second.links, kinds(second)) == (first.links, kinds(first))
    open_ones = {f"R{id_}" for id_, (_, is_open) in enumerate(there) if is_open}
    linked = {f"R{id_}" for id_, target in first.links.items() if target is not None}
    assert open_ones <= linked | kinds(first).keys()
