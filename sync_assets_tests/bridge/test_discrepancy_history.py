from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, insert

from sync_assets.bridge.discrepancy_history import discrepancy_counts, read_counts, read_totals
from sync_assets.bridge.side_counts import SideCounts, count_sides
from sync_assets.pages.discrepancies.over_time import open_over_time
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


def test_a_picture_of_totals_is_that_of_all_counts(database: Engine) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        {
            "entity": ("locations", "venues")[number % 3 == 0],
            "side": ("tutorial", "administrate")[number % 2],
            "open_rows": number * 7919 % 101,
            "counted_at": begin + timedelta(minutes=number // 2 * 37 + (600 if number > 700 else 0)),
        }
        for number in range(900)
    ]
    now = begin + timedelta(days=30)
    with database.begin() as connection:
        assert read_totals(connection, now).empty
        connection.execute(insert(discrepancy_counts), rows)
        every = read_counts(connection)
        for entity in (None, "locations", "venues"):
            of_entity = every if entity is None else every[every["entity"] == entity]
            totals = read_totals(connection, now, entity)
            assert open_over_time(totals, now) == open_over_time(of_entity, now)
            assert len(totals) < 300
        assert read_totals(connection, now, "instructors").empty
