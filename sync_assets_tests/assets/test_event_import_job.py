"""The import as Dagster runs it: each way in, the checks of a run, and a run that has to be continued."""

import base64
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from sqlalchemy import Engine, text

from sync_assets.assets.event_assets import EVENTS_KEY, UPLOADS
from sync_assets.definitions import build_defs
from sync_assets.errors import SyncError
from sync_assets.event_import.import_log import ended_imports
from sync_assets.event_import.stored_uploads import store_upload
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.package import MAX_BYTES
from sync_assets.operations.alerts.import_alerts import alert_of_import
from sync_assets.operations.imports.import_config import ImportConfig, UploadConfig, uploaded_file
from sync_assets.operations.imports.import_sensors import event_upload_requests
from sync_assets.operations.instance.run_in_process import PartitionOutcome, run_partition
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.faults import Down, PayloadError
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets_tests.event_import.both_sides import in_workbook
from sync_assets_tests.event_import.edited_upload import Edited, edited
from sync_assets_tests.support.database_server import DatabaseServer
from sync_assets_tests.support.environment import set_environment, settings_of
from sync_assets_tests.support.systems import synced_template

DEFS = build_defs()
DATABASE = (DEFS.resources or {})["database"]
PROVIDER = made_up_provider()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with serve(tenant_of(PROVIDER)) as served:
        yield served


@pytest.fixture
def synced(
    server: DatabaseServer, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    with server.engine(synced_template(server, PROVIDER)) as engine:
        folders = {"SYNC_LOCAL_DIR": str(tmp_path), "SYNC_UPLOAD_DIR": str(tmp_path)}
        set_environment(monkeypatch, {**settings_of(engine, sandbox), **folders})
        yield engine


def stored(database: Engine, content: bytes, name: str = "events.xlsx") -> str:
    with database.begin() as connection:
        return store_upload(connection, name, content, "test", {}, datetime.now(UTC))


def run(instance: dg.DagsterInstance, key: str, **options: Any) -> PartitionOutcome:
    instance.add_dynamic_partitions(str(UPLOADS.name), [key])
    return run_partition(DEFS, instance, "event_import", key, "import_events", ImportConfig(**options))


def checks(instance: dg.DagsterInstance, run_id: str) -> dict[str, tuple[bool, Any]]:
    entries = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [entry.get_dagster_event().asset_check_evaluation_data for entry in entries]
    return {item.check_name: (item.passed, item.metadata["count"].value) for item in found}


def listed(instance: dg.DagsterInstance, run_id: str, check: str) -> list[dict[str, Any]]:
    """The rows of the table that a check shows."""
    entries = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [entry.get_dagster_event().asset_check_evaluation_data for entry in entries]
    (table,) = (each.metadata["rows"] for each in found if each.check_name == check)
    assert isinstance(table, dg.TableMetadataValue)
    return [dict(record.data) for record in table.records]


def count(database: Engine, table: str) -> int:
    with database.connect() as connection:
        return connection.scalar(text(f"select count(*) from {table}")) or 0


def test_an_import_is_a_materialization_of_its_partition_with_checks_and_a_report(
    synced: Engine, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    key = stored(synced, event_workbook(PROVIDER, events=6, sessions=20, faulty=1))
    outcome = run(instance, key)
    # Success means that every event of the file is on both sides.
    assert not outcome.success
    assert "1 of 6 events are not as the file says" in outcome.failures[0]
    (record,) = instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=EVENTS_KEY, asset_partitions=[key]), limit=1
    ).records
    assert record.asset_materialization
    told = {name: value.value for name, value in record.asset_materialization.metadata.items()}
    assert (told["created"], told["error"]) == (5, 1)
    assert "in error" in str(told["summary"])
    assert Path(str(told["error_workbook"])).is_relative_to(tmp_path)
    with synced.connect() as connection:
        rows_in_error = connection.scalar(text("select count(*) from adm.event_import_rows where outcome = 'error'"))
    assert checks(instance, outcome.run_id) == {
        "rows_in_error": (False, rows_in_error),
        "duplicates": (True, 0),
        "events_not_yet_in_administrate": (True, 0),
    }


def test_the_check_and_the_alert_name_each_event_once_with_its_sentence(
    synced: Engine, instance: dg.DagsterInstance, sandbox: Sandbox
) -> None:
    content = event_workbook(PROVIDER, events=4, sessions=18)
    titles = [event.title for event in in_workbook(content) if len(event.sessions) > 2]

    def spoil(sheet: Edited) -> None:
        for row in sheet.rows_of(titles[0]):
            sheet.set(row, columns.CLASSROOM_START_TIME, "noon")
        sheet.page.insert_rows(4)
        sheet.set(4, columns.SESSION_TITLE, "Nobody's session")

    sandbox.faults.add(PayloadError(value=titles[1], mutation="event.createBlended"))
    outcome = run(instance, stored(synced, edited(content, spoil)))
    rows_in_error = listed(instance, outcome.run_id, "rows_in_error")
    assert [each["event"] for each in rows_in_error] == ["(rows above the first event)", titles[0]]
    assert "no event above this row" in rows_in_error[0]["why"]
    assert rows_in_error[1]["why"].count("noon") >= 3
    first, _, last = rows_in_error[1]["rows"].partition("-")
    assert int(last) - int(first) >= 2
    (refused,) = listed(instance, outcome.run_id, "events_not_yet_in_administrate")
    assert (refused["title"], "This could not be saved." in refused["why"]) == (titles[1], True)
    with synced.connect() as connection:
        (ended,) = ended_imports(connection, datetime(2026, 1, 1, tzinfo=UTC))
    alert = alert_of_import(ended, None)
    for title in ("(rows above the first event)", *titles[:2]):
        assert [f", {title}: " in item for item in alert.items].count(True) == 1
    assert len(alert.items) == 3
    assert "This could not be saved." in next(item for item in alert.items if titles[1] in item)


def test_the_same_upload_by_each_way_in_changes_nothing_the_second_time(
    synced: Engine, instance: dg.DagsterInstance, sandbox: Sandbox, tmp_path: Path
) -> None:
    content = event_workbook(PROVIDER, events=4, sessions=12)
    (tmp_path / "events.xlsx").write_bytes(content)
    ways = [
        UploadConfig(path="events.xlsx"),
        UploadConfig(content_base64=base64.b64encode(content).decode(), file_name="events.xlsx"),
    ]
    cursor, run_keys = None, set()
    for number, way in enumerate(ways):
        job = DEFS.resolve_job_def("upload_events")
        run_config = {"ops": {"store_events_upload": {"config": way.model_dump(exclude_none=True)}}}
        assert job.execute_in_process(instance=instance, run_config=run_config).success
        with dg.build_sensor_context(instance, cursor=cursor, resources={"database": DATABASE}) as context:
            asked = event_upload_requests(context)
        assert isinstance(asked, dg.SensorResult)
        cursor = asked.cursor
        (request,) = asked.run_requests or []
        run_keys.add(request.run_key)
        sandbox.requests.clear()
        assert run(instance, str(request.partition_key)).success
        assert (sandbox.requests.mutations == 0) == (number > 0)
    assert len(run_keys) == len(ways)
    assert (count(synced, "adm.events"), len(sandbox.tenant.events)) == (4, 4)
    assert count(synced, "adm.event_uploads") == 1


def test_a_tenant_that_is_down_fails_the_run_and_the_same_partition_completes_it(
    synced: Engine, instance: dg.DagsterInstance, sandbox: Sandbox
) -> None:
    key = stored(synced, event_workbook(PROVIDER, events=4, sessions=12))
    sandbox.faults.add(Down())
    failed = run(instance, key)
    assert not failed.success
    assert "4 waiting for Administrate" in failed.failures[0]
    assert count(synced, "acted.tutorial_events") == 4
    assert checks(instance, failed.run_id)["events_not_yet_in_administrate"] == (False, 4)
    sandbox.faults.clear()
    completed = run(instance, key)
    assert completed.success
    assert checks(instance, completed.run_id)["events_not_yet_in_administrate"] == (True, 0)
    assert len(sandbox.tenant.events) == 4


def test_a_dry_run_is_an_observation_and_changes_nothing(
    synced: Engine, instance: dg.DagsterInstance, sandbox: Sandbox
) -> None:
    key = stored(synced, event_workbook(PROVIDER, events=4, sessions=12))
    assert run(instance, key, dry_run=True).success
    assert sandbox.requests.mutations == 0
    assert count(synced, "acted.tutorial_events") == 0
    assert not instance.fetch_materializations(EVENTS_KEY, limit=1).records


def test_a_file_that_is_no_workbook_is_refused_with_a_sentence(synced: Engine, instance: dg.DagsterInstance) -> None:
    config = UploadConfig(content_base64=base64.b64encode(b"no zip at all").decode())
    result = DEFS.resolve_job_def("upload_events").execute_in_process(
        instance=instance,
        run_config={"ops": {"store_events_upload": {"config": config.model_dump(exclude_none=True)}}},
        raise_on_error=False,
    )
    failure = result.failure_data_for_node("store_events_upload")
    assert failure
    assert failure.user_failure_data
    assert "workbook" in str(failure.user_failure_data.description)


def test_base64_with_line_breaks_is_read(tmp_path: Path) -> None:
    content = bytes(range(256))
    broken = base64.encodebytes(content).decode().replace("\n", "\r\n")
    assert uploaded_file(UploadConfig(content_base64=broken), tmp_path) == ("upload.xlsx", content)


def test_a_path_reads_as_the_drop_folder_does(tmp_path: Path) -> None:
    outside = tmp_path / "outside.xlsx"
    outside.write_bytes(b"elsewhere")
    folder = tmp_path / "drop"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "a.xlsx").write_bytes(b"content")
    (folder / "link.xlsx").symlink_to(outside)
    (folder / "elsewhere").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.xlsx")
    with (folder / "large.xlsx").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert uploaded_file(UploadConfig(path="sub/a.xlsx"), folder) == ("a.xlsx", b"content")
    assert uploaded_file(UploadConfig(path=str(folder / "sub" / "a.xlsx")), folder) == ("a.xlsx", b"content")
    for path, sentence in {
        "link.xlsx": "It is a link",
        "pipe.xlsx": "is not a file",
        "sub": "is not a file",
        "large.xlsx": "at most",
        "elsewhere/outside.xlsx": "outside the folder",
    }.items():
        with pytest.raises(SyncError, match=sentence):
            uploaded_file(UploadConfig(path=path), folder)


def test_a_run_without_a_partition_is_a_sentence(synced: Engine, instance: dg.DagsterInstance) -> None:
    result = DEFS.resolve_job_def("event_import").execute_in_process(instance=instance, raise_on_error=False)
    failure = result.failure_data_for_node("import_events")
    assert failure
    assert failure.user_failure_data
    assert "one of its partitions" in str(failure.user_failure_data.description)


def dropped(tmp_path: Path, content: bytes, name: str = "Spring.xlsx") -> Path:
    (tmp_path / "taken").mkdir(exist_ok=True)
    path = tmp_path / "taken" / name
    path.write_bytes(content)
    return path


def beside(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir() if each != path)


def test_a_partly_bad_file_that_was_dropped_has_report_and_error_workbook_beside_it(
    synced: Engine, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    content = event_workbook(PROVIDER, events=3, sessions=10, faulty=1)
    path = dropped(tmp_path, content)
    run(instance, stored(synced, content, "Spring.xlsx"))
    assert beside(path) == ["Spring - report.xlsx", "Spring - to correct.xlsx"]


def test_a_run_that_ends_before_its_report_says_why_beside_the_file(
    synced: Engine, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    content = event_workbook(PROVIDER, events=2, sessions=6)
    path = dropped(tmp_path, content)
    key = stored(synced, content, "Spring.xlsx")
    with synced.begin() as connection:
        connection.execute(text("delete from adm.tax_types"))
    assert not run(instance, key).success
    assert beside(path) == ["Spring - not done.txt"]
    assert "tax types" in (path.parent / "Spring - not done.txt").read_text("utf-8")


def test_files_that_cannot_be_written_do_not_end_a_run_whose_work_is_done(
    synced: Engine, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    (tmp_path / "imports").write_text("a file where the folder should be")
    (tmp_path / "taken").write_text("another")
    content = event_workbook(PROVIDER, events=2, sessions=6)
    outcome = run(instance, stored(synced, content))
    assert outcome.success, outcome.failures
