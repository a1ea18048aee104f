"""The audit's table: what is written down, what is read of it, and what is deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Engine

from sync_assets.bridge.audit import AuditEntry, prune_audit, read_calls, record_mutation

NOW = datetime.now(UTC)


def call(**values: object) -> AuditEntry:
    made = AuditEntry(
        id=uuid4(),
        sent_at=NOW,
        run_id="run-1",
        document="ImportEvents",
        mutations={"session.update": 2},
        variables={"input0": {"title": "Day 1"}},
        result="sent",
        answer=None,
        said=None,
        seconds=None,
    )
    return replace(made, **values)  # type: ignore[arg-type]


def record(database: Engine, *calls: AuditEntry) -> None:
    for each in calls:
        with database.begin() as connection:
            record_mutation(connection, each)


def test_a_call_is_one_row_before_and_after_its_answer(database: Engine) -> None:
    sent = call()
    done = replace(sent, result="done", answer={"part0": {"id": "1"}}, seconds=0.25)
    record(database, sent, done)
    with database.connect() as connection:
        assert read_calls(connection) == [done]


def test_an_answer_is_recorded_where_the_note_before_it_was_lost(database: Engine) -> None:
    done = call(result="done", seconds=1.0)
    record(database, done)
    with database.connect() as connection:
        assert read_calls(connection) == [done]


def test_calls_are_chosen_by_age_mutation_run_and_failure(database: Engine) -> None:
    old = call(sent_at=NOW - timedelta(days=3), result="done", run_id="other")
    made = call(mutations={"event.createLMS": 1, "event.addStaff": 3}, result="unknown")
    record(database, old, made)
    with database.connect() as connection:
        assert read_calls(connection) == [made, old]
        assert read_calls(connection, since=NOW - timedelta(days=1)) == [made]
        assert read_calls(connection, mutation="session.update") == [old]
        assert read_calls(connection, mutation="event") == [made]
        assert read_calls(connection, mutation="event.add") == []
        assert read_calls(connection, run_id="oth") == [old]
        assert read_calls(connection, run_id="%") == []
        assert read_calls(connection, failed=True) == [made]
        assert read_calls(connection, limit=1) == [made]


def test_only_what_is_older_than_the_retention_is_deleted(database: Engine) -> None:
    old, young = call(sent_at=NOW - timedelta(days=401)), call(sent_at=NOW - timedelta(days=399))
    record(database, old, young)
    with database.begin() as connection:
        assert prune_audit(connection, days=400) == 1
        assert read_calls(connection) == [young]
