"""An import's report as files: what happened to each event, and the rows to correct."""

from __future__ import annotations

from pathlib import Path

from sync_assets.csv_text import frame_as_csv
from sync_assets.event_import.report import ImportReport
from sync_assets.event_import.report_text import report_as_frame


def report_files(local_dir: Path, report: ImportReport) -> dict[str, Path]:
    """Return where a report's files are: `report_file`, and `error_workbook` if there are rows to correct."""
    folder = (local_dir / "imports" / report.upload_key).resolve()
    files = {"report_file": folder / "report.csv"}
    if report.error_workbook is not None:
        files["error_workbook"] = folder / f"{Path(report.file_name).stem} - to correct.xlsx"
    return files


def write_report_files(local_dir: Path, report: ImportReport) -> dict[str, Path]:
    """Write the files of an upload's last run, in place of those of the run before, and return where they are."""
    files = report_files(local_dir, report)
    folder = files["report_file"].parent
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    files["report_file"].write_text(frame_as_csv(report_as_frame(report)), "utf-8")
    if report.error_workbook is not None:
        files["error_workbook"].write_bytes(report.error_workbook)
    return files
