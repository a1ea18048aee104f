from __future__ import annotations

import signal
import subprocess
import sys

import httpx
import pytest

COMMAND = [sys.executable, "-u", "-c", "from sync_assets.cli import main; main()", "sandbox", "--port", "0"]


@pytest.mark.slow
def test_the_command_serves_a_tenant_that_is_as_slow_as_it_is_told() -> None:
    options = ["--templates", "24", "--mutation-time", "250", "--read-lag", "2000", "--proxy-timeout", "500"]
    with subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(5)]
        try:
            root = lines[1].strip().partition("=")[2].removesuffix("/graphql")
            behaviour = httpx.get(f"{root}/behaviour").json()
            faults = httpx.get(f"{root}/faults").json()
        finally:
            process.send_signal(signal.SIGTERM)
    assert (behaviour["seconds_per_mutation"], behaviour["read_lag_seconds"]) == (0.25, 2.0)
    assert [(each["kind"], each["seconds"], each["status"]) for each in faults] == [("proxy_gives_up", 0.5, 504)]
