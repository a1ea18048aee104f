"""Uploads become imports by themselves, whatever process is killed in the middle of one."""

from __future__ import annotations

import base64
import os
import signal
from pathlib import Path

import pytest

from sync_assets_tests.processes.both_systems import BothSystems
from sync_assets_tests.processes.dagster_ui import DagsterUI, SeenRun
from sync_assets_tests.processes.production import Production
from sync_assets_tests.support.waiting import eventually

ANSWER = 0.5
"""Seconds that the tenant takes for a mutation, so that an import has a middle."""

imported: list[bytes] = []


def upload(ui: DagsterUI, content: bytes, name: str, *, mutations_per_request: int = 20) -> SeenRun:
    """Upload a workbook by the launchpad and return the run that a sensor starts for it."""
    key = {"content_base64": base64.b64encode(content).decode(), "file_name": name}
    config = {**key, "mutations_per_request": mutations_per_request}
    taken = ui.wait_until_over(ui.launch("upload_events", config={"ops": {"store_events_upload": {"config": config}}}))
    assert taken.status == "SUCCESS", ui.messages(taken.run_id)

    def started() -> SeenRun | None:
        slug = Path(name).stem.replace(" ", "-")
        return next((run for run in ui.runs() if (run.partition or "").startswith(f"{slug}_")), None)

    run = eventually(started, f"a run imports {name}")
    assert run
    return run


def test_an_upload_by_the_launchpad_is_imported(
    production: Production, ui: DagsterUI, systems: BothSystems, workbooks: list[bytes]
) -> None:
    run = ui.wait_until_over(upload(ui, workbooks[0], "spring.xlsx").run_id)
    assert run.status == "SUCCESS", ui.messages(run.run_id)
    imported.append(workbooks[0])
    systems.assert_holds_once(*imported)


@pytest.mark.parametrize("victim", ["run worker", "code server", "daemon"])
def test_after_a_kill_in_the_middle_of_an_import_nothing_hangs_and_nothing_is_doubled(
    production: Production, ui: DagsterUI, systems: BothSystems, workbooks: list[bytes], victim: str
) -> None:
    content = workbooks[["run worker", "code server", "daemon"].index(victim) + 1]
    systems.answer_late(ANSWER)
    run = upload(ui, content, f"killed-{victim}.xlsx", mutations_per_request=2)
    eventually(lambda: systems.begun(content) >= 2, "the import is in its middle")
    if victim == "run worker":
        os.kill(ui.worker(run.run_id), signal.SIGKILL)
    else:
        production.kill(victim)
        production.start(victim)
        production.wait_for_code_server()
    systems.answer_late(0)
    ended = ui.wait_until_over(run.run_id)
    eventually(lambda: ui.slots_held() == 0, "no slot is held")
    # The daemon only starts runs: one that is under way goes on without it.
    assert ended.status == ("SUCCESS" if victim == "daemon" else "FAILURE"), ui.messages(run.run_id)
    again = ui.wait_until_over(ui.launch("event_import", partition=run.partition))
    assert again.status == "SUCCESS", ui.messages(again.run_id)
    imported.append(content)
    systems.assert_holds_once(*imported)
