"""A dropped file from the folder to its answer: good, partly bad, wholly bad, and none that can be read."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from sync_assets.event_import.stored_uploads import upload_key
from sync_assets.event_import.workbook import columns
from sync_assets.operations.imports import drop_folder as drop_folder_module
from sync_assets.operations.imports.import_config import ImportConfig
from sync_assets.operations.imports.import_sensors import drop_folder, event_upload_requests
from sync_assets.operations.instance.run_in_process import run_partition
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets_tests.event_import.edited_upload import Edited, edited
from sync_assets_tests.event_import.workbooks import event_row, workbook
from sync_assets_tests.operations.daemon import DEFS, Daemon

PROVIDER = made_up_provider(24)
GOOD = event_workbook(PROVIDER, events=3, sessions=4)
PARTLY_BAD = event_workbook(PROVIDER, events=4, sessions=6, faulty=1)


def without_sittings(sheet: Edited) -> None:
    for row in range(4, sheet.page.max_row + 1):
        sheet.set(row, columns.SITTING, None)


WHOLLY_BAD = edited(event_workbook(PROVIDER, events=3, sessions=5), without_sittings)
LACKING = workbook(event_row(), header=[columns.CODE, columns.EVENT_TITLE])


@pytest.fixture
def folder(synced: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The drop folder, in which nothing has to stand still."""
    path = tmp_path / "drop"
    path.mkdir()
    monkeypatch.setenv("SYNC_UPLOAD_DIR", str(path))
    monkeypatch.setenv("SYNC_LOCAL_DIR", str(tmp_path / "local"))
    monkeypatch.setattr(drop_folder_module, "SETTLED", timedelta(0))
    monkeypatch.setattr(drop_folder_module, "PATIENCE", timedelta(0))
    return path


def drop(folder: Path, instance: dg.DagsterInstance, name: str, content: bytes) -> bool | None:
    """Put a file into the folder and let the sensors and the run that they ask for do their work.

    Returns whether the run succeeded, None where there was none.
    """
    (folder / name).write_bytes(content)
    daemon = Daemon(instance)
    daemon.tick(drop_folder)
    keys = [str(request.partition_key) for request in daemon.tick(event_upload_requests).run_requests or []]
    key = next((each for each in keys if each.startswith(f"{slug_of(name)}_")), None)
    if key is None:
        return None
    instance.add_dynamic_partitions("event_uploads", [key])
    return run_partition(DEFS, instance, "event_import", key, "import_events", ImportConfig()).success


def slug_of(name: str) -> str:
    """The beginning of the key of an upload."""
    return upload_key(name, b"").rpartition("_")[0]


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def outcomes(report: Path) -> list[str]:
    page = load_workbook(io.BytesIO(report.read_bytes()))["Events"]
    place = next(cell.column for cell in page[1] if cell.value == "outcome")
    return [str(page.cell(row, place).value) for row in range(2, page.max_row + 1)]


def test_a_good_file_is_taken_and_has_its_report_beside_it(folder: Path, instance: dg.DagsterInstance) -> None:
    assert drop(folder, instance, "Spring.xlsx", GOOD) is True
    assert files(folder) == ["taken/Spring - report.xlsx", "taken/Spring.xlsx"]
    assert outcomes(folder / "taken" / "Spring - report.xlsx") == ["created"] * 3


def test_a_partly_bad_file_has_the_rows_to_correct_beside_it_too(folder: Path, instance: dg.DagsterInstance) -> None:
    assert drop(folder, instance, "Spring.xlsx", PARTLY_BAD) is False
    assert files(folder) == ["taken/Spring - report.xlsx", "taken/Spring - to correct.xlsx", "taken/Spring.xlsx"]
    assert sorted(outcomes(folder / "taken" / "Spring - report.xlsx")) == ["created"] * 3 + ["in error"]


def test_a_file_without_one_good_event_has_all_of_them_to_correct(folder: Path, instance: dg.DagsterInstance) -> None:
    assert drop(folder, instance, "Spring.xlsx", WHOLLY_BAD) is False
    assert files(folder) == ["taken/Spring - report.xlsx", "taken/Spring - to correct.xlsx", "taken/Spring.xlsx"]
    assert outcomes(folder / "taken" / "Spring - report.xlsx") == ["in error"] * 3
    again = (folder / "taken" / "Spring - to correct.xlsx").read_bytes()
    assert drop(folder, instance, "Spring - to correct.xlsx", again) is False
    assert (folder / "taken" / "Spring - to correct (2).xlsx").exists()


@pytest.mark.parametrize(
    ("content", "why"), [(LACKING, "lacks the columns"), (b"no workbook", "not an Excel workbook")]
)
def test_a_file_that_is_refused_whole_lies_apart_with_the_reason(
    folder: Path, instance: dg.DagsterInstance, content: bytes, why: str
) -> None:
    assert drop(folder, instance, "Spring.xlsx", content) is None
    assert files(folder) == ["refused/Spring.xlsx", "refused/Spring.xlsx.txt"]
    assert why in (folder / "refused" / "Spring.xlsx.txt").read_text("utf-8")
