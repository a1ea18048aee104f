"""The command line as a process of its own, with nothing but the environment set."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.provider.tutorial_tables import fill_tutorial_tables
from sync_assets.sandbox.server.faults import Down
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets.tutorial.tables import create_tutorial_tables


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with serve(tenant_of(made_up_provider(24))) as sandbox:
        yield sandbox


@pytest.fixture
def environment(
    empty_database: Engine, served: Sandbox, dagster_url: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    with empty_database.begin() as connection:
        create_tutorial_tables(connection)
        fill_tutorial_tables(connection, made_up_provider(24))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SYNC_", "ADMINISTRATE_"))}
    return {
        **kept,
        "SYNC_DATABASE_URL": empty_database.url.set(drivername="postgresql").render_as_string(hide_password=False),
        "DAGSTER_PG_URL": dagster_url,
        "SYNC_LOCAL_DIR": str(tmp_path_factory.mktemp("local")),
        "ADMINISTRATE_API_URL": served.api_url,
        "ADMINISTRATE_TOKEN_URL": served.token_url,
        "ADMINISTRATE_CLIENT_ID": served.client_id,
        "ADMINISTRATE_CLIENT_SECRET": served.client_secret,
        "ADMINISTRATE_RETRY_SECONDS": "0.5",
    }


def run(environment: dict[str, str], *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from sync_assets.cli import main; main()", *arguments]
    return subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, check=False)


def test_migrate_and_sync_with_only_the_environment_set(
    environment: dict[str, str], empty_database: Engine, postgres_dir: Path, tmp_path: Path
) -> None:
    # Dagster's storage is one that the first command makes, in the embedded server beside this run's databases.
    environment = {**environment, "SYNC_LOCAL_DIR": str(postgres_dir)}
    del environment["DAGSTER_PG_URL"]
    migrated = run(environment, "migrate", cwd=tmp_path)
    assert migrated.returncode == 0, migrated.stderr
    synced = run(environment, "sync", cwd=tmp_path)
    assert synced.returncode == 0, synced.stdout + synced.stderr
    assert "24 created" in synced.stdout
    again = run(environment, "sync", "--only", "course_templates", cwd=tmp_path)
    assert "24 unchanged" in again.stdout
    assert "pricelevels" not in again.stdout
    with empty_database.connect() as connection:
        assert connection.scalar(text("select count(*) from adm.course_templates where linked_by = 'match'"))
    assert list(tmp_path.iterdir()) == []

    listed = run(environment, "discrepancies", "--entity", "locations", "--format", "json")
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
