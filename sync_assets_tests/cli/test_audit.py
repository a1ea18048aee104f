"""The audit of an import that ran as a process, also of one that was killed, as `sync-assets audit` reads it."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from sync_assets.cli.audit import moment
from sync_assets.sandbox.provider.provider import Provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.faults import HeldBack, HttpStatus
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.support.command_line import COMMAND, Ended, run_here, run_process
from sync_assets_tests.support.environment import settings_of
from sync_assets_tests.support.systems import Systems


@pytest.fixture
def tenant(provider: Provider) -> Tenant:
    return tenant_of(provider)


@pytest.fixture
def environment(systems: Systems, process_environment: dict[str, str]) -> dict[str, str]:
    quiet = {"ADMINISTRATE_QUIET_SECONDS": "0.5"}
    return {**process_environment, **settings_of(systems.engine, systems.sandbox), **quiet}


@pytest.fixture
def workbook(systems: Systems, tmp_path: Path) -> Path:
    path = tmp_path / "Spring events.xlsx"
    path.write_bytes(systems.workbook(events=3, sessions=13))
    return path


def succeeded(ended: Ended) -> str:
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def audit(environment: dict[str, str], *arguments: str) -> list[dict[str, Any]]:
    ended = run_here(environment, "audit", "--format", "json", *arguments)
    calls: list[dict[str, Any]] = json.loads(succeeded(ended))
    return calls


@pytest.mark.slow
def test_every_mutation_of_an_import_is_in_the_audit_with_its_run(
    environment: dict[str, str], systems: Systems, workbook: Path
) -> None:
    with systems.engine.begin() as connection:
        connection.execute(
            text("""insert into adm.api_calls (id, sent_at, document, mutations, variables, result)
                values (gen_random_uuid(), now() - interval '401 days', 'Old', '{}', '{}', 'done')""")
        )
    systems.sandbox.faults.add(HttpStatus(status=500, mentions="createBlended", times=1))
    imported = succeeded(run_process(environment, "import", str(workbook)))
    calls = json.loads(succeeded(run_process(environment, "audit", "--format", "json")))
    sent: dict[str, int] = {}
    for call in calls:
        for name, count in call["mutations"].items():
            sent[name] = sent.get(name, 0) + (count if call["result"] != "not done" else 0)
    assert sent["event.createBlended"] >= 3
    assert sum(sent.values()) == int(imported.split(" mutations.")[0].split()[-1])
    (run_id,) = {call["run_id"] for call in calls}
    assert f"run {run_id} succeeded" in imported
    assert "Old" not in {call.get("document") for call in calls}
    with systems.engine.connect() as connection:
        assert connection.scalar(text("select count(*) from adm.api_calls where document = 'Old'")) == 0
    (failed,) = audit(environment, "--failed")
    assert failed["result"] == "unknown"
    assert "HTTP 500" in failed["said"]
    made = next(call for call in calls if call["result"] == "done" and "event.createBlended" in call["mutations"])
    assert made["variables"]["input0"]["title"]
    assert made["answer"]["part0"]["payload"]["event"]["id"] in systems.tenant.events
    assert made["seconds"] > 0

    assert len(audit(environment, "--operation", "session")) == len(
        [call for call in calls if any(name.startswith("session.") for name in call["mutations"])]
    )
    assert audit(environment, "--since", "0m") == []
    assert len(audit(environment, "--since", "1h", "--run", run_id[:8], "--limit", "2")) == 2
    lines = list(csv.DictReader(io.StringIO(succeeded(run_here(environment, "audit", "--format", "csv")))))
    assert len(lines) == len(calls)
    assert json.loads(lines[-1]["variables"])
    assert "createBlended" in succeeded(run_here(environment, "audit"))


@pytest.mark.slow
def test_a_mutation_that_a_killed_process_had_sent_is_in_the_audit(
    environment: dict[str, str], systems: Systems, workbook: Path
) -> None:
    systems.sandbox.faults.add(HeldBack(seconds=30, mentions="payload: createBlended("))
    with subprocess.Popen([*COMMAND, "import", str(workbook)], env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 60
            while not systems.tenant.events:
                assert process.poll() is None, "the import ended before it sent anything"
                assert time.monotonic() < until, "the import never sent anything"
                time.sleep(0.02)
        finally:
            process.send_signal(signal.SIGKILL)
    (call,) = audit(environment)
    assert (call["result"], call["answer"], call["seconds"]) == ("sent", None, None)
    assert call["mutations"] == {"event.createBlended": 3} or sum(call["mutations"].values()) == 3
    assert len(call["variables"]) == 3


@pytest.mark.parametrize("text_", ["yesterday", "7x", "2026-13-01", "-1d"])
def test_a_moment_that_is_none_is_refused(text_: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        moment(text_)


def test_a_moment_without_a_zone_is_one_of_this_machine() -> None:
    assert moment("2026-01-31").utcoffset() is not None
    assert moment("2026-01-31T09:00+02:00").isoformat() == "2026-01-31T09:00:00+02:00"
