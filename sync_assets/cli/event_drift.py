"""The commands `events drift`, which lists differences, and `events decide`: a run of decide_drift, with its table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rich.table import Table

from sync_assets.assets.resources import connection_from
from sync_assets.cli.console import Format, open_console, shown, user_of_machine
from sync_assets.cli.frame_output import print_end, print_for_programs
from sync_assets.database import open_bridge
from sync_assets.definitions import build_defs
from sync_assets.errors import SyncError
from sync_assets.event_drift.drift_decision import DriftChoice, DriftOutcome, DriftReport, report_as_frame
from sync_assets.event_drift.record_drift import read_drift
from sync_assets.event_drift.three_way import DriftKind
from sync_assets.operations.drift_job import DecideDriftConfig, DriftDecisionConfig
from sync_assets.operations.instance.home import open_instance
from sync_assets.operations.instance.run_in_process import run_partition
from sync_assets.settings import Settings
from sync_assets.shown_text import from_csv_cell

ID_COLUMN, FIELD_COLUMN, CHOICE_COLUMN = "administrate_id", "field", "choice"
STYLES = {DriftOutcome.WOULD_BE_DONE: "cyan", DriftOutcome.NOTHING_TO_DO: "dim"}


def print_drift(sitting: str | None, kind: DriftKind | None, *, left_apart: bool, format_: Format) -> None:
    """Print the open differences of events, as the last comparison found them."""
    with open_bridge(Settings.read()) as connection:
        rows = read_drift(connection, sitting=sitting, kind=kind, left_apart=left_apart)
    if print_for_programs(rows, format_):
        return
    console = open_console()
    table = Table("event", "field", "kind", "agreed", "here", "Administrate", "owner", header_style="bold")
    for row in rows.itertuples(index=False):
        cells = (row.title, row.field, row.kind, row.agreed, row.here, row.there, row.owner)
        table.add_row(*(shown(cell) for cell in cells))
    console.print(table)
    console.print(f"{len(rows)} fields of {rows[ID_COLUMN].nunique()} events differ.", highlight=False)


def decisions_of_file(path: Path, choice: DriftChoice | None, reason: str) -> list[DriftDecisionConfig]:
    """Return the decisions of a CSV, as `events drift --format csv` writes it; its column choice may say which.

    Raises SyncError.
    """
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise SyncError(f"{path} cannot be read as CSV: {error}") from None
    if missing := {ID_COLUMN, FIELD_COLUMN} - set(rows.columns):
        raise SyncError(f"{path} has no column {' and no column '.join(sorted(missing))}.")
    if choice is None and CHOICE_COLUMN not in rows.columns:
        raise SyncError(
            f"{path} has no column choice: say take-theirs, send-ours or leave-apart as the first argument."
        )
    found: list[DriftDecisionConfig] = []
    for number, row in enumerate(rows.map(from_csv_cell).to_dict(orient="records"), start=2):
        said = str(row.get(CHOICE_COLUMN, "")).strip().replace("-", "_") or (choice.value if choice else "")
        if not said:
            continue
        if said not in set(DriftChoice):
            raise SyncError(f"{path}, line {number}: the choice is {said!r}; expected {', '.join(DriftChoice)}.")
        found.append(
            DriftDecisionConfig(
                event=str(row[ID_COLUMN]),
                choice=DriftChoice(said),
                fields=[str(row[FIELD_COLUMN])],
                reason=str(row.get("reason", "")) or reason,
            )
        )
    if not found:
        raise SyncError(f"{path} has no row with a choice.")
    return found


def decide(config: DecideDriftConfig, who: str | None, format_: Format) -> bool:
    """Carry out decisions in a run, print what became of each field, and return whether all are as decided."""
    settings = Settings.read()
    connection_from(settings)
    listener = _Listener()
    given = config.model_copy(update={"who": who or user_of_machine()})
    with open_instance(settings) as instance:
        definitions = build_defs(drift_progress=listener)
        outcome = run_partition(definitions, instance, "decide_drift", None, "settle_differences", given)
    report = listener.report
    if report is not None:
        _print_report(report, format_)
    print_end(outcome, format_, has_report=report is not None, dry_run=config.dry_run)
    return outcome.success and report is not None and report.failure is None


class _Listener:
    """Stands in for the resource `DriftProgress`: keeps the report."""

    def __init__(self) -> None:
        self.report: DriftReport | None = None

    def finished(self, report: DriftReport) -> None:
        """Keep the report for the table."""
        self.report = report


def _print_report(report: DriftReport, format_: Format) -> None:
    frame = report_as_frame(report)
    if print_for_programs(frame, format_):
        return
    console = open_console()
    table = Table("event", "field", "choice", "outcome", "what", header_style="bold")
    for result in report.results:
        style = "red" if result.outcome.needs_somebody else STYLES.get(result.outcome, "green")
        choice = result.decision.choice.value.replace("_", " ")
        outcome = f"[{style}]{result.outcome.value}"
        table.add_row(shown(result.title), shown(result.field), choice, outcome, shown(result.sentence))
    console.print(table)
    counts = ", ".join(f"{count} {outcome.value}" for outcome, count in report.counts.items())
    console.print(f"{counts}; {report.requests_sent} requests, {report.mutations_sent} mutations.", highlight=False)
