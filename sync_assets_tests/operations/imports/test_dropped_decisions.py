"""A workbook of decisions in the drop folder: its run is asked for, and its answer comes to stand beside it."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import Engine, text

from sync_assets.operations.imports import drop_folder as drop_folder_module
from sync_assets.operations.imports.import_sensors import drop_folder
from sync_assets_tests.event_import.workbooks import saved
from sync_assets_tests.operations.daemon import DEFS, Daemon


@pytest.fixture
def folder(synced: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The drop folder, whose files count as complete at once."""
    path = tmp_path / "drop"
    path.mkdir()
    monkeypatch.setenv("SYNC_UPLOAD_DIR", str(path))
    monkeypatch.setattr(drop_folder_module, "SETTLED", timedelta(0))
    return path


def decisions(engine: Engine, apply: str | None) -> bytes:
    with engine.connect() as connection:
        found = connection.execute(
            text("select entity, side, record_id from adm.discrepancies order by id limit 1")
        ).one()
    book = Workbook()
    page = book.worksheets[0]
    page.append(["entity", "side", "record_id", "action", "reason", "apply"])
    page.append([*found, "ignore", "closed for good", apply])
    return saved(book)


def run(instance: dg.DagsterInstance, request: dg.RunRequest) -> None:
    DEFS.resolve_job_def("resolve_discrepancies").execute_in_process(
        instance=instance, run_config=request.run_config, tags=request.tags, raise_on_error=False
    )


@pytest.mark.parametrize(("apply", "word"), [("Y", "apply"), (None, "try")])
def test_dropped_decisions_are_carried_out_or_tried_and_answered(
    instance: dg.DagsterInstance, synced: Engine, folder: Path, apply: str | None, word: str
) -> None:
    (folder / "Locations.xlsx").write_bytes(decisions(synced, apply))
    daemon = Daemon(instance)
    (request,) = daemon.tick(drop_folder).run_requests or []
    assert str(request.run_key).endswith(f":{word}")
    assert request.run_config["ops"]["carry_out_decisions"]["config"]["dry_run"] is (apply is None)
    assert not daemon.tick(drop_folder).run_requests
    assert [path.name for path in folder.iterdir()] == ["taken"]
    run(instance, request)
    answer = folder / "taken" / "Locations - decided.xlsx"
    header, row = load_workbook(io.BytesIO(answer.read_bytes()))["Decisions"].iter_rows(values_only=True)
    assert dict(zip(header, row, strict=True))["outcome"] == ("done" if apply else "would be done")
    with synced.connect() as connection:
        kept = connection.scalar(text("select count(*) from adm.ignored"))
    assert kept == (1 if apply else 0)


def test_a_file_that_is_dropped_again_asks_for_a_run_again(
    instance: dg.DagsterInstance, synced: Engine, folder: Path
) -> None:
    daemon, keys = Daemon(instance), set()
    for _ in range(2):
        (folder / "Locations.xlsx").write_bytes(decisions(synced, None))
        (request,) = daemon.tick(drop_folder).run_requests or []
        keys.add(request.run_key)
        daemon.tick(drop_folder)
    assert len(keys) == 2
    assert sorted(path.name for path in (folder / "taken").iterdir()) == ["Locations (2).xlsx", "Locations.xlsx"]
