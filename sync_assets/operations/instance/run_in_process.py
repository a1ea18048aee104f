"""Runs a job of the code location in this process, seen by Dagster's instance like any other run, and sums it up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import uuid4

import dagster as dg

from sync_assets.assets.steps import LEFT_OUT
from sync_assets.operations.instance.home import LOCATION


class StepState(StrEnum):
    """What became of a step."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    NOT_RUN = "not run"


@dataclass(slots=True)
class StepOutcome:
    """A step of a run: its state, its materialization's metadata as plain values, and the sentence of its failure."""

    key: str
    state: StepState = StepState.WAITING
    metadata: dict[str, Any] = field(default_factory=dict)
    failure: str | None = None


@dataclass(slots=True)
class RunOutcome:
    """A run of a job: the outcome of each asset step by asset key, and the failures of other steps (checks)."""

    run_id: str
    success: bool
    assets: dict[str, StepOutcome]
    other_failures: list[str]


def run_assets(
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    job_name: str,
    *,
    asset_keys: Sequence[dg.AssetKey] | None = None,
    run_config: Mapping[str, Any] | None = None,
    on_step: Callable[[StepOutcome], None] | None = None,
) -> RunOutcome:
    """Run an asset job, or some of its assets, and return what became of each; `on_step` gets every change."""
    job = definitions.resolve_job_def(job_name)
    chosen = list(asset_keys) if asset_keys is not None else sorted(job.asset_layer.executable_asset_keys)
    steps = {key.to_python_identifier(): StepOutcome(key.to_user_string()) for key in chosen}
    other_failures: list[str] = []

    def follow(entry: dg.EventLogEntry) -> None:
        event = entry.dagster_event
        if event is None or event.step_key is None:
            return
        step = steps.get(event.step_key)
        if step is None:
            if event.is_step_failure:
                other_failures.append(_failure(event))
            return
        if event.is_step_start:
            step.state = StepState.RUNNING
        elif event.is_step_materialization:
            materialization = event.step_materialization_data.materialization
            step.metadata = {name: value.value for name, value in materialization.metadata.items()}
        elif event.is_step_failure and _is_left_out(event):
            step.state = StepState.NOT_RUN
        elif event.is_step_failure:
            step.state, step.failure = StepState.FAILED, _failure(event)
        elif event.is_step_success:
            step.state = StepState.DONE
        elif event.is_step_skipped:
            step.state = StepState.NOT_RUN
        else:
            return
        if on_step:
            on_step(step)

    run_id = str(uuid4())
    instance.add_event_listener(run_id, follow)
    result = job.execute_in_process(
        instance=instance,
        run_id=run_id,
        asset_selection=list(asset_keys) if asset_keys is not None else None,
        run_config=with_quiet_console(run_config),
        tags=location_tags(),
        raise_on_error=False,
    )
    for step in steps.values():
        if step.state in (StepState.WAITING, StepState.RUNNING):
            step.state = StepState.NOT_RUN
    return RunOutcome(run_id, result.success, {step.key: step for step in steps.values()}, other_failures)


@dataclass(slots=True)
class PartitionOutcome:
    """A run of an op job: its id, whether it succeeded, and the sentences of its failures."""

    run_id: str
    success: bool
    failures: list[str]


def run_partition(
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    job_name: str,
    key: str | None,
    op: str,
    config: dg.Config,
) -> PartitionOutcome:
    """Run an op job with the config of its op: one partition of it, or the whole where `key` is None."""
    failures: list[str] = []

    def follow(entry: dg.EventLogEntry) -> None:
        event = entry.dagster_event
        if event is not None and event.is_step_failure:
            failures.append(_failure(event))
        elif event is not None and event.event_type is dg.DagsterEventType.RUN_FAILURE and not failures:
            failures.append(event.message or "The run failed before its first step.")

    run_id = str(uuid4())
    instance.add_event_listener(run_id, follow)
    result = definitions.resolve_job_def(job_name).execute_in_process(
        instance=instance,
        run_id=run_id,
        partition_key=key,
        run_config=with_quiet_console({"ops": {op: {"config": config.model_dump(mode="json")}}}),
        tags=location_tags(),
        raise_on_error=False,
    )
    return PartitionOutcome(run_id, result.success, failures)


def location_tags() -> dict[str, str]:
    """Return the tags by which the UI knows that a run belongs to this code location."""
    return {".dagster/repository": f"__repository__@{LOCATION}"}


def with_quiet_console(run_config: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a run config whose run logs to Dagster's event log and not to the terminal."""
    return {**(run_config or {}), "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def _is_left_out(event: dg.DagsterEvent) -> bool:
    said = event.step_failure_data.user_failure_data
    return said is not None and LEFT_OUT in said.metadata


def _failure(event: dg.DagsterEvent) -> str:
    failed = event.step_failure_data
    if failed.user_failure_data and failed.user_failure_data.description:
        return str(failed.user_failure_data.description)
    return str(failed.error.message).strip() if failed.error else "The step failed without a message."
