"""What commands that carry out decisions print alike: a report as JSON or CSV, and how the run ended."""

from __future__ import annotations

import pandas as pd
import typer

from sync_assets.cli.console import Format, open_console, say, say_failure
from sync_assets.csv_text import frame_as_csv
from sync_assets.operations.instance.run_in_process import PartitionOutcome
from sync_assets.shown_text import as_json_text


def print_for_programs(frame: pd.DataFrame, format_: Format) -> bool:
    """Print a frame as JSON or CSV, and return whether that was asked for; a table is for others to print."""
    if format_ is Format.JSON:
        typer.echo(as_json_text(frame.to_json(orient="records", date_format="iso")))
    elif format_ is Format.CSV:
        typer.echo(frame_as_csv(frame), nl=False)
    return format_ is not Format.TABLE


def print_end(outcome: PartitionOutcome, format_: Format, *, has_report: bool, dry_run: bool) -> None:
    """Print whether a run succeeded, and why it failed where no report says so."""
    failures = () if has_report else outcome.failures
    if format_ is not Format.TABLE:
        for failure in failures:
            say(failure, err=True)
        return
    console = open_console()
    for failure in failures:
        say_failure(console, failure)
    before = "Dry run: nothing was changed; --apply does it. " if dry_run else ""
    console.print(f"{before}Run {outcome.run_id} {'succeeded' if outcome.success else 'failed'}.", highlight=False)
