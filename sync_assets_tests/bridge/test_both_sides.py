"""What decisions say of a link is what a link step says."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, insert, select

from sync_assets.bridge.both_sides import BothSides
from sync_assets.bridge.bridge_table import HAND, MATCHED
from sync_assets.bridge.linking import link_rows
from sync_assets.entities import ENTITIES, locations
from sync_assets.tutorial.tables import tutorial_locations

NAMES = st.sampled_from(["a", "A ", "b", ""])
STATES = st.sampled_from(["free", "apart", "0", "1", "lost 0", "lost 1", "removed"])
SEEDS = settings(max_examples=40, deadline=None)


def test_a_link_would_match_exactly_where_a_link_step_sets_it(database: Engine) -> None:
    link = ENTITIES["locations"].link
    assert link

    @SEEDS
    @given(
        st.lists(st.tuples(NAMES, STATES), min_size=1, max_size=4),
        st.lists(st.tuples(NAMES, st.booleans()), min_size=1, max_size=3),
    )
    def holds(records: list[tuple[str, str]], rows: list[tuple[str, bool]]) -> None:
        with database.connect() as connection:
            ids = [
                connection.execute(
                    insert(tutorial_locations)
                    .values(name=name, code="", is_active=active, created_at=func.now(), updated_at=func.now())
                    .returning(tutorial_locations.c.id)
                ).scalar_one()
                for name, active in rows
            ]
            taken: set[int] = set()
            for number, (name, state) in enumerate(records):
                values: dict[str, Any] = {"external_id": f"R{number}", "name": name}
                if state == "removed":
                    values["removed_at"] = func.now()
                elif state == "apart":
                    values["linked_by"] = HAND
                elif state.startswith("lost"):
                    before = int(state[-1])
                    values |= {"linked_by": HAND, "linked_row_id": ids[before] if before < len(ids) else 0}
                elif state != "free" and int(state) < len(ids) and ids[int(state)] not in taken:
                    taken.add(ids[int(state)])
                    values |= {"tutorial_location_id": ids[int(state)], "linked_by": HAND}
                connection.execute(insert(locations.TABLE).values(**values))
            sides = BothSides(connection, link, "locations")
            foreseen = {
                (record.external_id, row.id)
                for number, (_, state) in enumerate(records)
                if state != "removed"
                and (record := sides.record(f"id:R{number}"))
                and not record.is_held
                and record.key
                for row in sides.rows_like(record)
                if sides.would_match(record, row)
            }
            link_rows(connection, "locations", link)
            table = locations.TABLE
            matched = connection.execute(
                select(table.c.external_id, table.c.tutorial_location_id).where(table.c.linked_by == MATCHED)
            )
            assert {tuple(row) for row in matched} == foreseen
            after = BothSides(connection, link, "locations")
            assert all(after.stands(external_id, row_id) for external_id, row_id in foreseen)
            connection.rollback()

    holds()
