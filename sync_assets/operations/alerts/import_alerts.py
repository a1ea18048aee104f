"""Alerts of imports that have ended: counts, the rows to correct, and where the workbook of them is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg
from dagster._core.storage.dagster_run import RunRecord

from sync_assets.assets.event_assets import EVENTS_KEY
from sync_assets.event_import.report import EventOutcome
from sync_assets.operations.alerts.alert_text import Alert, Tone, first_items

ROWS_IN_ERROR = "rows_in_error"
_NEEDS_SOMEBODY = (EventOutcome.ERROR, EventOutcome.WAITING)


@dataclass(frozen=True, slots=True)
class EndedImport:
    """A run of an import that got as far as its report.

    `rows` are (Excel row, event, sentence) of the first rows in error, `rows_in_error` counts all of them.
    `failure` says why the run failed, None where it did not.
    """

    run_id: str
    upload: str
    dry_run: bool
    counts: Mapping[EventOutcome, int]
    rows: Sequence[tuple[str, str, str]]
    rows_in_error: int
    error_workbook: str | None
    failure: str | None


def ended_import(instance: dg.DagsterInstance, record: RunRecord) -> EndedImport | None:
    """Return what a run of an import reported; None where it ended before it had anything to report."""
    run = record.dagster_run
    reports = [
        (kind, entry.get_dagster_event())
        for kind in (dg.DagsterEventType.ASSET_MATERIALIZATION, dg.DagsterEventType.ASSET_OBSERVATION)
        for entry in instance.all_logs(run.run_id, of_type=kind)
        if entry.get_dagster_event().asset_key == EVENTS_KEY
    ]
    if not reports:
        return None
    kind, event = reports[-1]
    is_dry = kind is dg.DagsterEventType.ASSET_OBSERVATION
    told = event.asset_observation_data.asset_observation if is_dry else event.step_materialization_data.materialization
    metadata: dict[str, Any] = {name: value.value for name, value in told.metadata.items()}
    rows, count = _rows_in_error(instance, run.run_id)
    failures = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    said = [entry.get_dagster_event().step_failure_data.user_failure_data for entry in failures]
    failed = record.dagster_run.status is dg.DagsterRunStatus.FAILURE
    return EndedImport(
        run.run_id,
        str(told.partition),
        is_dry,
        {outcome: int(metadata.get(outcome.value.replace(" ", "_"), 0)) for outcome in EventOutcome},
        rows,
        count,
        metadata.get("error_workbook"),
        next((text.description for text in said if text and text.description), "The run failed.") if failed else None,
    )


def alert_of_import(ended: EndedImport, link: str | None) -> Alert:
    """Return the alert of an import that has ended."""
    counts = ", ".join(f"{count} {outcome.value}" for outcome, count in ended.counts.items() if count) or "no events"
    sentences = [f"Upload {ended.upload}: {counts}."]
    if ended.dry_run:
        sentences.append("It was a dry run: nothing was written.")
    if ended.failure:
        sentences.append(ended.failure)
    items, more = first_items([f"row {row}, {event}: {sentence}" for row, event, sentence in ended.rows])
    if ended.rows_in_error:
        is_one = ended.rows_in_error == 1
        sentences.append(f"{ended.rows_in_error} {'row is' if is_one else 'rows are'} in error.")
        more = ended.rows_in_error - len(items)
    if ended.error_workbook:
        sentences.append(f"The rows to correct, as a workbook to upload again: {ended.error_workbook}")
    sentences += [] if link else [f"Run {ended.run_id}."]
    needs_somebody = sum(ended.counts[outcome] for outcome in _NEEDS_SOMEBODY)
    tone = Tone.FAILURE if ended.failure else Tone.WARNING if needs_somebody else Tone.SUCCESS
    what = (
        "Import stopped half-way" if ended.failure else "Dry run of an import" if ended.dry_run else "Import finished"
    )
    title = f"{what}: {counts}"
    return Alert(f"run:{ended.run_id}", tone, title, tuple(sentences), items, more, link)


def _rows_in_error(instance: dg.DagsterInstance, run_id: str) -> tuple[list[tuple[str, str, str]], int]:
    """Return the rows of the run's check of them, and their count, which is of all and not of those that it shows."""
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION):
        check = entry.get_dagster_event().asset_check_evaluation_data
        if check.check_name == ROWS_IN_ERROR and not check.passed:
            table: Any = check.metadata["rows"].value
            rows = [
                (str(row.data["row_number"]), str(row.data["event_title"]), str(row.data["sentence"]))
                for row in table.records
            ]
            count: Any = check.metadata["count"].value
            return rows, int(count)
    return [], 0
