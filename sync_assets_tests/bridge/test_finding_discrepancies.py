"""A list of discrepancies is read page by page: the keys of all, and the rows of some."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from sync_assets.bridge.candidates import DiscrepancyKind, Side
from sync_assets.bridge.decision_log import ignored
from sync_assets.bridge.discrepancies import count_discrepancies, find_discrepancies, read_discrepancies
from sync_assets_tests.bridge.linked_entities import add_record, add_row, link


@pytest.fixture
def rows(database: Engine) -> Engine:
    for name in ("Leeds", "York", "York", "St\u202fIves"):
        add_row(database, "locations", name)
    for number, name in enumerate(("Hull", "York")):
        add_record(database, "locations", f"L{number}", name)
    link(database, "locations")
    with database.begin() as connection:
        leeds = read_discrepancies(connection, "locations", side=Side.TUTORIAL, kind=DiscrepancyKind.UNMATCHED)
        place = {"entity": "locations", "side": "tutorial", "kind": "unmatched", "reason": "closed", "who": "Ada"}
        record_id = leeds[leeds["name"] == "Leeds"]["record_id"].iloc[0]
        connection.execute(ignored.insert().values(**place, record_id=record_id))
    return database


@pytest.mark.parametrize("is_ignored", [False, True])
@pytest.mark.parametrize("side", [None, *Side])
@pytest.mark.parametrize("kind", [None, DiscrepancyKind.AMBIGUOUS])
def test_what_is_found_is_what_is_read_in_its_order(
    rows: Engine, is_ignored: bool, side: Side | None, kind: DiscrepancyKind | None
) -> None:
    with rows.connect() as connection:
        ids = find_discrepancies(connection, "locations", side=side, kind=kind, ignored=is_ignored)
        whole = read_discrepancies(connection, "locations", side=side, kind=kind, ignored=is_ignored)
        assert len(ids) == len(whole)
        for place, id_ in enumerate(ids):
            one = read_discrepancies(connection, "locations", ignored=is_ignored, ids=[id_])
            assert list(one["record_id"]) == [whole["record_id"].iloc[place]]


@pytest.mark.parametrize(("words", "names"), [("YORK", 3), ("st ives", 1), ("L0", 1), ("leeds", 0), ("  ", 5)])
def test_words_are_looked_for_as_names_are_compared(rows: Engine, words: str, names: int) -> None:
    with rows.connect() as connection:
        assert len(find_discrepancies(connection, "locations", words=words)) == names


def test_they_are_counted_by_entity_and_kind(rows: Engine) -> None:
    with rows.connect() as connection:
        assert count_discrepancies(connection) == {
            "locations": {DiscrepancyKind.UNMATCHED: 2, DiscrepancyKind.AMBIGUOUS: 3}
        }
        assert count_discrepancies(connection, ignored=True) == {"locations": {DiscrepancyKind.UNMATCHED: 1}}
