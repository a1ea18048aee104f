"""The commands `resolve` and `decisions`: a run of resolve_discrepancies with its table, and the log of decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from sync_assets.bridge.decision_log import read_decisions
from sync_assets.bridge.errors import BridgeError
from sync_assets.bridge.migrate import require_current
from sync_assets.cli.console import open_console, say_failure, shown, user_of_machine
from sync_assets.database import open_engine
from sync_assets.decisions.decision import DecisionOutcome, DecisionRefused
from sync_assets.definitions import build_defs
from sync_assets.operations.decision_files import NEEDED, decision_of
from sync_assets.operations.instance.home import open_instance
from sync_assets.operations.instance.run_in_process import run_partition
from sync_assets.operations.resolve_job import DecisionConfig, ResolveConfig
from sync_assets.settings import Settings
from sync_assets.shown_text import from_csv_cell

STYLES = {DecisionOutcome.FAILED: "red", DecisionOutcome.WOULD_BE_DONE: "cyan"}


def decisions_of_file(path: Path, reason: str, defaults: Mapping[str, str | None]) -> list[DecisionConfig]:
    """Return the decisions of a CSV file: the rows whose column `action` is filled in.

    Its columns are those of `discrepancies --format csv` and of a decision; others are ignored. Where it has the column
    `key`, a row is meant that still has this key. `reason` is for rows without one. Raises DecisionRefused.
    """
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise DecisionRefused(f"{path} cannot be read as CSV: {error}") from None
    if missing := [name for name in NEEDED if name not in rows.columns]:
        raise DecisionRefused(f"{path} lacks the columns {', '.join(missing)}.")
    filled = rows[rows["action"].str.strip() != ""].map(from_csv_cell).to_dict(orient="records")
    if not filled:
        raise DecisionRefused(f"{path} states no decision: no row has an action.")
    return [
        decision_of(
            {**{str(name): value.strip() for name, value in row.items()}, "reason": row.get("reason") or reason},
            defaults,
        )
        for row in filled
    ]


def resolve_decisions(decisions: Sequence[DecisionConfig], who: str | None, *, dry_run: bool) -> bool:
    """Carry out the decisions in a run, print each result, and return whether all succeeded. Raises SettingsError."""
    settings = Settings.read()
    config = ResolveConfig(decisions=list(decisions), who=who or user_of_machine(), dry_run=dry_run)
    console = open_console()
    with open_instance(settings) as instance:
        outcome = run_partition(build_defs(), instance, "resolve_discrepancies", None, "carry_out_decisions", config)
    try:
        rows = _read(settings, run_id=outcome.run_id)
    except BridgeError:
        # The log cannot be read, so what the run itself says of the decisions is all there is.
        _print_failures(console, outcome.failures)
        raise
    rows = rows[rows["outcome"] != DecisionOutcome.BEGUN.value]
    if len(rows):
        console.print(_table(rows, ["entity", "action", "side", "record_id", "outcome", "sentence"]))
    is_told = len(rows) >= len(decisions) and DecisionOutcome.FAILED.value in set(rows["outcome"])
    if not outcome.success and not is_told:
        _print_failures(console, outcome.failures)
    before = "Dry run: nothing was changed; --apply does it. " if dry_run else ""
    console.print(f"{before}Run {outcome.run_id} {'succeeded' if outcome.success else 'failed'}.", highlight=False)
    return outcome.success


def print_decisions(entity: str | None, limit: int) -> None:
    """Print the newest decisions. Raises SyncError."""
    rows = _read(Settings.read(), entity=entity, limit=limit)
    rows["decided_at"] = [moment.strftime("%Y-%m-%d %H:%M %Z") for moment in rows["decided_at"]]
    columns = ["decided_at", "who", "entity", "action", "outcome", "sentence", "reason"]
    open_console().print(_table(rows, columns))


def _print_failures(console: Console, failures: Sequence[str]) -> None:
    for failure in failures:
        say_failure(console, failure)


def _table(rows: pd.DataFrame, columns: Sequence[str]) -> Table:
    table = Table(*(name.replace("_", " ") for name in columns), header_style="bold")
    for row in rows[list(columns)].fillna("").to_dict(orient="records"):
        style = STYLES.get(DecisionOutcome(row["outcome"]), "green")
        table.add_row(*(f"[{style}]{value}" if name == "outcome" else shown(value) for name, value in row.items()))
    return table


def _read(settings: Settings, **wanted: Any) -> pd.DataFrame:
    with open_engine(settings) as engine, engine.connect() as connection:
        require_current(connection)
        return read_decisions(connection, **wanted)
