from __future__ import annotations

import signal
import subprocess
import sys

import httpx
import pytest

from sync_assets.sandbox.server.server import PortTaken, Sandbox, serve
from sync_assets.sandbox.tenant.tenant import Tenant

IN_THE_FOREGROUND = """
from sync_assets.sandbox.server.server import run
from sync_assets.sandbox.tenant.tenant import Tenant
run(Tenant(), ready=lambda sandbox: print(sandbox.url, flush=True))
"""


def test_a_taken_port_is_a_sentence(sandbox: Sandbox) -> None:
    with pytest.raises(PortTaken, match="choose another port"), serve(Tenant(), port=sandbox.port):
        pass


def test_a_tenant_in_the_foreground_says_when_it_is_up_and_stops_when_told() -> None:
    with subprocess.Popen([sys.executable, "-c", IN_THE_FOREGROUND], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert httpx.get(f"{address}/requests").json()["total"] == 0
        process.send_signal(signal.SIGTERM)
        # The server ends by itself; whether the signal is then raised once more depends on when it came.
        assert process.wait(timeout=10) in (0, -signal.SIGTERM)


def test_an_unreadable_body_is_400_and_a_broken_document_an_error(sandbox: Sandbox) -> None:
    assert httpx.post(sandbox.api_url, content=b"not json").status_code == 400
    broken = httpx.post(sandbox.api_url, json={"query": "{ goodbye("}).json()
    assert "Syntax Error" in broken["errors"][0]["message"]
