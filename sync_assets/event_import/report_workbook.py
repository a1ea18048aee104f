"""The report of an import as an .xlsx: a sheet of its events, in the order of the file, and one of its problems."""

from __future__ import annotations

import pandas as pd

from sync_assets.event_import.report import ImportReport
from sync_assets.event_import.report_text import report_as_frame
from sync_assets.frame_workbook import frames_as_workbook


def report_as_workbook(report: ImportReport) -> bytes:
    """Return the report as a workbook. No cell of it is a formula, whatever its text begins with."""
    problems = pd.DataFrame(
        [(each.row, each.column, each.value, str(each.severity), each.sentence) for each in report.problems],
        columns=["row", "column", "value", "severity", "sentence"],
    )
    return frames_as_workbook({"Events": report_as_frame(report), "Problems": problems})
