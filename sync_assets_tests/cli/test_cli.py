"""The command line with nothing but the environment set: as processes, and as its `main` where no process is needed."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from sync_assets.sandbox.server.faults import Down
from sync_assets.sandbox.server.server import Sandbox
from sync_assets_tests.support.command_line import run_here as run
from sync_assets_tests.support.command_line import run_process


def test_migrate_and_sync_with_only_the_environment_set(
    environment: dict[str, str], provided: Engine, postgres_dir: Path, tmp_path: Path
) -> None:
    # Dagster's storage is one that the first command makes, in the embedded server beside this run's databases.
    environment = {**environment, "SYNC_LOCAL_DIR": str(postgres_dir)}
    del environment["DAGSTER_PG_URL"]
    migrated = run_process(environment, "migrate", cwd=tmp_path)
    assert migrated.returncode == 0, migrated.stderr
    synced = run_process(environment, "sync", cwd=tmp_path)
    assert synced.returncode == 0, synced.stdout + synced.stderr
    assert "24 created" in synced.stdout
    again = run(environment, "sync", "--only", "course_templates")
    assert "24 unchanged" in again.stdout
    assert "pricelevels" not in again.stdout
    with provided.connect() as connection:
        assert connection.scalar(text("select count(*) from adm.course_templates where linked_by = 'match'"))
    assert list(tmp_path.iterdir()) == []

    listed = run_process(environment, "discrepancies", "--entity", "locations", "--format", "json")
    rows: list[dict[str, Any]] = json.loads(listed.stdout)
    assert {row["entity"] for row in rows} == {"locations"}
    assert {row["kind"] for row in rows} == {"unmatched", "ambiguous"}
    as_csv = run(environment, "discrepancies", "--format", "csv")
    assert as_csv.stdout.splitlines()[0] == "entity,side,kind,key,name,record_id,why,found_at"


def test_a_tenant_that_is_down_is_exit_status_1_and_a_sentence(environment: dict[str, str], served: Sandbox) -> None:
    run(environment, "migrate")
    served.faults.add(Down())
    try:
        failed = run(environment, "sync")
    finally:
        served.faults.clear()
    assert failed.returncode == 1
    assert "Traceback" not in failed.stdout + failed.stderr
    assert "Administrate" in failed.stdout


@pytest.mark.parametrize("command", ["sync", "migrate"])
def test_a_wrong_setting_is_a_sentence_and_no_traceback(environment: dict[str, str], command: str) -> None:
    wrong = {**environment, "SYNC_DATABASE_URL": "mysql://somewhere/else", "ADMINISTRATE_CLIENT_SECRET": ""}
    failed = run(wrong, command)
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert ("ADMINISTRATE_CLIENT_SECRET is not set" if command == "sync" else "SYNC_DATABASE_URL") in failed.stderr


def test_an_unknown_entity_is_named_with_those_that_there_are(environment: dict[str, str]) -> None:
    failed = run(environment, "sync", "--only", "towns")
    assert failed.returncode == 2
    assert "course_templates" in failed.stderr


def test_a_sync_before_the_migration_says_what_to_run(environment: dict[str, str]) -> None:
    failed = run(environment, "sync", "--only", "locations")
    assert failed.returncode == 1
    assert "sync-assets migrate" in failed.stdout
