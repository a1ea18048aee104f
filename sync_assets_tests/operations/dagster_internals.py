"""Schedules and sensors in an instance as the daemon writes them: the tests' only way to Dagster's private modules."""

from __future__ import annotations

import sys
from traceback import TracebackException

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.execution.plan.state import KnownExecutionState
from dagster._core.remote_origin import InProcessCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.snap.config_types import build_config_schema_snapshot
from dagster._core.snap.snap_to_yaml import default_values_yaml_from_type_snap
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._daemon.types import DaemonHeartbeat
from dagster_shared.error import SerializableErrorInfo

from sync_assets.errors import SyncError

__all__ = [
    "DaemonHeartbeat",
    "InstigatorStatus",
    "InstigatorType",
    "SerializableErrorInfo",
    "TickStatus",
    "Ticking",
    "launchpad_yaml",
    "origin",
]


def origin(module: str) -> RemoteRepositoryOrigin:
    """Return where a code location is that stands in a module."""
    target = LoadableTargetOrigin(executable_path=sys.executable, module_name=module)
    return RemoteRepositoryOrigin(InProcessCodeLocationOrigin(target), "__repository__")


class Ticking:
    """A sensor or schedule whose ticks are written into an instance as the daemon does it."""

    def __init__(
        self,
        instance: dg.DagsterInstance,
        name: str,
        kind: InstigatorType = InstigatorType.SENSOR,
        module: str = "sync_assets",
        status: InstigatorStatus = InstigatorStatus.RUNNING,
    ) -> None:
        self.instance, self.kind = instance, kind
        data = ScheduleInstigatorData("0 2 * * *") if kind is InstigatorType.SCHEDULE else None
        self.state = InstigatorState(origin(module).get_instigator_origin(name), kind, status, data)
        instance.add_instigator_state(self.state)

    def switch_off(self) -> None:
        self.instance.update_instigator_state(self.state.with_status(InstigatorStatus.STOPPED))

    def tick(self, at: float, status: TickStatus, sentence: str | None = None) -> None:
        raised = TracebackException.from_exception(SyncError(sentence)) if sentence else None
        error = SerializableErrorInfo.from_traceback(raised) if raised else None
        self.instance.create_tick(
            TickData(
                instigator_origin_id=self.state.instigator_origin_id,
                instigator_name=self.state.instigator_name,
                instigator_type=self.kind,
                status=status,
                timestamp=float(at),
                run_ids=[] if status is TickStatus.SUCCESS else None,
                error=error,
                selector_id=self.state.selector_id,
            )
        )


def launchpad_yaml(job: dg.JobDefinition) -> str:
    """Return what the launchpad of a job scaffolds."""
    schema = build_config_schema_snapshot(job)
    root = schema.get_config_snap(job.run_config_schema.config_type.key)
    return default_values_yaml_from_type_snap(schema, root)


def steps_from_failure(instance: dg.DagsterInstance, run_id: str) -> set[str]:
    """Return the steps that "re-execute from failure" runs."""
    run = instance.get_run_by_id(run_id)
    assert run
    steps, _ = KnownExecutionState.build_resume_retry_reexecution(instance, run)
    return set(steps)
