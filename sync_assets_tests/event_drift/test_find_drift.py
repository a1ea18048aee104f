"""A list of differences is read page by page: the keys of all, and the rows of some."""

from __future__ import annotations

import pytest

from sync_assets.event_drift.find_drift import count_drift, find_drift
from sync_assets.event_drift.record_drift import read_drift
from sync_assets.event_drift.three_way import DriftKind
from sync_assets_tests.event_drift.drifting import compare, imported, move_session_here
from sync_assets_tests.support.systems import Systems


def test_what_is_found_is_what_is_read_in_its_order(systems: Systems) -> None:
    titles = [event.title for event in imported(systems) if event.sessions][:3]
    compare(systems)
    for title in titles:
        move_session_here(systems, title)
    compare(systems)
    with systems.engine.connect() as connection:
        whole = read_drift(connection)
        ids = find_drift(connection)
        assert len(ids) == len(whole) >= 3
        for place, id_ in enumerate(ids):
            one = read_drift(connection, ids=[id_]).iloc[0]
            assert (one["title"], one["field"]) == (whole["title"].iloc[place], whole["field"].iloc[place])
        sittings = whole["sitting"].value_counts()
        assert count_drift(connection) == {name: int(count) for name, count in sittings.items()}
        assert count_drift(connection, left_apart=True) == {}
        for sitting, count in sittings.items():
            assert len(find_drift(connection, sitting=str(sitting))) == count
        assert not find_drift(connection, kind=DriftKind.CHANGED_THERE)
        assert not find_drift(connection, left_apart=True)


@pytest.mark.parametrize(("words", "is_found"), [("day 1", True), ("DAY 1", True), ("no such title", False)])
def test_words_are_looked_for_in_title_and_field(systems: Systems, words: str, is_found: bool) -> None:
    title = next(event.title for event in imported(systems) if event.sessions)
    compare(systems)
    move_session_here(systems, title)
    compare(systems)
    with systems.engine.connect() as connection:
        every = find_drift(connection)
        assert find_drift(connection, words=title.lower()) == every
        assert bool(find_drift(connection, words=words)) is is_found, list(read_drift(connection)["field"])
