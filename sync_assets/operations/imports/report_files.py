"""An import's report as files: what happened to each event, and the rows to correct. Each run has a folder of its own.

Nothing is written over or deleted: somebody may be at work in a file of an earlier run.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from sync_assets.csv_text import frame_as_csv
from sync_assets.event_import.report import ImportReport
from sync_assets.event_import.report_text import report_as_frame
from sync_assets.event_import.report_workbook import report_as_workbook
from sync_assets.operations.imports.free_names import stem_of, write_new

TO_CORRECT: Final = " - to correct"
"""Stands between the name of an upload and `.xlsx` in the name of its error workbook."""
_REPORT, _WORKBOOK, _CSV = "report", ".xlsx", ".csv"
_RUN_ID_DIGITS: Final = 8


def write_report_files(local_dir: Path, report: ImportReport, run_id: str, now: datetime) -> dict[str, Path]:
    """Write the files of a run, and return where they are. Raises OSError.

    `report_file` is a workbook, `report_csv` holds the same events as CSV, `error_workbook` the rows to correct, if
    there are any.
    """
    folder = _imports(local_dir) / report.upload_key / f"{now:%Y-%m-%d %H.%M.%S} {run_id[:_RUN_ID_DIGITS]}"
    folder.mkdir(parents=True, exist_ok=True)
    # What the uploads are called is nobody else's business, either. Whatever is below it cannot be reached then.
    _imports(local_dir).chmod(0o700)
    files = {
        "report_file": write_new(folder, _REPORT, _WORKBOOK, report_as_workbook(report)),
        # With a byte order mark Excel reads it as UTF-8, else in the machine's own encoding.
        "report_csv": write_new(folder, _REPORT, _CSV, frame_as_csv(report_as_frame(report)).encode("utf-8-sig")),
    }
    if report.error_workbook is not None:
        name = name_to_correct(report.file_name)
        files["error_workbook"] = write_new(folder, name, _WORKBOOK, report.error_workbook)
    return files


def report_files(local_dir: Path, upload_key: str, run_id: str) -> dict[str, Path]:
    """Return the files that a run has written, by the names of `write_report_files`, as far as they are there."""
    files: dict[str, Path] = {}
    for folder in sorted((_imports(local_dir) / upload_key).glob(f"* {run_id[:_RUN_ID_DIGITS]}")):
        for path in sorted(folder.iterdir()):
            kind = "error_workbook"
            if path.name.startswith(_REPORT) and TO_CORRECT not in path.name:
                kind = "report_csv" if path.suffix == _CSV else "report_file"
            files[kind] = path
    return files


def name_to_correct(file_name: str) -> str:
    """Return the name, without its extension, of the error workbook of an upload; the same in every round."""
    return stem_of(file_name).partition(TO_CORRECT)[0] + TO_CORRECT


def _imports(local_dir: Path) -> Path:
    return (local_dir / "imports").resolve()
