"""Dagster itself reads deploy/dagster.yaml and deploy/workspace.yaml as production does."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster_postgres import PostgresRunStorage

from sync_assets.operations.instance.dagster_internals import InstigatorType, WorkerStatus
from sync_assets.operations.instance.run_launcher import WatchedRunLauncher
from sync_assets.settings import SettingsError

DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copy(DEPLOY / "dagster.yaml", tmp_path)
    return tmp_path


@pytest.fixture
def storage_url(dagster_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DAGSTER_PG_URL", dagster_url)
    return dagster_url


@pytest.mark.usefixtures("storage_url")
def test_dagster_reads_the_instance_and_its_storage_names_the_driver(home: Path) -> None:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        assert isinstance(instance.run_storage, PostgresRunStorage)
        assert instance.run_storage.postgres_url.startswith("postgresql+psycopg2://")
        assert isinstance(instance.run_launcher, WatchedRunLauncher)
        assert not instance.telemetry_enabled
        assert instance.run_monitoring_enabled
        assert instance.run_monitoring_max_runtime_seconds > 0
        kept = instance.get_tick_retention_settings(InstigatorType.SENSOR)
        assert all(days > 0 for days in kept.values()), "ticks of every kind end some day"
        limits = instance.get_concurrency_config().pool_config
        assert (limits.default_pool_limit, str(limits.pool_granularity.value)) == (1, "run")
        queue = instance.get_concurrency_config().run_queue_config
        assert queue is not None
        assert queue.max_concurrent_runs == 10
        assert queue.max_user_code_failure_retries * queue.user_code_failure_retry_delay >= 120, "a restart takes less"


def test_no_process_hands_the_url_of_the_storage_to_another(home: Path, storage_url: str) -> None:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        told = dg.serialize_value(instance.get_ref())
        assert storage_url.split("://")[1] not in told
        assert "DagsterStorage" in told


def test_a_storage_that_nobody_named_is_an_error_and_not_an_embedded_server(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAGSTER_PG_URL", raising=False)
    with (
        pytest.raises(SettingsError, match="DAGSTER_PG_URL is not set"),
        dg.DagsterInstance.from_config(str(home)) as instance,
    ):
        instance.get_runs()


@pytest.mark.usefixtures("storage_url")
def test_a_run_of_a_code_server_that_is_gone_is_not_taken_for_dead_before_one_answers(home: Path) -> None:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        tags = {".dagster/grpc_info": '{"host": "127.0.0.1", "port": 9}'}
        run = instance.create_run_for_job(_job, status=dg.DagsterRunStatus.STARTED, tags=tags)
        assert instance.run_launcher.check_run_worker_health(run).status is WorkerStatus.RUNNING


@pytest.mark.usefixtures("storage_url")
def test_a_run_of_a_command_is_left_alone(home: Path) -> None:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        run = instance.create_run_for_job(_job, status=dg.DagsterRunStatus.STARTED)
        assert instance.run_launcher.check_run_worker_health(run).status is WorkerStatus.RUNNING


def test_the_workspace_names_the_code_server_of_the_compose_file() -> None:
    server = yaml.safe_load((DEPLOY / "workspace.yaml").read_text("utf-8"))["load_from"][0]["grpc_server"]
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    assert server["host"] in services
    assert f'"{server["port"]}"' in (DEPLOY / "Dockerfile").read_text("utf-8")


@dg.op
def nothing() -> None: ...


@dg.job
def _job() -> None:
    nothing()
