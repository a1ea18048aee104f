"""The report of an import as a table, for people and for files."""

from __future__ import annotations

import pandas as pd

from sync_assets.administrate.record_ids import number_of_record
from sync_assets.event_import.report import URGENCY, ImportReport

_IN_TEXT = ["event", "rows", "outcome", "tutorial_event_id", "administrate_id", "administrate_number", "changes", "why"]


def report_as_frame(report: ImportReport) -> pd.DataFrame:
    """Return one row per event: title, template, Excel rows, outcome, what was done, the ids, changes, why.

    Administrate's id is there as its API has it and as the number that its pages show.
    """
    return pd.DataFrame(
        [
            {
                "event": event.title,
                "course_template": event.course_template_code,
                "rows": _ranges(event.rows),
                "outcome": event.outcome.words,
                "done": ", ".join(event.done),
                "tutorial_event_id": event.tutorial_event_id,
                "administrate_id": event.external_id,
                "administrate_number": number_of_record(event.external_id),
                "changes": "; ".join(map(str, event.changes)),
                "why": " ".join([event.sentence or "", *event.warnings]).strip(),
            }
            for event in report.events
        ],
        columns=[
            "event",
            "course_template",
            "rows",
            "outcome",
            "done",
            "tutorial_event_id",
            "administrate_id",
            "administrate_number",
            "changes",
            "why",
        ],
    ).astype({"tutorial_event_id": "Int64", "administrate_number": "Int64"})


def events_by_urgency(report: ImportReport) -> pd.DataFrame:
    """Return the columns of the report that are looked at in a page, the events that need somebody first."""
    frame = report_as_frame(report)
    order = {outcome.words: place for place, outcome in enumerate(URGENCY)}
    frame = frame.sort_values("outcome", key=lambda column: column.map(order), kind="stable")
    return frame[_IN_TEXT]


def summary(report: ImportReport) -> str:
    """Return what was imported and the counts, as one sentence."""
    counts = ", ".join(f"{count} {outcome.words}" for outcome, count in report.counts.items() if count)
    return f"{'Dry run of ' if report.dry_run else ''}{report.file_name}: {counts or 'no events'}."


def _ranges(rows: tuple[int, ...]) -> str:
    return str(rows[0]) if len(rows) == 1 else f"{rows[0]}-{rows[-1]}" if rows else ""
