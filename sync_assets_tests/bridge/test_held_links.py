"""Links that a sync does not change: what is told of them, and what becomes of them when a row or a record goes."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select, text, update

from sync_assets.bridge.writing import write_rows
from sync_assets_tests.bridge.linked_entities import (
    LINKED,
    WITH_FLAG,
    add_record,
    add_row,
    add_towns,
    delete_row,
    link,
    link_of,
    rename_row,
    set_link,
    stored_link,
    told,
)

BY = pytest.mark.parametrize("by", ["hand", "adopted"])
EVERY = pytest.mark.parametrize("entity", LINKED)


@pytest.fixture
def towns(database: Engine) -> Engine:
    add_towns(database)
    return database


@BY
@EVERY
def test_a_held_link_to_a_row_of_another_key_is_told(towns: Engine, entity: str, by: str) -> None:
    add_record(towns, entity, "R1", "Ana One")
    row_id = add_row(towns, entity, "Ben Two")
    set_link(towns, entity, "R1", row_id, by)
    for _ in range(2):
        assert link(towns, entity).held_that_disagree == 1
        assert stored_link(towns, entity, "R1") == (row_id, by)
    kind, why = told(towns, entity)["R1"]
    assert kind == "held link"
    assert f"row {row_id} " in why
    assert f"the row has another {link_of(entity).words.key}" in why


@BY
@pytest.mark.parametrize("entity", WITH_FLAG)
def test_a_held_link_to_an_inactive_row_is_told(towns: Engine, entity: str, by: str) -> None:
    add_record(towns, entity, "R1", "Ana One")
    row_id = add_row(towns, entity, "Ana One")
    set_link(towns, entity, "R1", row_id, by)
    table = link_of(entity).tutorial_table
    with towns.begin() as connection:
        connection.execute(update(table).where(table.c.id == row_id).values(is_active=False))
    assert link(towns, entity).held_that_disagree == 1
    kind, why = told(towns, entity)["R1"]
    assert (kind, why.endswith("the row is inactive")) == ("held link", True)


@BY
@EVERY
def test_two_held_links_to_one_row_are_both_told(towns: Engine, entity: str, by: str) -> None:
    add_record(towns, entity, "R1", "Ana One")
    add_record(towns, entity, "R2", "Ben Two")
    row_id = add_row(towns, entity, "Ana One")
    for external_id in ("R1", "R2"):
        set_link(towns, entity, external_id, row_id, by)
    assert link(towns, entity).held_that_disagree == 2
    found = told(towns, entity)
    assert "linked to R2, too" in found["R1"][1]
    assert "linked to R1, too" in found["R2"][1]
    assert str(row_id) not in found


@BY
def test_a_held_link_into_another_scope_is_told(towns: Engine, by: str) -> None:
    add_record(towns, "venues", "R1", "Ana One", town="L1")
    row_id = add_row(towns, "venues", "Ana One", town="L2")
    set_link(towns, "venues", "R1", row_id, by)
    assert link(towns, "venues").held_that_disagree == 1
    kind, why = told(towns, "venues")["R1"]
    assert (kind, why.endswith("the row has another location")) == ("held link", True)


@EVERY
def test_a_held_link_that_agrees_is_not_told(towns: Engine, entity: str) -> None:
    add_record(towns, entity, "R1", "Ana One")
    row_id = add_row(towns, entity, "ANA  one")
    set_link(towns, entity, "R1", row_id, "hand")
    linked = link(towns, entity)
    assert (linked.held, linked.held_that_disagree) == (1, 0)
    assert "R1" not in told(towns, entity)
    assert stored_link(towns, entity, "R1") == (row_id, "hand")


@EVERY
def test_a_record_that_is_held_apart_is_told(towns: Engine, entity: str) -> None:
    add_record(towns, entity, "R1", "Ana One")
    add_row(towns, entity, "Ana One")
    set_link(towns, entity, "R1", None, "hand")
    assert link(towns, entity).held_apart == 1
    assert told(towns, entity)["R1"] == ("held apart", "it is held apart by hand: no sync links it")


@EVERY
def test_an_adopted_link_that_matching_would_set_becomes_a_match(towns: Engine, entity: str) -> None:
    for number, name in enumerate(("Ana One", "Ben Two", "Eve Six")):
        add_record(towns, entity, f"R{number}", name)
    ana, ben, eve = (add_row(towns, entity, name) for name in ("Ana One", "Ben Two", "Eve Six"))
    set_link(towns, entity, "R0", ana, "adopted")
    set_link(towns, entity, "R1", eve, "adopted")
    set_link(towns, entity, "R2", ben, "adopted")
    linked = link(towns, entity)
    assert (linked.taken_over, linked.adopted, linked.held_that_disagree) == (1, 2, 2)
    assert {row.record_id for row in linked.adopted_that_disagree} == {"R1", "R2"}
    assert stored_link(towns, entity, "R0") == (ana, "match")
    assert stored_link(towns, entity, "R1") == (eve, "adopted")
    again = link(towns, entity)
    assert (again.taken_over, again.adopted) == (0, 2)
    # From now on it is a match like any other.
    with towns.begin() as connection:
        rename_row(connection, entity, ana, "Ida Ten")
    assert link(towns, entity).unlinked == 1


@EVERY
def test_a_tutorial_row_that_is_deleted_is_told_at_its_record(towns: Engine, entity: str) -> None:
    for number, name in enumerate(("Ana One", "Ben Two")):
        add_record(towns, entity, f"R{number}", name)
    ana, ben = (add_row(towns, entity, name) for name in ("Ana One", "Ben Two"))
    set_link(towns, entity, "R1", ben, "hand")
    link(towns, entity)
    for row_id in (ana, ben):
        delete_row(towns, entity, row_id)
    for _ in range(2):
        assert link(towns, entity).rows_deleted == 2
    found = told(towns, entity)
    assert {found["R0"][0], found["R1"][0]} == {"row deleted"}
    assert f"tutorial row {ana}, which it was linked to, was deleted" in found["R0"][1]
    assert "set by hand, is held" in found["R1"][1]
    # The application makes it anew: a match finds it, and what is held stays a person's decision.
    new_ana, _ = (add_row(towns, entity, name) for name in ("Ana One", "Ben Two"))
    assert link(towns, entity).rows_deleted == 1
    assert stored_link(towns, entity, "R0") == (new_ana, "match")
    assert stored_link(towns, entity, "R1") == (None, "hand")


def remove_and_return(database: Engine, entity: str, *external_ids: str) -> list[tuple[int | None, str | None]]:
    """Let records go and come back as a sync does; return what was stored of their links while they were gone."""
    table = link_of(entity).table
    with database.begin() as connection:
        rows = [{"external_id": id_} for id_ in connection.scalars(select(table.c.external_id))]
        rest = [row for row in rows if row["external_id"] not in external_ids]
        write_rows(connection, table, rest, allow_removals=True)
    gone = [stored_link(database, entity, id_) for id_ in external_ids]
    link(database, entity)
    with database.begin() as connection:
        write_rows(connection, table, rows)
    return gone


@EVERY
def test_the_link_of_a_removed_record_goes_and_comes_back_with_it(towns: Engine, entity: str) -> None:
    for number, name in enumerate(("Ana One", "Ben Two", "Eve Six")):
        add_record(towns, entity, f"R{number}", name)
    ana, ben, ida = (add_row(towns, entity, name) for name in ("Ana One", "Ben Two", "Ida Ten"))
    set_link(towns, entity, "R1", ben, "hand")
    set_link(towns, entity, "R2", ida, "adopted")
    link(towns, entity)
    before = [stored_link(towns, entity, f"R{number}") for number in range(3)]
    assert before == [(ana, "match"), (ben, "hand"), (ida, "adopted")]
    gone = remove_and_return(towns, entity, "R0", "R1", "R2")
    assert gone == [(None, "match"), (None, "hand"), (None, "adopted")]
    assert link(towns, entity).newly_linked == 3
    assert [stored_link(towns, entity, f"R{number}") for number in range(3)] == before


@EVERY
def test_a_tutorial_row_can_be_deleted_once_its_record_is_removed(towns: Engine, entity: str) -> None:
    add_record(towns, entity, "R0", "Ana One")
    ana = add_row(towns, entity, "Ana One")
    link(towns, entity)
    remove_and_return(towns, entity, "R0")
    delete_row(towns, entity, ana)
    link(towns, entity)
    assert told(towns, entity)["R0"][0] == "row deleted"


def test_linking_again_writes_nothing_whatever_is_held(towns: Engine) -> None:
    for number, name in enumerate(("Ana One", "Ben Two", "Eve Six")):
        add_record(towns, "instructors", f"R{number}", name)
    ana, ben, ida = (add_row(towns, "instructors", name) for name in ("Ana One", "Ben Two", "Ida Ten"))
    set_link(towns, "instructors", "R1", ida, "hand")
    set_link(towns, "instructors", "R2", ana, "adopted")
    link(towns, "instructors")
    delete_row(towns, "instructors", ben)
    link(towns, "instructors")
    query = text("""
        select 'instructors', id, xmin from adm.instructors union all select 'discrepancies', id, xmin
        from adm.discrepancies union all select 'keys', row_id, xmin from adm.tutorial_match_keys""")
    with towns.connect() as connection:
        before = sorted(map(tuple, connection.execute(query)))
    link(towns, "instructors")
    with towns.connect() as connection:
        assert sorted(map(tuple, connection.execute(query))) == before
