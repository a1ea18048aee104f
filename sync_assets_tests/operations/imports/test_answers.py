"""Whoever drops a file finds the answer beside it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync_assets.operations.imports.answers import dropped_file, put_answer, put_failure
from sync_assets.operations.imports.regular_files import digest_of

UPLOAD = digest_of(b"upload")
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "drop" / "taken").mkdir(parents=True)
    return tmp_path / "drop"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    report, errors = tmp_path / "report.xlsx", tmp_path / "Spring - to correct.xlsx"
    report.write_bytes(b"report")
    errors.write_bytes(b"errors")
    return {"report_file": report, "error_workbook": errors}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_report_and_error_workbook_come_to_stand_beside_the_file(folder: Path, files: dict[str, Path]) -> None:
    (folder / "taken" / "Spring.xlsx").write_bytes(b"upload")
    (folder / "taken" / "Autumn.xlsx").write_bytes(b"others")
    put_answer(folder, UPLOAD, files)
    assert names(folder / "taken") == [
        "Autumn.xlsx",
        "Spring - report.xlsx",
        "Spring - to correct.xlsx",
        "Spring.xlsx",
    ]
    assert names(folder) == ["taken"]


def test_a_second_run_writes_over_nothing(folder: Path, files: dict[str, Path]) -> None:
    (folder / "taken" / "Spring.xlsx").write_bytes(b"upload")
    (first, errors) = put_answer(folder, UPLOAD, files)
    errors.write_bytes(b"half a day's corrections")
    put_answer(folder, UPLOAD, files)
    assert errors.read_bytes() == b"half a day's corrections"
    assert "Spring - to correct (2).xlsx" not in names(folder / "taken") or first.exists()
    assert len(names(folder / "taken")) == 5


def test_a_file_that_did_not_come_that_way_has_no_answer_there(folder: Path, files: dict[str, Path]) -> None:
    assert put_answer(folder, UPLOAD, files) == []
    assert put_failure(folder, UPLOAD, "The tenant is busy.", NOW) == []
    assert put_answer(folder.parent / "nowhere", UPLOAD, files) == []
    assert put_answer(folder, "of no use", files) == []


def test_the_file_that_was_dropped_last_is_the_one(folder: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        (folder / "taken" / name).write_bytes(b"upload")
        os.utime(folder / "taken" / name)
    (folder / "taken" / "a.xlsx").rename(folder / "taken" / "c.xlsx")
    assert dropped_file(folder, UPLOAD) == folder / "taken" / "c.xlsx"


def test_a_file_that_could_not_be_moved_has_its_answer_in_taken_where_nothing_is_imported(
    folder: Path, files: dict[str, Path]
) -> None:
    (folder / "Spring.xlsx").write_bytes(b"upload")
    put_answer(folder, UPLOAD, files)
    assert names(folder) == ["Spring.xlsx", "taken"]
    assert names(folder / "taken") == ["Spring - report.xlsx", "Spring - to correct.xlsx"]


def test_a_run_without_a_report_says_why(folder: Path) -> None:
    (folder / "taken" / "Spring.xlsx").write_bytes(b"upload")
    (path,) = put_failure(folder, UPLOAD, "The database refused.", NOW)
    assert path.name == "Spring - not done.txt"
    assert "The database refused." in path.read_text("utf-8")


def test_links_and_pipes_are_not_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.xlsx").write_bytes(b"upload")
    (folder / "taken" / "link.xlsx").symlink_to(tmp_path / "outside.xlsx")
    os.mkfifo(folder / "taken" / "pipe.xlsx")
    assert dropped_file(folder, UPLOAD) is None
    assert dropped_file(folder, digest_of(b"")) is None
