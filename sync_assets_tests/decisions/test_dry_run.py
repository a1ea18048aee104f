"""A dry run holds no lock while it asks the tenant, and its decisions build on one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from sync_assets.administrate.client import AdministrateClient
from sync_assets.decisions.decision import Action, Decision, DecisionOutcome
from sync_assets.sandbox.server.faults import Down
from sync_assets.sandbox.server.server import Sandbox
from sync_assets_tests.decisions.both_sides import TUTORIAL, Resolve, add_locations, only, tutorial_id

WOULD, FAILED = DecisionOutcome.WOULD_BE_DONE, DecisionOutcome.FAILED


@pytest.fixture
def locks_while_asking(
    synced: Engine, client: AdministrateClient, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[str]]:
    """Collect the locks that sessions of the database hold each time before the tenant is asked.

    The client is watched, not replaced: every request goes out as it would.
    """
    held: list[str] = []
    other = create_engine(synced.url, isolation_level="AUTOCOMMIT")
    query = client.query

    def watched(*arguments: Any) -> Any:
        with other.connect() as connection:
            held.append("asked")
            held.extend(
                connection.execute(
                    text("""
                        select l.mode || ' on ' || coalesce(l.relation::regclass::text, l.locktype)
                        from pg_locks l join pg_database d on d.oid = l.database
                        where d.datname = current_database() and l.pid <> pg_backend_pid()""")
                ).scalars()
            )
        return query(*arguments)

    monkeypatch.setattr(client, "query", watched)
    yield held
    other.dispose()


def test_no_lock_is_held_while_the_tenant_is_asked(
    decide: Resolve, synced: Engine, locks_while_asking: list[str]
) -> None:
    penmarrow = tutorial_id(synced, "Penmarrow")
    (row,) = add_locations(synced, "Hamlet")
    results = decide(
        Decision("locations", Action.link, penmarrow, TUTORIAL, link_to="Saltmarsh"),
        Decision("locations", Action.create_administrate, row),
        Decision("instructors", Action.create_administrate, "Ottoline Featherbow"),
        Decision("locations", Action.unlink, penmarrow, TUTORIAL),
        Decision("locations", Action.create_administrate, penmarrow),
        dry_run=True,
    )
    assert [each.outcome for each in results] == [WOULD] * 5, [each.sentence for each in results]
    assert "asked" in locks_while_asking
    assert set(locks_while_asking) == {"asked"}


def test_what_failed_while_it_was_asked_for_is_told_in_its_turn(
    decide: Resolve, synced: Engine, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Down())
    there, here = decide(
        Decision("locations", Action.create_administrate, "Penmarrow"),
        Decision("locations", Action.create_tutorial, "Saltmarsh"),
        dry_run=True,
    )
    assert (there.outcome, here.outcome) == (FAILED, WOULD)
    assert "Administrate" in there.sentence


def test_a_dry_run_says_of_a_row_that_it_unlinks_what_a_real_run_says(decide: Resolve, synced: Engine) -> None:
    london = tutorial_id(synced, "London")
    decided = [
        Decision("locations", Action.unlink, london, TUTORIAL),
        Decision("locations", Action.create_administrate, london),
    ]
    dry, real = decide(*decided, dry_run=True), decide(*decided)
    assert [each.outcome for each in dry] == [WOULD, FAILED]
    assert dry[1].sentence == real[1].sentence
    assert "held apart by hand; a second one is not created" in real[1].sentence


def test_a_row_that_the_rehearsal_itself_has_made_cannot_be_asked_for(decide: Resolve) -> None:
    results = decide(
        Decision("instructors", Action.create_tutorial, "Quentina Hazelrigby"),
        Decision("instructors", Action.unlink, "Quentina Hazelrigby", TUTORIAL),
        Decision("instructors", Action.create_administrate, "Quentina Hazelrigby"),
        dry_run=True,
    )
    assert [each.outcome for each in results] == [WOULD, WOULD, FAILED]
    assert "was not asked for this instructor before the rehearsal began" in results[2].sentence


def test_a_dry_run_after_a_create_without_an_answer_says_that_it_waits(
    decide: Resolve, synced: Engine, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Down(mentions="createLocation"))
    decision = Decision("locations", Action.create_administrate, "Penmarrow")
    assert only(decide(decision)).outcome is FAILED
    failed = only(decide(decision, dry_run=True))
    assert failed.outcome is FAILED
    assert "no answer came" in failed.sentence
