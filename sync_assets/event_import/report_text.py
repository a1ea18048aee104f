"""The report of an import as a table, for people and for files."""

from __future__ import annotations

import pandas as pd

from sync_assets.administrate.record_ids import number_of_record
from sync_assets.event_import.report import URGENCY, ImportReport

MOST_EVENTS = 500
"""Events that the text lists; the counts above it are of all."""


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


def report_as_markdown(report: ImportReport) -> str:
    """Return the counts and a table of the events, those that need somebody first."""
    counts = ", ".join(f"{count} {outcome.words}" for outcome, count in report.counts.items() if count)
    lines = [f"{'Dry run of ' if report.dry_run else ''}{report.file_name}: {counts or 'no events'}.", ""]
    frame = report_as_frame(report)
    order = {outcome.words: place for place, outcome in enumerate(URGENCY)}
    frame = frame.sort_values("outcome", key=lambda column: column.map(order), kind="stable").head(MOST_EVENTS)
    shown = frame[_IN_TEXT].astype(object)
    lines.append("| " + " | ".join(shown.columns) + " |")
    lines.append("|" + "---|" * len(shown.columns))
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in shown.itertuples(index=False)]
    return "\n".join(lines)


def _cell(value: object) -> str:
    if value is None or value is pd.NA:
        return ""
    return str(value).replace("|", r"\|").replace("\n", " ").replace("<", "&lt;")


def _ranges(rows: tuple[int, ...]) -> str:
    return str(rows[0]) if len(rows) == 1 else f"{rows[0]}-{rows[-1]}" if rows else ""
