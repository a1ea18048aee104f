"""Events that wait are gone on with by themselves, and told when they have waited for too long."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import pytest
from sqlalchemy import Engine, text

from sync_assets.assets.resources import DatabaseResource
from sync_assets.definitions import build_defs
from sync_assets.operations.imports.unfinished_events import unfinished_events
from sync_assets.sandbox.provider.provider import Provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.faults import HttpStatus
from sync_assets.sandbox.server.server import serve
from sync_assets_tests.event_import.both_sides import assert_imported
from sync_assets_tests.support.database_server import DatabaseServer
from sync_assets_tests.support.environment import client_of, settings_of
from sync_assets_tests.support.systems import Systems, synced_template


@pytest.fixture
def systems(server: DatabaseServer, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systems]:
    with serve(tenant_of(provider)) as sandbox, server.engine(synced_template(server, provider)) as engine:
        for name, value in settings_of(engine, sandbox).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("ADMINISTRATE_QUIET_SECONDS", "0.2")
        with client_of(sandbox) as client:
            yield Systems(provider, engine, sandbox, lambda **_: client)


def look() -> dg.SensorResult:
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(instance=instance, resources={"database": DatabaseResource()}) as context,
    ):
        found = unfinished_events(context)
    assert isinstance(found, dg.SensorResult)
    return found


def make_due(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("update adm.planned_events set next_try_at = now() - interval '1 second'"))


def carry_on(instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return build_defs().resolve_job_def("continue_events").execute_in_process(instance=instance, raise_on_error=False)


def test_an_event_that_waits_is_gone_on_with_when_its_next_try_is_due(
    systems: Systems, instance: dg.DagsterInstance
) -> None:
    content = systems.workbook(events=3, sessions=10)
    systems.sandbox.faults.add(HttpStatus(status=500, mentions="session { payload: update("))
    systems.run(systems.store(content), quiet_seconds=0.2)
    assert not look().run_requests
    make_due(systems.engine)
    first, second = look().run_requests or (), look().run_requests or ()
    assert [each.run_key for each in first] == [each.run_key for each in second]
    systems.sandbox.faults.clear()
    assert carry_on(instance).success
    assert_imported(systems.engine, systems.tenant, content)
    assert not look().run_requests


def test_the_title_of_an_event_stands_in_the_log_without_control_characters(
    systems: Systems, instance: dg.DagsterInstance
) -> None:
    systems.sandbox.faults.add(HttpStatus(status=500, mentions="session { payload: update("))
    systems.run(systems.store(systems.workbook(events=1, sessions=4)), quiet_seconds=0.2)
    with systems.engine.begin() as connection:
        connection.execute(text("update adm.planned_events set title = :title"), {"title": "red \x1b[31m \u202e title"})
    assert carry_on(instance).success
    (run,) = instance.get_runs()
    logged = [each.user_message for each in instance.all_logs(run.run_id) if each.dagster_event is None]
    assert any("red [31m title: " in line for line in logged), logged
    assert not [line for line in logged if "\x1b" in line or "\u202e" in line]


def test_pauses_grow_and_after_a_day_somebody_is_told(systems: Systems, instance: dg.DagsterInstance) -> None:
    systems.sandbox.faults.add(HttpStatus(status=500, mentions="session { payload: update("))
    systems.run(systems.store(systems.workbook(events=1, sessions=4)), quiet_seconds=0.2)
    pauses = []
    for _ in range(3):
        with systems.engine.connect() as connection:
            pauses.append(
                connection.scalar(text("select extract(epoch from next_try_at - updated_at) from adm.planned_events"))
            )
        assert carry_on(instance).success
    assert [round(float(pause or 0) / 60) for pause in pauses] == [1, 2, 4]
    with systems.engine.begin() as connection:
        connection.execute(text("update adm.planned_events set waiting_since = now() - interval '25 hours'"))
    failed = carry_on(instance)
    assert not failed.success
    assert not look().run_requests
    said = failed.failure_data_for_node("carry_on_with_events")
    assert said
    assert said.user_failure_data
    assert "sync-assets events carry-on" in str(said.user_failure_data.description)
