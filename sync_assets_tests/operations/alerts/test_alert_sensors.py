from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from sqlalchemy import Engine, text

from sync_assets.assets.event_assets import UPLOADS
from sync_assets.definitions import build_defs
from sync_assets.event_import.stored_uploads import store_upload
from sync_assets.operations.alerts.alert_sensors import discrepancy_alerts, failure_alerts, import_alerts
from sync_assets.operations.imports.import_config import ImportConfig
from sync_assets.operations.imports.import_sensors import drop_folder, event_upload_requests
from sync_assets.operations.instance.run_in_process import run_assets, run_partition
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.server.faults import Html
from sync_assets.sandbox.server.server import Sandbox
from sync_assets_tests.operations.daemon import Daemon
from sync_assets_tests.operations.http_sink import Sink, http_sink

DEFS = build_defs()


@pytest.fixture(autouse=True)
def _places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SYNC_UI_URL", "https://dagster.example.org/")
    monkeypatch.setenv("SYNC_LOCAL_DIR", str(tmp_path))


@pytest.fixture
def daemon(instance: dg.DagsterInstance) -> Daemon:
    return Daemon(instance)


@pytest.fixture
def kept_daemon(kept_instance: dg.DagsterInstance) -> Daemon:
    return Daemon(kept_instance)


def sync(daemon: Daemon, *keys: str) -> str:
    chosen = [dg.AssetKey(key.split("/")) for key in keys]
    return run_assets(DEFS, daemon.instance, "sync_all", asset_keys=chosen).run_id


@pytest.fixture
def other() -> Iterator[Sink]:
    with http_sink() as served:
        yield served


def test_a_changed_discrepancy_is_told_once_and_a_cleaned_one_gives_the_all_clear(
    daemon: Daemon, synced: Engine, sink: Sink
) -> None:
    daemon.tick(discrepancy_alerts)
    sink.received.clear()
    with synced.begin() as connection:
        linked = connection.scalar(text("select min(tutorial_location_id) from adm.locations"))
        connection.execute(text(f"update acted.tutorial_locations set is_active = false where id = {linked}"))
    run = sync(daemon, "adm/location_links")
    daemon.tick(discrepancy_alerts)
    assert sink.titles == ["Locations: 1 new without a partner"]
    assert "no active tutorial row has this" in sink.bodies[0]
    assert sink.bodies[0].endswith(f"https://dagster.example.org/runs/{run}")
    sync(daemon, "adm/location_links")
    daemon.tick(discrepancy_alerts)
    daemon.tick(discrepancy_alerts)
    assert len(sink.received) == 1

    with synced.begin() as connection:
        connection.execute(text("delete from adm.venues"))
        connection.execute(text("delete from adm.locations where tutorial_location_id is null"))
        connection.execute(
            text(
                "update acted.tutorial_locations set is_active = false where id not in "
                "(select tutorial_location_id from adm.locations)"
            )
        )
    sync(daemon, "adm/location_links")
    daemon.tick(discrepancy_alerts)
    daemon.tick(discrepancy_alerts)
    assert sink.titles[1:] == ["Locations: all clear"]


def test_a_difference_of_an_event_is_told_once_and_its_end_as_well(daemon: Daemon, synced: Engine, sink: Sink) -> None:
    daemon.tick(discrepancy_alerts)
    sink.received.clear()
    with synced.begin() as connection:
        connection.execute(
            text("""
                insert into adm.event_drift (tutorial_event_id, external_id, title, day, field, kind, owner, here_text,
                    there_text)
                values (1, 'E1', 'MQ-CB1-001', 2, 'Location', 'changed there', 'here', 'London', 'Leeds')""")
        )
    daemon.tick(discrepancy_alerts)
    daemon.tick(discrepancy_alerts)
    assert sink.titles == ["Fields of events: 1 new discrepancy"]
    assert "MQ-CB1-001" in sink.bodies[0]
    assert "changed there: London here, Leeds in Administrate" in sink.bodies[0]
    with synced.begin() as connection:
        connection.execute(text("delete from adm.event_drift"))
    daemon.tick(discrepancy_alerts)
    daemon.tick(discrepancy_alerts)
    assert sink.titles[1:] == ["Fields of events: all clear"]


def test_the_discrepancies_of_all_entities_are_one_message(daemon: Daemon, synced: Engine, sink: Sink) -> None:
    daemon.tick(discrepancy_alerts)
    (title,) = sink.titles
    assert title.endswith(" alerts of the sync")
    for entity in ("Course templates", "Locations", "Venues", "Instructors"):
        assert f"{entity}: " in sink.bodies[0]


def test_an_alert_that_could_not_be_sent_is_sent_by_a_later_tick(daemon: Daemon, synced: Engine, sink: Sink) -> None:
    sink.status = 500
    for _ in range(2):
        with pytest.raises(dg.Failure, match="could not be delivered to address 1") as raised:
            daemon.tick(discrepancy_alerts)
        assert "secret-path" not in f"{raised.value!r}"
    sink.status = 200
    daemon.tick(discrepancy_alerts)
    daemon.tick(discrepancy_alerts)
    assert len(sink.received) == 1


def test_a_channel_that_works_is_not_bothered_by_one_that_does_not(
    daemon: Daemon, synced: Engine, sink: Sink, other: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNC_ALERT_URLS", f"{sink.url} {other.url}")
    other.status = 500
    for _ in range(3):
        with pytest.raises(dg.Failure, match="address 2"):
            daemon.tick(discrepancy_alerts)
    other.status = 200
    daemon.tick(discrepancy_alerts)
    assert len(sink.received) == len(other.received) == 1


def test_without_a_channel_alerts_are_in_the_log_of_the_tick(
    daemon: Daemon, synced: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    daemon.tick(discrepancy_alerts)
    assert "Locations: " in capsys.readouterr().err


def test_a_database_that_was_not_migrated_is_a_sentence(
    daemon: Daemon, empty_database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNC_DATABASE_URL", empty_database.url.render_as_string(hide_password=False))
    with pytest.raises(dg.Failure, match="sync-assets migrate"):
        daemon.tick(discrepancy_alerts)


def test_a_failed_run_is_told_once_with_its_sentences(
    kept_daemon: Daemon, synced: Engine, shared_sandbox: Sandbox, sink: Sink
) -> None:
    kept_daemon.tick(failure_alerts)
    shared_sandbox.faults.add(Html(mentions="courseTemplates("))
    run = sync(kept_daemon, "adm/course_templates")
    kept_daemon.tick(failure_alerts)
    kept_daemon.tick(failure_alerts)
    assert sink.titles == ["The job sync_all failed"]
    assert "adm/course_templates: " in sink.bodies[0]
    assert "no GraphQL answer" in sink.bodies[0]
    assert f"https://dagster.example.org/runs/{run}" in sink.bodies[0]


def test_several_failed_runs_are_one_message(
    kept_daemon: Daemon, synced: Engine, shared_sandbox: Sandbox, sink: Sink
) -> None:
    shared_sandbox.faults.add(Html())
    for asset in ("adm/locations", "adm/tax_types", "adm/pricelevels"):
        sync(kept_daemon, asset)
    kept_daemon.tick(failure_alerts)
    assert sink.titles == ["3 alerts of the sync"]


def test_an_import_that_has_ended_is_told_with_its_rows_in_error_and_their_workbook(
    kept_daemon: Daemon, synced: Engine, sink: Sink
) -> None:
    content = event_workbook(made_up_provider(24), events=4, sessions=6, faulty=1)
    with synced.begin() as connection:
        key = store_upload(connection, "Spring *2026*.xlsx", content, "test", {}, datetime.now(UTC))
    kept_daemon.instance.add_dynamic_partitions(str(UPLOADS.name), [key])
    kept_daemon.tick(import_alerts)
    dry = run_partition(DEFS, kept_daemon.instance, "event_import", key, "import_events", ImportConfig(dry_run=True))
    kept_daemon.tick(import_alerts)
    real = run_partition(DEFS, kept_daemon.instance, "event_import", key, "import_events", ImportConfig())
    kept_daemon.tick(import_alerts)
    kept_daemon.tick(import_alerts)
    assert [title.split(":")[0] for title in sink.titles] == ["Dry run of an import", "Import finished"]
    said = sink.bodies[1]
    assert "3 created" in sink.titles[1]
    assert "1 in error" in sink.titles[1]
    assert f"Upload {key}: " in said
    assert "- row " in said
    assert " - to correct.xlsx" in said
    assert real.run_id in said
    assert dry.run_id not in said
    kept_daemon.tick(failure_alerts)
    assert len(sink.received) == 2


def test_an_import_that_waits_for_administrate_is_told_by_one_message(
    kept_daemon: Daemon, synced: Engine, shared_sandbox: Sandbox, sink: Sink
) -> None:
    content = event_workbook(made_up_provider(24), events=3, sessions=3)
    with synced.begin() as connection:
        key = store_upload(connection, "a.xlsx", content, "test", {}, datetime.now(UTC))
    kept_daemon.instance.add_dynamic_partitions(str(UPLOADS.name), [key])
    shared_sandbox.faults.add(Html(mentions="mutation"))
    assert not run_partition(DEFS, kept_daemon.instance, "event_import", key, "import_events", ImportConfig()).success
    kept_daemon.tick(failure_alerts)
    kept_daemon.tick(import_alerts)
    (title,) = sink.titles
    assert title.startswith("Import stopped half-way: ")
    assert "wait for Administrate" in sink.bodies[0]


def test_an_import_that_failed_before_it_had_a_report_is_told_as_a_failed_run(
    kept_daemon: Daemon, provided: Engine, sink: Sink
) -> None:
    kept_daemon.instance.add_dynamic_partitions(str(UPLOADS.name), ["nothing"])
    run_partition(DEFS, kept_daemon.instance, "event_import", "nothing", "import_events", ImportConfig())
    kept_daemon.tick(import_alerts)
    kept_daemon.tick(failure_alerts)
    assert sink.titles == ["The job event_import failed"]
    assert "There is no upload nothing" in sink.bodies[0]


def test_a_file_in_the_drop_folder_becomes_a_request_for_a_run(
    daemon: Daemon, provided: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "uploads"
    folder.mkdir()
    assert "not set" in str(daemon.tick(drop_folder).skip_reason)
    monkeypatch.setenv("SYNC_UPLOAD_DIR", str(folder))
    monkeypatch.setattr("sync_assets.operations.imports.drop_folder.SETTLED", datetime.resolution)
    content = event_workbook(made_up_provider(24), events=2, sessions=2)
    (folder / "a.xlsx").write_bytes(content)
    daemon.tick(drop_folder)
    daemon.tick(drop_folder)
    assert [path.name for path in folder.iterdir()] == ["taken"]
    (request,) = daemon.tick(event_upload_requests).run_requests or []
    assert str(request.partition_key).startswith("a_")
    daemon.tick(drop_folder)
    assert len(daemon.tick(event_upload_requests).run_requests or []) == 1
    assert [item.run_key for item in daemon.tick(event_upload_requests).run_requests or []] == [request.run_key]


def test_a_file_that_is_stuck_fails_the_tick_once_nothing_else_is_to_be_remembered(
    daemon: Daemon, provided: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "uploads"
    folder.mkdir()
    monkeypatch.setenv("SYNC_UPLOAD_DIR", str(folder))
    monkeypatch.setattr("sync_assets.operations.imports.drop_folder.SETTLED", datetime.resolution)
    (folder / "taken").write_text("a file where the folder should be")
    (folder / "a.xlsx").write_bytes(event_workbook(made_up_provider(24), events=2, sessions=2))
    daemon.tick(drop_folder)
    with pytest.raises(dg.Failure, match=r"a\.xlsx in the folder of SYNC_UPLOAD_DIR cannot be read or moved"):
        daemon.tick(drop_folder)
    (folder / "taken").unlink()
    daemon.tick(drop_folder)
    assert (folder / "taken" / "a.xlsx").exists()
    assert len(daemon.tick(event_upload_requests).run_requests or []) == 1
