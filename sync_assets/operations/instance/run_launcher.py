"""How runs are started on one machine, and how one is found whose worker died together with the code server.

The code server notices the death of a run worker that it started. Where both die, as when a machine goes down, nobody
is left to notice: the run would stay "started", and hold its place in the pool, until its maximum run time is over.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Self

import dagster as dg
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._core.launcher.default_run_launcher import DefaultRunLauncher
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import ConfigurableClassData, deserialize_value

SILENCE = 180
"""Seconds without an event after which a run that the code server does not know is taken for dead."""


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's default launcher, with the question that run monitoring asks of each started run: does it live?

    A run is dead if the code server that it was started by answers and does not know it, and if it has also written no
    event for `silence_seconds`. The silence keeps a worker alive that outlived its code server and goes on.
    """

    def __init__(self, silence_seconds: int = SILENCE, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(inst_data)
        self._silence = silence_seconds

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Return what dagster.yaml may say."""
        return {"silence_seconds": dg.Field(int, default_value=SILENCE)}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]) -> Self:
        """Return the launcher of a dagster.yaml."""
        return cls(config_value["silence_seconds"], inst_data)

    @property
    def supports_check_run_worker_health(self) -> bool:
        """That it does makes the daemon ask."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Return FAILED for a run that is dead, and RUNNING for one that lives or that nobody can be asked about."""
        # None for a run that was started by a command, in its own process.
        client = self._get_grpc_client_for_termination(run.run_id)  # type: ignore[no-untyped-call]
        if client is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "no code server started it")
        try:
            answer = deserialize_value(
                client.can_cancel_execution(CanCancelExecutionRequest(run_id=run.run_id), timeout=10),
                CanCancelExecutionResult,
            )
        except DagsterUserCodeUnreachableError:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "its code server cannot be reached now")
        if answer.can_cancel:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        silent = self._silent_for(run)
        if silent < self._silence:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "its code server does not know it, but it writes events")
        return CheckRunHealthResult(
            WorkerStatus.FAILED,
            f"The process of the run is gone: the code server was started anew and does not know it, and nothing was "
            f"heard of it for {silent:.0f} seconds. Running it again carries on",
        )

    def _silent_for(self, run: dg.DagsterRun) -> float:
        """Return the seconds since the run's last event."""
        last = self._instance.get_records_for_run(run.run_id, limit=1, ascending=False).records
        return time.time() - last[0].timestamp if last else float("inf")
