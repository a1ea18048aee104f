"""A run lives as long as its process does, whatever becomes of the code server; a dead one is told soon."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from sync_assets_tests.operations.http_sink import Sink
from sync_assets_tests.processes.both_systems import BothSystems
from sync_assets_tests.processes.dagster_ui import DagsterUI, SeenRun
from sync_assets_tests.processes.production import BIN, Production
from sync_assets_tests.processes.test_imports import upload
from sync_assets_tests.support.waiting import eventually

SLOW = 15.0
"""Seconds for one answer, in which a run writes no event: more than the silence after which a dead run is failed."""


def started(ui: DagsterUI, wanted: str) -> SeenRun | None:
    return next((run for run in ui.runs() if wanted in (run.partition or "") and run.status == "STARTED"), None)


def test_a_live_run_goes_on_when_the_code_location_is_reloaded(
    production: Production, ui: DagsterUI, systems: BothSystems, workbooks: list[bytes]
) -> None:
    systems.answer_late(SLOW)
    run = upload(ui, workbooks[6], "reloaded.xlsx")
    eventually(lambda: started(ui, "reloaded"), "the run has started")
    ui.reload()
    ui.reload()
    # What is under way takes its time still; what comes after it does not.
    eventually(lambda: systems.requests_under_way() > 0, "a mutation is under way")
    systems.answer_late(0)
    ended = ui.wait_until_over(run.run_id)
    said = ui.messages(run.run_id)
    assert ended.status == "SUCCESS", said
    assert "Marking run" not in said
    assert systems.begun(workbooks[6]) == systems.events_of(workbooks[6])


def test_a_run_of_the_command_line_that_was_killed_is_failed_and_told(
    production: Production, ui: DagsterUI, systems: BothSystems, sink: Sink, workbooks: list[bytes], tmp_path: Path
) -> None:
    file = tmp_path / "by hand.xlsx"
    file.write_bytes(workbooks[7])
    systems.answer_late(SLOW)
    with production.run("command", [str(BIN / "sync-assets"), "import", str(file)]) as command:
        eventually(lambda: started(ui, "by-hand"), "the run has started")
        os.kill(command.pid, signal.SIGKILL)
    systems.answer_late(0)
    run = ui.run_of_partition(next(run.partition or "" for run in ui.runs() if "by-hand" in (run.partition or "")))
    assert ui.wait_until_over(run.run_id).status == "FAILURE"
    assert "no sign of life" in ui.messages(run.run_id)
    eventually(lambda: [body for body in sink.bodies if "no sign of life" in body], "the death is told")
    again = ui.wait_until_over(ui.launch("event_import", partition=run.partition))
    assert again.status == "SUCCESS", ui.messages(again.run_id)
    eventually(
        lambda: [title for title in sink.titles if "by-hand" in title and "works again" in title], "the end is told"
    )
