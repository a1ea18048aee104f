"""The health checks of the image and of the compose file say that running processes are well."""

from __future__ import annotations

import os
import subprocess

import pytest

from sync_assets_tests.processes.dagster_ui import DagsterUI
from sync_assets_tests.processes.production import BIN, Production


@pytest.mark.usefixtures("ui")
def test_the_health_checks_pass(production: Production) -> None:
    environment = {**os.environ, **production.settings, "DAGSTER_HOME": str(production.home)}
    for command in (
        [BIN / "dagster", "api", "grpc-health-check", "--port", str(production.code_port)],
        [BIN / "dagster-daemon", "liveness-check"],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_all_daemons_are_healthy_as_the_ui_sees_it(ui: DagsterUI) -> None:
    assert ui.unhealthy_daemons() == []
