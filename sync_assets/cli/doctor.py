"""The command `doctor`: one line per thing that was looked at."""

from __future__ import annotations

import json
import logging
import warnings
from dataclasses import asdict

import dagster as dg
import pandas as pd
import typer
from rich.text import Text

from sync_assets.cli.console import Format, open_console
from sync_assets.csv_text import frame_as_csv
from sync_assets.operations.doctor import Finding, Health, examine
from sync_assets.shown_text import as_json_text, printable

STYLES = {Health.OK: "green", Health.WARNING: "yellow", Health.WRONG: "bold red", Health.NOT_CHECKED: "dim"}


def print_examination(format_: Format) -> bool:
    """Examine, print the findings, and return whether nothing is wrong."""
    # What is of use is in the findings; the libraries must not print in between.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    findings = examine(_definitions)
    records = [asdict(finding) for finding in findings]
    if format_ is Format.JSON:
        typer.echo(as_json_text(json.dumps(records, indent=2, ensure_ascii=False)))
    elif format_ is Format.CSV:
        typer.echo(frame_as_csv(pd.DataFrame(records)), nl=False)
    else:
        _print_lines(findings)
    return all(finding.state is not Health.WRONG for finding in findings)


def _definitions() -> dg.Definitions:
    # Imported late: settings that the definitions refuse are a finding, and do not end the examination.
    from sync_assets.definitions import build_defs

    return build_defs()


def _print_lines(findings: list[Finding]) -> None:
    console = open_console()
    names = max(len(finding.name) for finding in findings)
    states = max(map(len, Health))
    for finding in findings:
        line = Text(f"{finding.state.value:<{states}}", style=STYLES[finding.state])
        line.append(f"  {finding.name:<{names}}  ", style="bold")
        line.append(printable(f"{finding.sentence} {finding.advice}".strip()), style="not bold default")
        console.print(line, soft_wrap=True)
    count = {state: sum(finding.state is state for finding in findings) for state in Health}
    wrong, warned = count[Health.WRONG], count[Health.WARNING]
    warnings_ = "warning" if warned == 1 else "warnings"
    console.print(f"{wrong or 'Nothing is'} wrong, {warned} {warnings_}.", highlight=False)
