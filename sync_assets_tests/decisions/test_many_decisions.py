"""Many decisions at once are carried out in sets: the number of statements does not grow with that of decisions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, insert, select, text

from sync_assets.bridge.decision_log import decisions as log
from sync_assets.bridge.decision_log import ignored
from sync_assets.bridge.matching import DiscrepancyKind
from sync_assets.decisions.decision import Action, Decision, DecisionOutcome
from sync_assets.entities import ENTITIES, locations
from sync_assets.entities.sync import link_entity
from sync_assets.tutorial.tables import tutorial_locations
from sync_assets_tests.decisions.both_sides import ADMINISTRATE, TUTORIAL, Resolve

MANY = 5000


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements; one that is executed for many rows at once counts once."""
    statements: list[str] = []

    def listen(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", listen)


@pytest.fixture
def crowded(synced: Engine) -> list[tuple[str, str]]:
    """Add as many rows to both sides as there are to be decisions; return their ids in pairs."""
    times = {"created_at": func.now(), "updated_at": func.now()}
    with synced.begin() as connection:
        connection.execute(
            insert(tutorial_locations).values(code="", is_active=True, **times),
            [{"name": f"Hamlet {number}"} for number in range(MANY)],
        )
        connection.execute(
            insert(locations.TABLE),
            [{"external_id": f"there-{number}", "name": f"Village {number}"} for number in range(MANY)],
        )
        ids = connection.execute(
            select(tutorial_locations.c.id)
            .where(tutorial_locations.c.name.startswith("Hamlet"))
            .order_by(tutorial_locations.c.id)
        ).scalars()
        pairs = [(str(id_), f"there-{number}") for number, id_ in enumerate(ids)]
    link_entity(synced, ENTITIES["locations"], ENTITIES)
    return pairs


def test_five_thousand_rows_are_ignored_in_few_statements(
    decide: Resolve, synced: Engine, crowded: list[tuple[str, str]]
) -> None:
    decided = [Decision("locations", Action.ignore, row, TUTORIAL, reason="closed") for row, _ in crowded]
    with counted(synced) as statements:
        results = decide(*decided)
    assert {each.outcome for each in results} == {DecisionOutcome.DONE}
    assert [each.record_id for each in results] == [row for row, _ in crowded]
    assert len(statements) < 100
    with synced.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(ignored)) == MANY
        assert connection.scalar(select(func.count()).select_from(log)) == MANY


def test_five_thousand_rows_are_linked_in_few_statements_and_a_wrong_one_is_told(
    decide: Resolve, synced: Engine, crowded: list[tuple[str, str]]
) -> None:
    decided = [Decision("locations", Action.link, row, TUTORIAL, link_to=record) for row, record in crowded]
    wrong = Decision("locations", Action.link, crowded[0][0], TUTORIAL, link_to=crowded[1][1])
    with counted(synced) as statements:
        results = decide(*decided[:2500], wrong, *decided[2500:])
    assert len(statements) < 100
    (failed,) = [each for each in results if each.outcome is DecisionOutcome.FAILED]
    assert f"is linked to the record {crowded[0][1]}" in failed.sentence
    with synced.connect() as connection:
        linked = connection.execute(
            text("""
                select tutorial_location_id::text, external_id from adm.locations
                where linked_by = 'hand' order by adm.locations.tutorial_location_id""")
        ).all()
    assert [tuple(row) for row in linked] == crowded


def test_decisions_of_one_run_see_one_another(decide: Resolve, synced: Engine, crowded: list[tuple[str, str]]) -> None:
    (row, record), (other_row, other_record) = crowded[:2]
    results = decide(
        Decision("locations", Action.link, row, TUTORIAL, link_to=record),
        Decision("locations", Action.unlink, row, TUTORIAL),
        Decision("locations", Action.link, row, TUTORIAL, link_to=other_record),
        Decision("locations", Action.link, other_row, TUTORIAL, link_to=record),
        Decision("locations", Action.ignore, crowded[2][0], TUTORIAL, reason="closed"),
        Decision("locations", Action.unignore, crowded[2][0], TUTORIAL),
        Decision("locations", Action.unlink, record, ADMINISTRATE, automatic=True),
        Decision("locations", Action.unlink, record, ADMINISTRATE, automatic=True),
    )
    assert [each.outcome is DecisionOutcome.DONE for each in results] == [True] * 7 + [False]
    assert "is left to matching already" in results[-1].sentence
    with synced.connect() as connection:
        # The link that stands is between two names, which is decided with it; of the others nothing is left.
        kept = connection.execute(select(ignored.c.record_id, ignored.c.kind)).all()
        assert [tuple(each) for each in kept] == [(other_record, DiscrepancyKind.HELD_LINK)]
        links = connection.execute(
            text("select external_id, tutorial_location_id::text from adm.locations where linked_by = 'hand'")
        )
        assert [tuple(each) for each in links] == [(other_record, row)]
