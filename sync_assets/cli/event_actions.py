"""The commands `events publish`, `on-sale`, `cancel` …: a run of act_on_events, with its table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rich.table import Table

from sync_assets.assets.resources import connection_from
from sync_assets.cli.console import Format, open_console, say, say_failure, shown, user_of_machine
from sync_assets.cli.frame_output import print_end, print_for_programs
from sync_assets.definitions import build_defs
from sync_assets.errors import SyncError
from sync_assets.event_actions.action_report import ActionReport, report_as_frame
from sync_assets.event_actions.undertaking import ActionOutcome
from sync_assets.operations.event_action_job import EventActionConfig
from sync_assets.operations.instance.home import open_instance
from sync_assets.operations.instance.run_in_process import run_partition
from sync_assets.settings import Settings
from sync_assets.shown_text import from_csv_cell

ID_COLUMN = "administrate_id"
TITLE_COLUMNS = ("title", "event", "Event title")
STYLES = {ActionOutcome.WOULD_BE_DONE: "cyan", ActionOutcome.AS_WANTED: "dim"}


class _Listener:
    """Stands in for the resource `ActionProgress`: keeps the report."""

    def __init__(self) -> None:
        self.report: ActionReport | None = None

    def finished(self, report: ActionReport) -> None:
        """Keep the report for the table."""
        self.report = report


def events_of_file(path: Path) -> tuple[list[str], list[str]]:
    """Return the titles and the ids in Administrate of a CSV, as `events list --format csv` writes it.

    A row is named by its id where it has one, else by its title. Raises SyncError.
    """
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise SyncError(f"{path} cannot be read as CSV: {error}") from None
    title = next((name for name in TITLE_COLUMNS if name in rows.columns), None)
    if title is None and ID_COLUMN not in rows.columns:
        raise SyncError(f"{path} names no events: it has neither the column {ID_COLUMN} nor the column title.")
    titles: list[str] = []
    ids: list[str] = []
    for row in rows.map(from_csv_cell).to_dict(orient="records"):
        if id_ := str(row.get(ID_COLUMN, "")).strip():
            ids.append(id_)
        elif title is not None and (name := str(row[title]).strip()):
            titles.append(name)
    if not titles and not ids:
        raise SyncError(f"{path} names no events: every row is empty.")
    return titles, ids


def act(config: EventActionConfig, who: str | None, format_: Format) -> bool:
    """Act on events in a run, print what became of each, and return whether all are as asked for."""
    settings = Settings.read()
    connection_from(settings)
    listener = _Listener()
    given = config.model_copy(update={"who": who or user_of_machine()})
    with open_instance(settings) as instance:
        definitions = build_defs(action_progress=listener)
        outcome = run_partition(definitions, instance, "act_on_events", None, "change_events", given)
    report = listener.report
    if report is not None:
        _print_report(report, format_)
    print_end(outcome, format_, has_report=report is not None, dry_run=config.dry_run)
    return outcome.success and report is not None and report.is_success


def _print_report(report: ActionReport, format_: Format) -> None:
    frame = report_as_frame(report)
    if print_for_programs(frame, format_):
        return
    console = open_console()
    table = Table("event", "outcome", "changes", "why", "tutorial", "Administrate", header_style="bold")
    for result, row in zip(report.results, frame.astype(object).itertuples(index=False), strict=True):
        style = "red" if result.outcome.needs_somebody else STYLES.get(result.outcome, "green")
        outcome = f"[{style}]{result.outcome.value}"
        tutorial = shown(result.tutorial_event_id if result.tutorial_event_id is not None else "")
        table.add_row(
            shown(row.event), outcome, shown(row.changes), shown(row.why), tutorial, shown(row.administrate_id)
        )
    console.print(table)
    if report.only_titled:
        say(f"Left as they are, since only their title has the sitting: {', '.join(report.only_titled)}.")
    if report.unavailable:
        say_failure(console, report.unavailable)
    counts = ", ".join(f"{count} {outcome.value}" for outcome, count in report.counts.items())
    console.print(f"{counts}; {report.requests_sent} requests, {report.mutations_sent} mutations.", highlight=False)
