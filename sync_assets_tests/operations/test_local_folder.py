"""What stands below the local folder is for its owner alone, whatever the machine gives new files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IRWXG, S_IRWXO

import pytest

from sync_assets.event_import.report import ImportReport
from sync_assets.operations.imports.report_files import write_report_files
from sync_assets.operations.instance.home import prepare_home
from sync_assets.settings import Settings
from sync_assets_tests.support.database_server import DatabaseServer

REPORT = ImportReport("summer_1", "summer.xlsx", False, (), (), 0, 0, None, b"the rows")


@pytest.fixture(autouse=True)
def _open_to_all() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    """Return the files and folders below a folder that others reach: no folder on the way is its owner's alone."""
    found: list[str] = []
    for path in folder.iterdir():
        if path.stat().st_mode & (S_IRWXG | S_IRWXO):
            found += [path.name, *(open_to_others(path) if path.is_dir() else ())]
    return found


def test_reports_and_what_the_uploads_are_called_are_for_their_owner_alone(tmp_path: Path) -> None:
    files = write_report_files(tmp_path / "local", REPORT, "0123456789", datetime.now(UTC))
    assert files
    assert open_to_others(tmp_path / "local") == []


def test_a_folder_of_reports_that_was_open_is_closed(tmp_path: Path) -> None:
    (tmp_path / "imports" / "summer_1").mkdir(parents=True)
    write_report_files(tmp_path, REPORT, "0123456789", datetime.now(UTC))
    assert open_to_others(tmp_path) == []


def test_the_folder_of_dagster_is_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNC_LOCAL_DIR", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", "")
    assert prepare_home(Settings.read()) == tmp_path / "dagster"
    assert open_to_others(tmp_path) == []


def test_the_folder_of_the_embedded_database_is_for_its_owner_alone(server: DatabaseServer, postgres_dir: Path) -> None:
    assert server.url("postgres")
    assert not (postgres_dir / "postgres").stat().st_mode & (S_IRWXG | S_IRWXO)
