"""Requests for imports: each is run once, whatever becomes of a cursor or of Dagster's records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from sqlalchemy import Engine, text

from sync_assets.assets.event_assets import UPLOADS
from sync_assets.event_import.stored_uploads import open_requests, request_import, store_upload, take_up_request
from sync_assets.operations.imports.import_sensors import event_upload_requests
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets_tests.operations.daemon import DEFS, Daemon

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def requested(engine: Engine, name: str, at: datetime = NOW) -> str:
    content = event_workbook(made_up_provider(24), events=2, sessions=2)
    with engine.begin() as connection:
        key = store_upload(connection, name, content, "test", {}, at)
        request_import(connection, key, {"dry_run": True}, at)
    return key


def asked_for(instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    """Return what a sensor without a cursor asks for."""
    return list(Daemon(instance).tick(event_upload_requests).run_requests or [])


def run(instance: dg.DagsterInstance, request: dg.RunRequest, **tags: str) -> None:
    """Run a request as the daemon does."""
    instance.add_dynamic_partitions(str(UPLOADS.name), [str(request.partition_key)])
    DEFS.resolve_job_def("event_import").execute_in_process(
        instance=instance,
        partition_key=request.partition_key,
        run_config=request.run_config,
        tags=tags,
        raise_on_error=False,
    )


def test_what_a_run_has_taken_up_is_not_asked_for_again_by_a_sensor_whose_cursor_is_lost(
    instance: dg.DagsterInstance, synced: Engine
) -> None:
    first, second = requested(synced, "a.xlsx"), requested(synced, "b.xlsx", NOW + timedelta(minutes=1))
    one, two = asked_for(instance)
    assert (one.partition_key, two.partition_key) == (first, second)
    run(instance, one, **{"dagster/run_key": str(one.run_key)})
    assert [request.partition_key for request in asked_for(instance)] == [second]
    run(instance, two, **{"dagster/run_key": str(two.run_key)})
    assert asked_for(instance) == []
    with synced.connect() as connection:
        started = connection.execute(text("select run_id from adm.event_uploads where started_at is not null")).all()
    assert {row.run_id for row in started} == {run.run_id for run in instance.get_runs()}
    requested(synced, "a.xlsx", NOW + timedelta(minutes=5))
    (again,) = asked_for(instance)
    assert (again.partition_key, again.run_key == one.run_key) == (first, False)


def test_a_run_by_hand_takes_up_no_request(instance: dg.DagsterInstance, synced: Engine) -> None:
    requested(synced, "a.xlsx")
    (request,) = asked_for(instance)
    run(instance, request)
    run(instance, request, **{"dagster/run_key": "something else"})
    assert [item.run_key for item in asked_for(instance)] == [request.run_key]


def test_a_request_that_was_made_anew_is_not_taken_up_by_the_run_of_the_one_before(synced: Engine) -> None:
    key = requested(synced, "a.xlsx")
    with synced.begin() as connection:
        (before,) = open_requests(connection)
        request_import(connection, key, {}, NOW + timedelta(minutes=1))
        take_up_request(connection, before.id, "run", NOW + timedelta(minutes=2))
        (after,) = open_requests(connection)
    assert after.requested_at == NOW + timedelta(minutes=1)


def test_settings_that_cannot_be_read_are_a_sentence(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNC_RUN_DAYS", "many")
    with pytest.raises(dg.Failure, match=r"^Settings that cannot be used: SYNC_RUN_DAYS") as raised:
        asked_for(instance)
    assert raised.value.__cause__ is None
