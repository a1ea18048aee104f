"""Events in Dagster: read after the reference data, compared in the same run, with checks that show what differs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from sqlalchemy import Engine

from sync_assets.administrate.client import AdministrateClient
from sync_assets.definitions import build_defs
from sync_assets.entities import ENTITIES
from sync_assets.event_import.import_upload import import_upload
from sync_assets.event_import.stored_uploads import store_upload
from sync_assets.operations.instance.run_in_process import RunOutcome, run_assets
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets_tests.support.database_server import DatabaseServer
from sync_assets_tests.support.environment import client_of, set_environment, settings_of
from sync_assets_tests.support.systems import NOW, synced_template

DEFS = build_defs()
PROVIDER = made_up_provider(24)
EVENTS = 4


@pytest.fixture
def shared_sandbox() -> Iterator[Sandbox]:
    """A tenant for each test here, since they create events in it."""
    with serve(tenant_of(PROVIDER)) as served:
        yield served


@pytest.fixture
def imported(server: DatabaseServer, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Both sides with events that were imported and not read again since."""
    with server.engine(synced_template(server, PROVIDER)) as engine:
        set_environment(monkeypatch, settings_of(engine, sandbox))
        with engine.begin() as connection:
            content = event_workbook(PROVIDER, events=EVENTS, sessions=12)
            key = store_upload(connection, "events.xlsx", content, "test", {}, NOW)
        with client_of(sandbox) as client:
            _import(engine, client, key)
        sandbox.requests.clear()
        yield engine


def _import(engine: Engine, client: AdministrateClient, key: str) -> None:
    assert import_upload(engine, client, key).is_success


def evaluations(instance: dg.DagsterInstance, outcome: RunOutcome) -> dict[str, dg.AssetCheckEvaluation]:
    found = instance.all_logs(outcome.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    each = [entry.get_dagster_event().asset_check_evaluation_data for entry in found]
    return {item.asset_check_key.to_user_string(): item for item in each}


def test_the_nightly_job_reads_events_after_the_reference_data_and_finds_nothing(
    imported: Engine, sandbox: Sandbox, instance: dg.DagsterInstance
) -> None:
    outcome = run_assets(DEFS, instance, "sync_all")
    assert outcome.success
    asked = [request.operation for request in sandbox.requests.all()]
    first = asked.index("administrateEvents")
    of_events = {"administrateEvents", "administrateSessions"}
    # Every list is read once at least, and those of the reference data before the events.
    assert len(set(asked[:first])) >= len(ENTITIES) - len(of_events)
    assert set(asked[first:]) == of_events
    assert asked.index("administrateSessions") > first
    told = outcome.assets["adm/administrate_events"].metadata
    assert told["dagster/row_count"] == EVENTS
    assert sum(value for name, value in told.items() if name.endswith(": draft")) == EVENTS
    drift = outcome.assets["adm/event_drift"].metadata
    assert (drift["dagster/row_count"], drift["events"]) == (0, EVENTS)
    checks = evaluations(instance, outcome)
    assert checks["adm/event_drift:changed_there"].passed
    assert checks["adm/event_links:tutorial_rows_without_match"].passed
    assert checks["adm/event_links:unambiguous_matches_linked"].passed


def test_a_setting_says_how_long_before_its_finalisation_a_draft_is_told_of(
    imported: Engine, sandbox: Sandbox, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = next(iter(sandbox.tenant.events.values()))
    field = next(each.id for each in sandbox.tenant.definitions_of("Event") if each.label == "Finalisation date")
    final = datetime.now(UTC) + timedelta(days=40)
    # By the clocks of its zone, as Administrate keeps it.
    not_over = datetime(2099, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    fields = {**event.custom_fields, field: f"{final:%Y-%m-%d}"}
    sandbox.tenant.edit(event, lms_end=not_over, custom_fields=fields)

    def told() -> list[str]:
        outcome = run_assets(DEFS, instance, "sync_events")
        check = evaluations(instance, outcome)["adm/administrate_events:draft_near_finalisation"]
        return [str(row.data["title"]) for row in check.metadata["rows"].value.records]  # type: ignore[union-attr]

    assert told() == []
    monkeypatch.setenv("SYNC_FINALISATION_DAYS", "41")
    assert told() == [event.title]


def test_the_job_of_the_day_finds_a_change_and_a_decision_settles_it(
    imported: Engine, sandbox: Sandbox, instance: dg.DagsterInstance
) -> None:
    assert run_assets(DEFS, instance, "sync_all").success
    event = next(iter(sandbox.tenant.events.values()))
    title = event.title
    sandbox.tenant.edit(event, title="Renamed there")
    sandbox.tenant.delete(list(sandbox.tenant.events.values())[1])
    outcome = run_assets(DEFS, instance, "sync_events")
    assert outcome.success
    # Without a word in its config the job reads changes, from which nothing follows of what is gone.
    told = outcome.assets["adm/administrate_events"].metadata
    assert (told["updated"], told["removed"], told["dagster/row_count"]) == (1, 0, EVENTS)
    check = evaluations(instance, outcome)["adm/event_drift:changed_there"]
    assert not check.passed
    assert check.severity is dg.AssetCheckSeverity.WARN
    (row,) = check.metadata["rows"].value.records  # type: ignore[union-attr]
    assert (row.data["field"], row.data["here"], row.data["there"]) == ("Event title", title, "Renamed there")

    def decide(**values: bool) -> dg.ExecuteInProcessResult:
        decisions = [{"event": event.id, "choice": "send_ours"}]
        return DEFS.resolve_job_def("decide_drift").execute_in_process(
            instance=instance,
            run_config={"ops": {"settle_differences": {"config": {"decisions": decisions, **values}}}},
        )

    assert decide().success
    assert event.title == "Renamed there"
    assert decide(dry_run=False).success
    assert event.title == title
    outcome = run_assets(DEFS, instance, "sync_events")
    assert evaluations(instance, outcome)["adm/event_drift:changed_there"].passed
