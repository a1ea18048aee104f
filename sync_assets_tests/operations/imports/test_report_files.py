"""What is left on the disk of an import: readable in Excel, and never at the cost of what was there."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sync_assets.event_import.problems import Problem, ProblemKind
from sync_assets.event_import.report import EventOutcome, EventReport, ImportReport
from sync_assets.event_import.report_workbook import report_as_workbook
from sync_assets.operations.imports.report_files import report_files, write_report_files

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
FORMULA = '=HYPERLINK("https://example.org","QA")'
REPORT = ImportReport(
    upload_key="spring_1a2b3c4d",
    file_name="Spring 2026.xlsx",
    dry_run=False,
    events=(
        EventReport(FORMULA, "CB1_LO_6", (4, 5), EventOutcome.CREATED, ("created",), 7, "Q291cnNlOjQ3MTE="),
        EventReport("Frühjahr 東京", "OC_CB1", (6,), EventOutcome.ERROR, sentence="-1 is not a day\nof the calendar"),
    ),
    problems=(Problem(6, "Day", "@SUM(1)", "+ is not a day.", ProblemKind.CELL),),
    requests_sent=1,
    mutations_sent=2,
    unavailable=None,
    error_workbook=b"the rows",
)


def test_each_run_has_a_folder_of_its_own_and_nothing_is_written_over(tmp_path: Path) -> None:
    first = write_report_files(tmp_path, REPORT, "aaaaaaaa-1", NOW)
    first["error_workbook"].write_bytes(b"half a day's corrections")
    (first["report_file"].parent / "my notes.txt").write_text("ask Ida")
    second = write_report_files(tmp_path, REPORT, "bbbbbbbb-2", NOW)
    again = write_report_files(tmp_path, REPORT, "aaaaaaaa-1", NOW)
    assert first["error_workbook"].read_bytes() == b"half a day's corrections"
    assert (first["report_file"].parent / "my notes.txt").exists()
    assert len({path for files in (first, second, again) for path in files.values()}) == 9
    assert report_files(tmp_path, REPORT.upload_key, "bbbbbbbb-2") == second
    assert report_files(tmp_path, REPORT.upload_key, "cccccccc-3") == {}


@pytest.mark.parametrize(
    ("file_name", "expected"),
    [
        ("Spring 2026.xlsx", "Spring 2026 - to correct.xlsx"),
        ("Spring 2026 - to correct.xlsx", "Spring 2026 - to correct.xlsx"),
        ("../../etc/passwd.xlsx", "passwd - to correct.xlsx"),
        ("C:\\plans\\A.XLSX", "A - to correct.xlsx"),
        ('a<b>:"c"|?*.xlsx', "a b   c - to correct.xlsx"),
        ("a\x00b\u200b\nc.xlsx", "ab c - to correct.xlsx"),
        ("....xlsx", "upload - to correct.xlsx"),
        ("", "upload - to correct.xlsx"),
    ],
)
def test_an_error_workbook_has_the_name_of_its_upload(tmp_path: Path, file_name: str, expected: str) -> None:
    files = write_report_files(tmp_path, replace(REPORT, file_name=file_name), "aaaaaaaa", NOW)
    assert files["error_workbook"].name == expected
    assert files["error_workbook"].parent == files["report_file"].parent


@pytest.mark.parametrize("letter", ["x", "日", "\U0001f600"])
def test_a_long_name_is_shortened(tmp_path: Path, letter: str) -> None:
    files = write_report_files(tmp_path, replace(REPORT, file_name=f"{letter * 300}.xlsx"), "aaaaaaaa", NOW)
    assert files["error_workbook"].read_bytes() == b"the rows"
    assert files["error_workbook"].name.startswith(letter * 40)
    assert files["error_workbook"].name.endswith(" - to correct.xlsx")


def test_the_csv_is_what_excel_reads_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    content = write_report_files(tmp_path, REPORT, "aaaaaaaa", NOW)["report_csv"].read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    first, second = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    assert first["event"] == f"'{FORMULA}"
    assert (first["administrate_id"], first["administrate_number"]) == ("Q291cnNlOjQ3MTE=", "4711")
    assert (second["event"], second["tutorial_event_id"]) == ("Frühjahr 東京", "")
    assert second["why"].startswith("'-1 is not a day")


def test_the_workbook_holds_the_events_and_the_problems_and_no_formula() -> None:
    book = load_workbook(io.BytesIO(report_as_workbook(REPORT)))
    events = [dict(zip([cell.value for cell in book["Events"][1]], row, strict=True)) for row in book["Events"]]
    assert events[1]["event"].value == FORMULA
    assert (events[1]["event"].data_type, bool(events[1]["event"].quotePrefix)) == ("s", True)
    assert (events[1]["administrate number"].value, events[1]["tutorial event id"].value) == (4711, 7)
    assert events[2]["administrate number"].value is None
    assert [cell.value for cell in book["Problems"][2]] == [6, "Day", "@SUM(1)", "error", "+ is not a day."]
    assert {cell.data_type for page in book for row in page for cell in row} <= {"s", "n", "inlineStr"}
