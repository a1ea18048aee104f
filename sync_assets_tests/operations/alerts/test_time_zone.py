"""Alerts come from a Dagster whose PostgreSQL stands in another time zone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import psycopg
import pytest
from sqlalchemy import Engine, make_url, text

from sync_assets.assets.event_assets import UPLOADS
from sync_assets.event_import.stored_uploads import store_upload
from sync_assets.operations.alerts.alert_sensors import failure_alerts, import_alerts
from sync_assets.operations.imports.import_config import ImportConfig
from sync_assets.operations.instance.dagster_storage import in_utc
from sync_assets.operations.instance.prune_runs import prune_runs_before
from sync_assets.operations.instance.run_in_process import run_assets, run_partition
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.server.faults import Html
from sync_assets.sandbox.server.server import Sandbox
from sync_assets_tests.operations.daemon import DEFS, Daemon
from sync_assets_tests.operations.http_sink import Sink

DEPLOY = Path(__file__).parents[3] / "deploy"
ZONES = ["America/New_York", "Pacific/Auckland"]


@pytest.fixture(params=ZONES)
def instance(
    request: pytest.FixtureRequest, dagster_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dg.DagsterInstance]:
    """An instance of production, whose database has the zone of a server over there."""
    with psycopg.connect(dagster_url) as connection:
        zone = f"alter database {connection.info.dbname} set timezone to '{request.param}'"
        connection.execute(zone)  # type: ignore[call-overload]
    monkeypatch.setenv("DAGSTER_PG_URL", dagster_url)
    monkeypatch.setenv("SYNC_LOCAL_DIR", str(tmp_path))
    shutil.copy(DEPLOY / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as opened:
        yield opened


def test_failures_and_imports_are_told_and_runs_of_now_are_not_old(
    instance: dg.DagsterInstance, synced: Engine, shared_sandbox: Sandbox, sink: Sink
) -> None:
    daemon = Daemon(instance)
    with synced.begin() as connection:
        content = event_workbook(made_up_provider(24), events=2, sessions=2)
        key = store_upload(connection, "a.xlsx", content, "test", {}, datetime.now(UTC))
        connection.execute(text("set timezone to 'America/New_York'"))
    daemon.tick(failure_alerts)
    daemon.tick(import_alerts)
    instance.add_dynamic_partitions(str(UPLOADS.name), [key])
    before = datetime.now(UTC)
    assert run_partition(DEFS, instance, "event_import", key, "import_events", ImportConfig()).success
    shared_sandbox.faults.add(Html(mentions="locations("))
    run_assets(DEFS, instance, "sync_all", asset_keys=[dg.AssetKey(["adm", "locations"])])
    daemon.tick(import_alerts)
    daemon.tick(failure_alerts)
    assert [title.split(":")[0] for title in sink.titles] == ["Import finished", "The job sync_all failed"]
    shared_sandbox.faults.clear()
    run_assets(DEFS, instance, "sync_all", asset_keys=[dg.AssetKey(["adm", "locations"])])
    daemon.tick(failure_alerts)
    assert sink.titles[2:] == ["adm/locations works again"]
    assert prune_runs_before(instance, before) == 0


@pytest.mark.parametrize(
    ("given", "options"),
    [
        ("postgresql://host/dagster", "-c timezone=UTC"),
        ("postgresql://host/dagster?options=-csearch_path%3Ddagster", "-csearch_path=dagster -c timezone=UTC"),
        ("postgresql://host/dagster?options=-c%20timezone%3DUTC", "-c timezone=UTC"),
    ],
)
def test_the_zone_stands_beside_other_options(given: str, options: str) -> None:
    assert in_utc(make_url(given)).query["options"] == options
