"""The command `sync`: the job sync_all with a progress display and a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from sync_assets.assets.resources import connection_from
from sync_assets.assets.tables import link_key, table_key
from sync_assets.definitions import build_defs
from sync_assets.entities import ENTITIES
from sync_assets.operations.instance import open_instance
from sync_assets.operations.runs import RunOutcome, StepOutcome, StepState, run_assets
from sync_assets.settings import Settings

WROTE = ("created", "updated", "unchanged", "removed", "restored")
LINKED = ("newly_linked", "relinked", "unlinked", "held")
APART = ("unmatched_tutorial", "unmatched_administrate", "ambiguous")
STYLES = {StepState.DONE: "green", StepState.FAILED: "red", StepState.NOT_RUN: "yellow"}


def sync_tenant(only: Sequence[str] | None, *, stop_on_error: bool, allow_removals: bool) -> bool:
    """Run the sync, print a table of it, and return whether all of it succeeded. Raises SettingsError."""
    settings = Settings.read()
    # Said once and before a run is made, not once for each asset.
    connection_from(settings)
    keys = [key for name in only for key in _keys(name)] if only else None
    console = Console()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with open_instance(settings) as instance, Progress(*columns, console=console, transient=True) as progress:
        total = len(keys) if keys else sum(len(_keys(name)) for name in ENTITIES)
        task = progress.add_task("sync", total=total)

        def show(step: StepOutcome) -> None:
            progress.update(task, description=step.key, advance=step.state in STYLES)

        outcome = run_assets(
            build_defs(),
            instance,
            "sync_all",
            asset_keys=keys,
            run_config={
                "resources": {"options": {"config": {"stop_on_error": stop_on_error, "allow_removals": allow_removals}}}
            },
            on_step=show,
        )
    print_outcome(console, outcome)
    return outcome.success


def _keys(name: str) -> list:  # type: ignore[type-arg]
    entity = ENTITIES[name]
    return [table_key(entity.table), *([link_key(entity)] if entity.link else [])]


def print_outcome(console: Console, outcome: RunOutcome) -> None:
    """Print what became of each asset, then the sentences of the failures."""
    table = Table("asset", "state", "rows", *WROTE, "linked", "without link", "requests", header_style="bold")
    for column in table.columns[2:]:
        column.justify = "right"
    for step in outcome.assets.values():
        counts = step.metadata
        links = "unmatched_tutorial" in counts
        table.add_row(
            step.key,
            f"[{STYLES[step.state]}]{step.state}",
            str(counts.get("dagster/row_count", "")) if not links else "",
            *(str(counts.get(name, "")) for name in WROTE),
            _linked(counts) if links else "",
            str(sum(counts[name] for name in APART)) if links else "",
            str(counts.get("requests", "")),
        )
    console.print(table)
    for step in outcome.assets.values():
        if step.failure:
            console.print(f"{step.key}: {step.failure}", style="red", markup=False, highlight=False, soft_wrap=True)
    for failure in outcome.other_failures:
        console.print(failure, style="red", markup=False, highlight=False, soft_wrap=True)
    console.print(f"Run {outcome.run_id} {'succeeded' if outcome.success else 'failed'}.", highlight=False)


def _linked(counts: dict[str, int]) -> str:
    changes = [f"{counts[name]} {name.replace('_', ' ')}" for name in LINKED[:3] if counts[name]]
    return f"{counts['dagster/row_count']}{' (' + ', '.join(changes) + ')' if changes else ''}"
