"""The command `sync`: runs sync_all with a progress display, and prints what it did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from rich.console import Console
from rich.table import Table

from sync_assets.assets.catalogue import link_key, table_key
from sync_assets.assets.resources import connection_from
from sync_assets.cli.console import open_console, progress_display, say_failure
from sync_assets.cli.discrepancies import print_summary
from sync_assets.definitions import build_defs
from sync_assets.entities import ENTITIES
from sync_assets.operations.instance.home import open_instance
from sync_assets.operations.instance.run_in_process import RunOutcome, StepOutcome, StepState, run_assets
from sync_assets.settings import Settings
from sync_assets.shown_text import one_line

WROTE = ("created", "updated", "unchanged", "removed", "restored")
APART = ("unmatched_tutorial", "unmatched_administrate", "ambiguous", "held_apart", "rows_deleted")
MOST_WARNINGS = 10
"""Odd records of an asset that are printed; the log of the run has all of them."""
STYLES = {StepState.DONE: "green", StepState.FAILED: "red", StepState.NOT_RUN: "yellow"}


def sync_tenant(only: Sequence[str] | None, *, stop_on_error: bool, allow_removals: bool) -> bool:
    """Run the sync, print what it did and which rows have no partner, and return whether all of it succeeded.

    Raises SyncError.
    """
    settings = Settings.read()
    # A missing setting is named once and before a run is made, not once per asset.
    connection_from(settings)
    keys = [key for name in only or ENTITIES for key in _keys(name)]
    console = open_console()
    with open_instance(settings) as instance, progress_display(console) as progress:
        task = progress.add_task("sync", total=len(keys))

        def show(step: StepOutcome) -> None:
            progress.update(task, description=step.key, advance=step.state in STYLES)

        outcome = run_assets(
            build_defs(),
            instance,
            "sync_all",
            asset_keys=keys if only else None,
            run_config={
                "resources": {"options": {"config": {"stop_on_error": stop_on_error, "allow_removals": allow_removals}}}
            },
            on_step=show,
        )
    print_outcome(console, outcome, [key.to_user_string() for key in keys])
    if linked := [name for name in only or ENTITIES if _is_linked(name, outcome)]:
        print_summary(console, settings, linked)
    return outcome.success


def _is_linked(name: str, outcome: RunOutcome) -> bool:
    """Whether the run has linked an entity, and so knows which of its rows have no partner."""
    entity = ENTITIES[name]
    return entity.link is not None and outcome.assets[link_key(entity).to_user_string()].state is StepState.DONE


def _keys(name: str) -> list[dg.AssetKey]:
    entity = ENTITIES[name]
    return [table_key(entity.table), *([link_key(entity)] if entity.link else [])]


def print_outcome(console: Console, outcome: RunOutcome, order: Sequence[str]) -> None:
    """Print the result of each asset, then the sentences of the failures."""
    table = Table("asset", "state", "rows", "what it did", "requests", header_style="bold")
    table.columns[2].justify = table.columns[4].justify = "right"
    steps = [outcome.assets[key] for key in order]
    for step in steps:
        table.add_row(
            step.key,
            f"[{STYLES[step.state]}]{step.state}",
            str(step.metadata.get("dagster/row_count", "")),
            _did(step.metadata),
            str(step.metadata.get("requests", "")),
        )
    requests = sum(step.metadata.get("requests", 0) for step in steps)
    table.add_section()
    table.add_row("in all", "", "", "", str(requests))
    console.print(table)
    for note in (note for step in steps for note in _notes(step)):
        console.print(note, markup=False, highlight=False, soft_wrap=True)
    failures = [f"{step.key}: {step.failure}" for step in steps if step.failure]
    for failure in [*failures, *outcome.other_failures]:
        say_failure(console, failure)
    console.print(f"Run {outcome.run_id} {'succeeded' if outcome.success else 'failed'}.", highlight=False)


def _did(counts: Mapping[str, Any]) -> str:
    if "newly_linked" in counts:
        linked = [f"{counts[name]} {name.replace('_', ' ')}" for name in ("newly_linked", "relinked", "unlinked")]
        changes = [text for text in linked if not text.startswith("0 ")] or ["unchanged"]
        held = counts["held_that_disagree"]
        disagreeing = f", {held} held links that disagree" if held else ""
        return f"{', '.join(changes)}; {sum(counts[name] for name in APART)} rows without a link{disagreeing}"
    return ", ".join(f"{counts[name]} {name}" for name in (*WROTE, "odd") if counts.get(name))


def _notes(step: StepOutcome) -> Iterator[str]:
    """Yield what the table has no room for: odd records, and the report of links that are older than this project."""
    warnings = _rows(step.metadata, "odd_records")
    yield from (f"{step.key}: {one_line(row['why'])}" for row in warnings[:MOST_WARNINGS])
    if len(warnings) > MOST_WARNINGS:
        yield f"{step.key}: {len(warnings) - MOST_WARNINGS} more records were left as they are; the log names them."
    taken_over, adopted = step.metadata.get("taken_over", 0), step.metadata.get("adopted", 0)
    if taken_over or adopted:
        disagreeing = _rows(step.metadata, "adopted_that_disagree")
        yield (
            f"{step.key}: of {taken_over + adopted} links that are older than this project, {taken_over} are what "
            f"matching says and are matches from now on; {adopted} are held, and the two sides disagree with "
            f"{len(disagreeing)} of them{':' if disagreeing else '.'}"
        )
        for row in disagreeing:
            yield f"    {one_line(row['name'])} ({one_line(row['record_id'])}): {one_line(row['why'])}"


def _rows(metadata: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the rows of a table in metadata."""
    table = metadata.get(name)
    return [record.data for record in table.records] if table is not None else []
