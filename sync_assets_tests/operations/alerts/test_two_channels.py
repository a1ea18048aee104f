"""Two channels, of which one fails for a day: the good one hears each change once, the other one what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import dagster as dg
import pytest
from sqlalchemy import Engine, text

from sync_assets.assets.event_assets import UPLOADS
from sync_assets.event_import.stored_uploads import store_upload
from sync_assets.operations.alerts.alert_sensors import ALERT_SENSORS, failure_alerts
from sync_assets.operations.imports.import_config import ImportConfig
from sync_assets.operations.instance.run_in_process import run_assets, run_partition
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.server.faults import Html
from sync_assets.sandbox.server.server import Sandbox
from sync_assets_tests.operations.daemon import DEFS, Daemon
from sync_assets_tests.operations.dagster_internals import Ticking, TickStatus
from sync_assets_tests.operations.http_sink import Sink, http_sink

HOURS = 24
NEW_TOWN = text("""
insert into acted.tutorial_locations (name, code, is_active, created_at, updated_at)
values (:name, 'MUT', true, now(), now())
""")


@pytest.fixture
def bad() -> Iterator[Sink]:
    with http_sink() as served:
        yield served


@pytest.fixture
def daemon(kept_instance: dg.DagsterInstance) -> Daemon:
    return Daemon(kept_instance)


def tick_all(daemon: Daemon) -> int:
    """Tick every sensor of alerts twice, and return how many ticks failed."""
    failed = 0
    for _ in range(2):
        for sensor in ALERT_SENSORS:
            try:
                daemon.tick(sensor)
            except dg.Failure as failure:
                assert "address 2 (JSON)" in str(failure.description)  # noqa: PT017 - the sentence is that of the tick
                failed += 1
    return failed


def sync(daemon: Daemon, *keys: str) -> None:
    run_assets(DEFS, daemon.instance, "sync_all", asset_keys=[dg.AssetKey(key.split("/")) for key in keys])


def test_the_good_channel_hears_each_change_once(
    daemon: Daemon, synced: Engine, shared_sandbox: Sandbox, sink: Sink, bad: Sink, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("SYNC_LOCAL_DIR", str(tmp_path))
    monkeypatch.setenv("SYNC_ALERT_URLS", f"{sink.url} {bad.url}")
    tick_all(daemon)
    sink.received.clear()
    bad.received.clear()
    bad.status = 503
    upload = event_workbook(made_up_provider(24), events=2, sessions=2)
    drop_folder = Ticking(daemon.instance, "drop_folder")
    for hour in range(0, HOURS, 2):
        # What lasts: for half of the day the tenant sends no list of towns, and the drop folder cannot be read.
        if hour == 2:
            shared_sandbox.faults.add(Html(mentions="locations("))
        if hour == 14:
            shared_sandbox.faults.clear()
        sync(daemon, "adm/locations")
        if 4 <= hour < 16:
            drop_folder.tick(hour, TickStatus.FAILURE, "No folder.")
        else:
            drop_folder.tick(hour, TickStatus.SKIPPED)
        # What happens once: a town without a partner, an import, a run that somebody stops.
        if hour == 6:
            with synced.begin() as connection:
                connection.execute(NEW_TOWN, {"name": "Made Up upon Tyne"})
            sync(daemon, "adm/location_links")
        if hour == 8:
            with synced.begin() as connection:
                key = store_upload(connection, "a.xlsx", upload, "test", {}, _now(connection))
            daemon.instance.add_dynamic_partitions(str(UPLOADS.name), [key])
            assert run_partition(DEFS, daemon.instance, "event_import", key, "import_events", ImportConfig()).success
        if hour == 10:
            run = dg.DagsterRun(job_name="sync_all", run_id=str(uuid4()), status=dg.DagsterRunStatus.STARTED)
            daemon.instance.add_run(run)
            daemon.instance.report_run_canceled(run)
        tick_all(daemon)
    assert sorted(title.split(":")[0] for title in sink.titles) == [
        "Import finished",
        "Locations",
        "The job sync_all failed",
        "The job sync_all was cancelled",
        "adm/locations works again",
        "drop_folder does not work",
        "drop_folder works again",
    ]
    assert not bad.received

    bad.status = 200
    assert tick_all(daemon) == 0
    assert len(sink.received) == 7
    heard = "\n".join([*bad.titles, *bad.bodies])
    for still_so in ("Made Up upon Tyne", "Import finished", "The job sync_all was cancelled"):
        assert still_so in heard
    assert "does not work" not in heard, "what came and went in between is over"
    assert tick_all(daemon) == 0
    assert len(bad.received) == 3


def test_a_database_that_is_away_is_told_and_is_over_when_it_is_back(
    daemon: Daemon, synced: Engine, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = synced.url.render_as_string(hide_password=False)
    daemon.tick(failure_alerts)
    monkeypatch.setenv("SYNC_DATABASE_URL", "postgresql://nobody:word@127.0.0.1:9/none")
    sync(daemon, "adm/locations")
    daemon.tick(failure_alerts)
    monkeypatch.setenv("SYNC_DATABASE_URL", there)
    sync(daemon, "adm/locations")
    daemon.tick(failure_alerts)
    assert sink.titles == ["The job sync_all failed", "adm/locations works again"]
    assert "could not be reached" in sink.bodies[0]


def _now(connection):  # type: ignore[no-untyped-def]
    return connection.scalar(text("select now()"))
