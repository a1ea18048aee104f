"""The values for Dagster's chart: what decides whether runs take turns, and where secrets come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
# The top level of the chart's own values.
CHART = {
    "global",
    "generatePostgresqlPasswordSecret",
    "postgresql",
    "dagster-user-deployments",
    "runLauncher",
    "dagsterDaemon",
    "dagsterWebserver",
    "ingress",
    "computeLogManager",
    "telemetry",
    "pythonLogs",
    "retention",
    "concurrency",
}


@pytest.fixture(scope="module")
def values() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "helm-values.yaml").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def instance() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "dagster.yaml").read_text("utf-8"))
    return found


def test_only_keys_of_the_chart_are_set(values: dict[str, Any]) -> None:
    assert set(values) == CHART


def test_every_run_is_a_job_with_the_environment_of_the_code_server(values: dict[str, Any]) -> None:
    (deployment,) = values["dagster-user-deployments"]["deployments"]
    assert deployment["includeConfigInLaunchedRuns"] == {"enabled": True}
    assert values["runLauncher"]["type"] == "K8sRunLauncher"
    job = values["runLauncher"]["config"]["k8sRunLauncher"]["runK8sConfig"]["jobSpecConfig"]
    # A job that Kubernetes starts again would be a second worker of one run.
    assert job["backoff_limit"] == 0


def test_runs_take_turns_and_end_as_on_one_machine(values: dict[str, Any], instance: dict[str, Any]) -> None:
    assert values["concurrency"]["pools"] == {"defaultLimit": 1, "granularity": "run"}
    assert instance["concurrency"]["pools"] == {"default_limit": 1, "granularity": "run"}
    assert "config" not in values["dagsterDaemon"]["runCoordinator"], "limits stand in one place"
    monitoring = values["dagsterDaemon"]["runMonitoring"]
    assert monitoring["freeSlotsAfterRunEndSeconds"] == instance["run_monitoring"]["free_slots_after_run_end_seconds"]
    job = values["runLauncher"]["config"]["k8sRunLauncher"]["runK8sConfig"]["jobSpecConfig"]
    assert job["active_deadline_seconds"] == instance["run_monitoring"]["max_runtime_seconds"]
    for kind in ("schedule", "sensor"):
        assert values["retention"][kind]["purgeAfterDays"] == instance["retention"][kind]["purge_after_days"]


def test_what_the_project_logs_is_in_the_log_of_its_runs(values: dict[str, Any], instance: dict[str, Any]) -> None:
    assert values["pythonLogs"] == {"managedPythonLoggers": ["sync_assets"]}
    assert instance["python_logs"] == {"managed_python_loggers": ["sync_assets"]}


def test_the_driver_of_the_storage_is_named(values: dict[str, Any]) -> None:
    assert values["postgresql"]["postgresqlScheme"] == "postgresql+psycopg2"


def test_secrets_are_named_and_not_written(values: dict[str, Any]) -> None:
    assert values["global"]["postgresqlSecretName"] == "sync-assets-dagster"
    assert values["generatePostgresqlPasswordSecret"] is False
    assert "postgresqlPassword" not in values["postgresql"]
    (deployment,) = values["dagster-user-deployments"]["deployments"]
    assert deployment["envSecrets"] == [{"name": "sync-assets-settings"}]
    assert not [name for name in deployment["env"] if "SECRET" in name or "URL" in name]


def test_the_webserver_is_behind_a_password(values: dict[str, Any]) -> None:
    assert values["dagsterWebserver"]["service"]["type"] == "ClusterIP"
    assert values["ingress"]["annotations"]["nginx.ingress.kubernetes.io/auth-type"] == "basic"
