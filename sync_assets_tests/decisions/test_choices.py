from __future__ import annotations

import pytest
from sqlalchemy import Engine

from sync_assets.bridge.candidates import DiscrepancyKind, Side
from sync_assets.bridge.discrepancies import find_discrepancies
from sync_assets.decisions import compared_rows
from sync_assets.decisions.choices import OpenDiscrepancy, open_discrepancies
from sync_assets.decisions.decision import Action
from sync_assets.entities import ENTITIES
from sync_assets_tests.bridge.linked_entities import LINKED, add_record, add_row, add_towns, link, set_link


def choices(database: Engine, entity: str) -> dict[tuple[Side, str], OpenDiscrepancy]:
    with database.begin() as connection:
        return {(each.side, each.name): each for each in open_discrepancies(connection, ENTITIES[entity])}


@pytest.mark.parametrize("entity", LINKED)
def test_a_near_miss_is_offered_from_both_sides(database: Engine, entity: str) -> None:
    add_towns(database)
    row_id = add_row(database, entity, "Ida Fernsby")
    add_row(database, entity, "Quite Different")
    add_record(database, entity, "R1", "Ida Fernsbay")
    link(database, entity)
    found = choices(database, entity)
    row = next(each for (side, name), each in found.items() if side is Side.TUTORIAL and "Fernsby" in name)
    record = next(each for (side, _), each in found.items() if side is Side.ADMINISTRATE)
    assert [each.id for each in row.near] == ["R1"]
    assert [each.id for each in record.near] == [str(row_id)]
    # An event is made by an upload alone.
    created = () if entity == "events" else (Action.create_tutorial,)
    assert record.actions == (Action.link, *created, Action.ignore)
    assert "Ida Fernsbay" in " ".join(record.facts.values()) or "Fernsbay" in record.facts.values()
    assert not {"password", "linked by", "match key"} & set(record.facts) | {"password"} & set(row.facts)


def test_a_venue_cannot_be_made_in_administrate(database: Engine) -> None:
    add_towns(database)
    add_row(database, "venues", "Gatehouse")
    link(database, "venues")
    (venue,) = choices(database, "venues").values()
    assert venue.actions == (Action.link, Action.ignore)


def test_a_held_link_shows_its_partner(database: Engine) -> None:
    row_id = add_row(database, "locations", "Leeds")
    add_record(database, "locations", "L1", "York")
    set_link(database, "locations", "L1", row_id, "hand")
    link(database, "locations")
    held = choices(database, "locations")[Side.ADMINISTRATE, "York"]
    assert held.kind is DiscrepancyKind.HELD_LINK
    assert held.partner is not None
    assert (held.partner.id, held.partner.name) == (str(row_id), "Leeds")
    assert Action.unlink in held.actions


def test_of_very_many_rows_those_of_the_same_key_are_offered(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compared_rows, "MOST_COMPARED", 3)
    add_row(database, "locations", "Leeds")
    add_row(database, "locations", "Yorck")
    for number, name in enumerate(("Leeds", "Leeds", "York", "Hull")):
        add_record(database, "locations", f"L{number}", name)
    link(database, "locations")
    found = choices(database, "locations")
    assert [each.id for each in found[Side.TUTORIAL, "Leeds"].near] == ["L0", "L1"]
    assert found[Side.TUTORIAL, "Yorck"].near == ()
    # Of the tutorial side there are few.
    assert [each.name for each in found[Side.ADMINISTRATE, "York"].near] == ["Yorck"]


def test_some_rows_are_as_they_are_among_all(database: Engine) -> None:
    for number in range(40):
        add_row(database, "locations", f"Hamlet {number}")
        add_record(database, "locations", f"L{number}", f"Village {number}")
    link(database, "locations")
    with database.begin() as connection:
        ids = find_discrepancies(connection, "locations")
        some = open_discrepancies(connection, ENTITIES["locations"], ids[10:13])
        every = open_discrepancies(connection, ENTITIES["locations"])
    assert len(every) == 80
    assert some == every[10:13]
