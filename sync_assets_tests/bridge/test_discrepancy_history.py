from __future__ import annotations

from sqlalchemy import Engine

from sync_assets.bridge.discrepancy_history import read_counts
from sync_assets.bridge.side_counts import SideCounts, count_sides
from sync_assets_tests.bridge.linked_entities import add_record, add_row, link, link_of


def counts(database: Engine) -> list[tuple[str, str, int]]:
    with database.connect() as connection:
        rows = read_counts(connection)
    return [(str(row.entity), str(row.side), int(row.open_rows)) for row in rows.itertuples()]


def test_a_number_is_recorded_when_it_changes_and_only_then(database: Engine) -> None:
    add_row(database, "locations", "Leeds")
    link(database, "locations")
    link(database, "locations")
    assert counts(database) == [("locations", "tutorial", 1), ("locations", "administrate", 0)]
    add_record(database, "locations", "L1", "Leeds")
    add_record(database, "locations", "L2", "York")
    link(database, "locations")
    assert counts(database)[2:] == [("locations", "tutorial", 0), ("locations", "administrate", 1)]


def test_the_sides_of_an_entity_are_counted(database: Engine) -> None:
    for name in ("Leeds", "York"):
        add_row(database, "locations", name)
    for number, name in enumerate(("Leeds", "Hull", "Bath")):
        add_record(database, "locations", f"L{number}", name)
    link(database, "locations")
    with database.connect() as connection:
        assert count_sides(connection, link_of("locations")) == SideCounts(records=3, tutorial_rows=2, linked=1)
