from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, text, update

from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.bridge.link import Link
from sync_assets.bridge.linking import Linked, link_rows
from sync_assets.bridge.verification import missing_links
from sync_assets.bridge.writing import write_rows
from sync_assets.entities import locations, venues
from sync_assets.text import match_key
from sync_assets.tutorial.tables import tutorial_locations, tutorial_venues

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LINK = locations.ENTITY.link
VENUE_LINK = venues.ENTITY.link
assert LINK
assert VENUE_LINK


def tutorial(database: Engine, *names: str, is_active: bool = True) -> list[int]:
    with database.begin() as connection:
        return [
            connection.execute(
                insert(tutorial_locations)
                .values(name=name, code="", is_active=is_active, created_at=NOW, updated_at=NOW)
                .returning(tutorial_locations.c.id)
            ).scalar_one()
            for name in names
        ]


def records(database: Engine, *names: str) -> None:
    rows = [{"external_id": f"L{number}", "name": name} for number, name in enumerate(names)]
    with database.begin() as connection:
        write_rows(connection, locations.TABLE, rows, what="locations", allow_removals=True)


def link(database: Engine, how: Link = LINK) -> Linked:
    with database.begin() as connection:
        return link_rows(connection, how.table.name, how)


def links(database: Engine) -> dict[str, int | None]:
    table = locations.TABLE
    with database.connect() as connection:
        found = connection.execute(select(table.c.external_id, table.c.tutorial_location_id))
        return {row[0]: row[1] for row in found}


def test_case_space_and_unicode_form_do_not_keep_a_match_apart(database: Engine) -> None:
    ids = tutorial(database, "Live online", "Café Royal", "Straße 5")
    records(database, " LIVE  Online", "Cafe\u0301 royal", "STRASSE 5")
    assert link(database).linked == 3
    assert list(links(database).values()) == ids
    with database.connect() as connection:
        assert missing_links(connection, LINK) == []


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Y\u0131ld\u0131z", "Y\u0131ld\u0131z"),
        ("Y\u0131ld\u0131z", "YILDIZ"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("\u01c5", "\u01c6"),
    ],
    ids=["dotless i", "dotless i and capitals", "final sigma", "title case"],
)
def test_what_matching_says_is_what_the_check_in_sql_says(database: Engine, here: str, there: str) -> None:
    tutorial(database, here)
    records(database, there)
    linked = link(database)
    assert linked.linked == (match_key(here) == match_key(there))
    with database.connect() as connection:
        assert missing_links(connection, LINK) == []


def test_the_check_sees_a_row_that_was_renamed_since_the_last_link(database: Engine) -> None:
    tutorial(database, "Ambleford")
    records(database, "Bexcombe")
    link(database)
    with database.begin() as connection:
        connection.execute(update(tutorial_locations).values(name="bexcombe"))
    with database.connect() as connection:
        assert [item.external_id for item in missing_links(connection, LINK)] == ["L0"]


def test_the_keys_that_are_compared_are_stored(database: Engine) -> None:
    tutorial(database, "Straße 5")
    records(database, "STRASSE 5")
    link(database)
    with database.connect() as connection:
        assert connection.scalar(text("select match_key from adm.locations")) == match_key("Straße 5")
        stored = connection.execute(text("select table_name, match_key from adm.tutorial_match_keys")).all()
    assert [tuple(row) for row in stored] == [("tutorial_locations", match_key("Straße 5"))]


def test_inactive_tutorial_rows_are_no_candidates(database: Engine) -> None:
    tutorial(database, "Ambleford", is_active=False)
    records(database, "Ambleford")
    assert (link(database).linked, link(database).unmatched_tutorial) == (0, 0)


def test_an_ambiguous_key_links_none_and_undoes_a_link_that_stood(database: Engine) -> None:
    tutorial(database, "Ambleford")
    records(database, "Ambleford")
    assert link(database).newly_linked == 1
    tutorial(database, "ambleford")
    linked = link(database)
    assert (linked.linked, linked.unlinked, linked.ambiguous) == (0, 1, 3)


def test_linking_again_writes_nothing(database: Engine) -> None:
    tutorial(database, "Ambleford", "Bexcombe", "Nowhere")
    records(database, "Ambleford", "Bexcombe", "Elsewhere")
    link(database)
    query = text("select xmin, updated_at from adm.locations union all select xmin, found_at from adm.discrepancies")
    with database.connect() as connection:
        before = list(connection.execute(query))
    link(database)
    with database.connect() as connection:
        assert list(connection.execute(query)) == before


@pytest.mark.parametrize("by", ["hand", "adopted"])
def test_a_link_set_by_hand_is_never_overwritten(database: Engine, by: str) -> None:
    amble, bex = tutorial(database, "Ambleford", "Bexcombe")
    records(database, "Ambleford")
    with database.begin() as connection:
        connection.execute(update(locations.TABLE).values(tutorial_location_id=bex, linked_by=by))
    for _ in range(3):
        assert link(database).held == 1
    assert links(database) == {"L0": bex}
    with database.connect() as connection:
        rows = read_discrepancies(connection, "locations")
        assert list(zip(rows["kind"], rows["record_id"], strict=True)) == [
            ("held link", "L0"),
            ("unmatched", str(amble)),
        ]
        assert missing_links(connection, LINK) == []


def test_a_link_that_is_missing_is_found_in_sql(database: Engine) -> None:
    (tutorial_id,) = tutorial(database, "Ambleford")
    records(database, "ambleford ")
    with database.connect() as connection:
        assert [(item.external_id, item.tutorial_id) for item in missing_links(connection, LINK)] == [
            ("L0", tutorial_id)
        ]


def test_discrepancies_keep_the_time_that_they_were_found_at_and_go_when_they_are_cleared(database: Engine) -> None:
    tutorial(database, "Ambleford", "Bexcombe")
    records(database, "Nowhere")
    link(database)
    with database.connect() as connection:
        before = read_discrepancies(connection, "locations")
    records(database, "Bexcombe")
    link(database)
    with database.connect() as connection:
        after = read_discrepancies(connection, "locations")
    assert list(before["name"]) == ["Nowhere", "Ambleford", "Bexcombe"]
    assert list(after["name"]) == ["Ambleford"]
    assert after["found_at"].iloc[0] == before["found_at"].iloc[1]


@pytest.fixture
def two_towns(database: Engine) -> dict[str, Any]:
    amble, bex = tutorial(database, "Ambleford", "Bexcombe")
    records(database, "Ambleford", "Bexcombe", "Unlinked town")
    link(database)
    return {"amble": amble, "bex": bex}


def test_a_venue_is_matched_within_its_linked_location(database: Engine, two_towns: dict[str, Any]) -> None:
    with database.begin() as connection:
        for town in (two_towns["amble"], two_towns["bex"], None):
            values = {"name": "Hall", "description": "", "created_at": NOW, "updated_at": NOW, "location_id": town}
            connection.execute(insert(tutorial_venues).values(**values))
        rows = [{"external_id": f"V{n}", "name": "hall", "location_id": f"L{n}"} for n in range(3)]
        write_rows(connection, venues.TABLE, rows, what="venues")
    linked = link(database, VENUE_LINK)
    assert (linked.linked, linked.unmatched_administrate, linked.unmatched_tutorial, linked.ambiguous) == (2, 1, 1, 0)
    with database.connect() as connection:
        assert missing_links(connection, VENUE_LINK) == []
        whys = set(read_discrepancies(connection, "venues")["why"])
    assert whys == {"its location has no link", "it has no location"}
