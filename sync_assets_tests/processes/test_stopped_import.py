"""An import that is told to stop in its creates, while the next run of the same upload is queued already."""

from __future__ import annotations

import io
import os
import signal
from collections import Counter

import openpyxl
import pytest

from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import Provider
from sync_assets_tests.processes.both_systems import BothSystems
from sync_assets_tests.processes.dagster_ui import DagsterUI
from sync_assets_tests.processes.production import eventually
from sync_assets_tests.processes.test_imports import upload

EVENTS, SESSIONS = 24, 60
WORK = 0.25
"""Seconds that the tenant works on each mutation."""
MOST_RUNS = 6


def titled_anew(content: bytes) -> bytes:
    """The workbook with titles that no other one has."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in book["Import"].iter_rows(min_row=4):
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("MQ-"):
                cell.value = cell.value.replace("MQ-", "ST-", 1)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("ending", [signal.SIGTERM])
def test_a_run_that_is_told_to_stop_with_the_next_one_queued_doubles_nothing(
    ui: DagsterUI, systems: BothSystems, provider: Provider, ending: signal.Signals
) -> None:
    content = titled_anew(event_workbook(provider, events=EVENTS, sessions=SESSIONS))
    systems.work_slowly(WORK)
    run = upload(ui, content, "stopped.xlsx")
    queued = ui.launch("event_import", partition=run.partition)
    eventually(lambda: systems.begun(content) >= 3, "the creates are under way")
    assert ui.run(queued).status == "QUEUED"
    os.kill(ui.worker(run.run_id), ending)
    ended = ui.wait_until_over(run.run_id)
    assert ended.status in ("FAILURE", "CANCELED"), ui.messages(run.run_id)
    last = ui.wait_until_over(queued)
    for _ in range(MOST_RUNS):
        if last.status == "SUCCESS":
            break
        last = ui.wait_until_over(ui.launch("event_import", partition=run.partition))
    assert last.status == "SUCCESS", ui.messages(last.run_id)
    systems.work_slowly(0)
    systems.assert_holds_once(content)
    done = [(each["type"], each["title"] or "") for each in systems.creations()]
    created = Counter((kind, title) for kind, title in done if title.startswith("ST-"))
    assert len([title for kind, title in created if kind == "Event"]) == EVENTS
    assert {what: count for what, count in created.items() if count > 1} == {}
