"""A database that goes away in the middle: the results say what was done by then, and what was not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text

from sync_assets.bridge.decision_log import read_decisions
from sync_assets.decisions import resolve as resolving
from sync_assets.decisions.decision import Action, Decision, DecisionOutcome
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import link_entity
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.decisions.both_sides import (
    ADMINISTRATE,
    TUTORIAL,
    Resolve,
    add_locations,
    link_of,
    names_in,
    record_id,
    tutorial_id,
)

DONE, FAILED = DecisionOutcome.DONE, DecisionOutcome.FAILED


@pytest.fixture
def end_sessions(synced: Engine) -> Iterator[Callable[[], None]]:
    """End all sessions with the database, as its restart would."""
    other = create_engine(synced.url, isolation_level="AUTOCOMMIT")

    def end() -> None:
        with other.connect() as connection:
            connection.execute(
                text("""
                    select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and pid <> pg_backend_pid()""")
            )

    yield end
    other.dispose()


@contextmanager
def at_statement(engine: Engine, words: str, number: int, step: Callable[[], None]) -> Iterator[None]:
    """Do a step before the statement that is the so many-th with these words."""
    seen = 0

    def listen(_: Any, __: Any, statement: str, *___: Any) -> None:
        nonlocal seen
        if words in statement:
            seen += 1
            if seen == number:
                step()

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def test_at_decision_two_of_three_the_first_is_done_and_the_third_was_not_tried(
    decide: Resolve, synced: Engine, tenant: Tenant, end_sessions: Callable[[], None]
) -> None:
    rows = add_locations(synced, "One", "Two", "Three")
    creates = [Decision("locations", Action.create_administrate, row) for row in rows]
    with at_statement(synced, "INSERT INTO adm.planned_records", 2, end_sessions):
        results = decide(*creates)
    assert [each.outcome for each in results] == [DONE, FAILED, FAILED]
    assert "nothing was changed" not in " ".join(each.sentence for each in results).lower()
    assert "The database went away" in results[1].sentence
    assert "this was undone" in results[1].sentence
    assert results[2].sentence == "This was not tried: the run ended early, at decision 2 of 3."
    assert [len(names_in(tenant, name)) for name in ("One", "Two", "Three")] == [1, 0, 0]
    assert link_of(synced, "locations", results[0].other_id or "") == (int(rows[0]), "match")
    with synced.connect() as connection:
        kept = read_decisions(connection)
    assert list(kept["outcome"]) == ["begun", "done", "failed", "failed"]
    assert [each.outcome for each in decide(*creates[1:])] == [DONE, DONE]


def test_after_the_answer_the_result_says_that_the_record_is_there(
    decide: Resolve, synced: Engine, tenant: Tenant, end_sessions: Callable[[], None]
) -> None:
    with at_statement(synced, "UPDATE adm.planned_records", 1, end_sessions):
        (result,) = decide(Decision("locations", Action.create_administrate, "Penmarrow"))
    assert result.outcome is FAILED
    (made,) = names_in(tenant, "Penmarrow")
    assert f"is in Administrate now ({made})" in result.sentence
    (again,) = decide(Decision("locations", Action.create_administrate, "Penmarrow"))
    assert (again.outcome, again.other_id) == (DONE, made)
    assert names_in(tenant, "Penmarrow") == [made]


def test_decisions_that_share_a_transaction_are_done_together_or_not_at_all(
    decide: Resolve, synced: Engine, end_sessions: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolving, "TOGETHER", 2)
    penmarrow, yewbury = tutorial_id(synced, "Penmarrow"), tutorial_id(synced, "Yewbury")
    decided = [
        Decision("locations", Action.ignore, penmarrow, TUTORIAL, reason="closed"),
        Decision("locations", Action.link, record_id(synced, "Saltmarsh"), ADMINISTRATE, link_to=yewbury),
        Decision("locations", Action.ignore, yewbury, TUTORIAL, reason="closed"),
    ]
    with at_statement(synced, "INSERT INTO adm.decisions", 2, end_sessions):
        results = decide(*decided)
    assert [each.outcome for each in results] == [DONE, DONE, FAILED]
    assert "this was undone" in results[2].sentence
    with synced.connect() as connection:
        # What the link between two names is known to disagree in stands there, too, with that reason.
        ignored = list(connection.execute(text("select record_id from adm.ignored where why is null")).scalars())
    assert ignored == [penmarrow]
    assert link_of(synced, "locations", record_id(synced, "Saltmarsh")) == (int(yewbury), "hand")


def test_a_database_that_refuses_one_of_many_refuses_no_other(decide: Resolve, synced: Engine) -> None:
    rows = add_locations(synced, *(f"Town {number}" for number in range(5)))
    with synced.begin() as connection:
        connection.execute(
            text("""
                create function adm.refuse_town() returns trigger language plpgsql as $$
                begin if new.who = 'Mallory' then raise exception 'not for Mallory'; end if; return new; end $$""")
        )
        connection.execute(
            text("create trigger refuse before insert on adm.ignored for each row execute function adm.refuse_town()")
        )
    link_entity(synced, ENTITIES["locations"], ENTITIES)
    decided = [
        Decision("locations", Action.ignore, row, TUTORIAL, reason="closed", who="Mallory" if place == 2 else "Ada")
        for place, row in enumerate(rows)
    ]
    results = decide(*decided)
    assert [each.outcome for each in results] == [DONE, DONE, FAILED, DONE, DONE]
    assert results[2].sentence.startswith("The database refused it, and nothing was changed: not for Mallory")
    with synced.connect() as connection:
        assert [*read_decisions(connection)["record_id"]] == rows


def test_in_a_dry_run_nothing_was_changed(decide: Resolve, synced: Engine, end_sessions: Callable[[], None]) -> None:
    penmarrow = tutorial_id(synced, "Penmarrow")
    with at_statement(synced, "lock table", 1, end_sessions):
        (result,) = decide(
            Decision("locations", Action.ignore, penmarrow, TUTORIAL, reason="closed"),
            Decision("locations", Action.link, penmarrow, TUTORIAL, link_to="Saltmarsh"),
            dry_run=True,
        )[:1]
    assert result.outcome is FAILED
    assert "Nothing was changed, since this was a dry run" in result.sentence
