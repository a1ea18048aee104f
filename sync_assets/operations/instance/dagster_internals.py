"""What this package takes from Dagster's private modules. No other file imports them, so an upgrade breaks one file.

Dagster promises nothing about modules whose name begins with an underscore. Each name stands here with its reason, and
`test_dagster_internals.py` says which of them an upgrade has moved or changed.
"""

from __future__ import annotations

from dagster._cli import dev as development  # `dagster dev`, in which the webserver is replaced
from dagster._core.definitions.run_request import InstigatorType  # schedules and sensors among the instigators
from dagster._core.events import JobFailureData  # why a run failed where no step did
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus  # the answer to the run monitoring
from dagster._core.scheduler.instigation import TickStatus  # what became of a tick
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus  # whether a check passed
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager  # named in deploy/dagster.yaml
from dagster._core.storage.runs.schema import KeyValueStoreTable  # what is kept by key in the storage of runs
from dagster._serdes import ConfigurableClassData  # how a class named in dagster.yaml is configured
from dagster._utils.schedules import (  # cron expressions as schedules read them
    cron_string_iterator,
    is_valid_cron_string,
)
from dagster_shared.error import SerializableErrorInfo  # an error as it is stored

__all__ = [
    "AssetCheckExecutionRecordStatus",
    "CheckRunHealthResult",
    "ConfigurableClassData",
    "InstigatorType",
    "JobFailureData",
    "KeyValueStoreTable",
    "NoOpComputeLogManager",
    "SerializableErrorInfo",
    "TickStatus",
    "WorkerStatus",
    "cron_string_iterator",
    "development",
    "is_valid_cron_string",
]
