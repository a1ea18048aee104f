"""How runs are started on one machine, and how one is found whose process is gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import dagster as dg

from sync_assets.operations.instance.dagster_internals import (
    CheckRunHealthResult,
    ConfigurableClassData,
    WorkerStatus,
)
from sync_assets.operations.instance.signs_of_life import SignWatch, sign_key

SILENCE = 60
"""Seconds without a sign of life, and without an event, after which a run is taken for dead."""


class WatchedRunLauncher(dg.DefaultRunLauncher):
    """Dagster's default launcher, with the question that run monitoring asks of each started run: does it live?

    A run is dead if it has shown no sign of life and written no event for `silence_seconds`. Who started it does not
    matter: a code server that was reloaded meanwhile, one that died with it, or a command.
    """

    def __init__(self, silence_seconds: int = SILENCE, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(inst_data)
        self._silence = silence_seconds
        self._watch: SignWatch | None = None

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
        """Return FAILED for a run that is dead, and RUNNING for one that lives or that has never shown a sign."""
        key = sign_key(run.run_id)
        sign = self._instance.run_storage.get_cursor_values({key}).get(key)
        if sign is None:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "its process shows no signs of life")
        last = self._instance.get_records_for_run(run.run_id, limit=1, ascending=False).records
        if self._watch is None:
            poll = self._instance.run_monitoring_poll_interval_seconds
            self._watch = SignWatch(longest_gap=max(self._silence, 2.0 * poll))
        silent = self._watch.silent_for(run.run_id, (sign, last[0].storage_id if last else None))
        if silent < self._silence:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(
            WorkerStatus.FAILED,
            f"The process of the run is gone: it has shown no sign of life for {silent:.0f} seconds. Running it again "
            "carries on",
        )
