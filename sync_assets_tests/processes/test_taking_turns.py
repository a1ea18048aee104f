"""Whatever way they are asked for, syncs and imports run one after another."""

from __future__ import annotations

from itertools import pairwise

from sync_assets_tests.processes.dagster_ui import DagsterUI
from sync_assets_tests.processes.test_imports import upload


def test_two_syncs_and_an_import_asked_for_at_once_run_one_after_another(ui: DagsterUI, workbooks: list[bytes]) -> None:
    before = ui.wait_until_over(upload(ui, workbooks[5], "turns.xlsx").run_id)
    asked = [ui.launch("sync_all"), ui.materialize_all(), ui.launch("event_import", partition=before.partition)]
    runs = sorted((ui.wait_until_over(run_id) for run_id in asked), key=lambda run: run.started or 0)
    assert [run.status for run in runs] == ["SUCCESS"] * 3, [ui.messages(run.run_id) for run in runs]
    assert all(run.created < (runs[0].ended or 0) for run in runs), "they were not asked for at once"
    assert all((earlier.ended or 0) <= (later.started or 0) for earlier, later in pairwise(runs))
    assert ui.slots_held() == 0


def test_an_action_an_import_and_another_action_asked_for_at_once_run_one_after_another(
    ui: DagsterUI, workbooks: list[bytes]
) -> None:
    before = ui.wait_until_over(upload(ui, workbooks[8], "acted on.xlsx").run_id)

    def action(name: str) -> str:
        given = {"action": name, "uploads": [before.partition], "dry_run": False, "who": "Ada"}
        return ui.launch("act_on_events", config={"ops": {"change_events": {"config": given}}})

    asked = [action("publish"), ui.launch("event_import", partition=before.partition), action("sold_out")]
    runs = sorted((ui.wait_until_over(run_id) for run_id in asked), key=lambda run: run.started or 0)
    assert [run.status for run in runs] == ["SUCCESS"] * 3, [ui.messages(run.run_id) for run in runs]
    assert all(run.created < (runs[0].ended or 0) for run in runs), "they were not asked for at once"
    assert all((earlier.ended or 0) <= (later.started or 0) for earlier, later in pairwise(runs))
    assert ui.slots_held() == 0
