"""The code location: the one place where all is put together."""

from __future__ import annotations

import warnings
from typing import Any

import dagster as dg

from sync_assets.assets.bridge_assets import BRIDGE_ASSETS
from sync_assets.assets.checks import all_checks
from sync_assets.assets.drift_assets import DRIFT_CHECKS, drift_of_events
from sync_assets.assets.event_assets import EVENT_CHECKS, EVENTS
from sync_assets.assets.link_assets import LINK_ASSETS
from sync_assets.assets.resources import (
    ActionProgress,
    AdministrateResource,
    DatabaseResource,
    DriftProgress,
    ImportProgress,
    SyncOptions,
)
from sync_assets.assets.tutorial_assets import TUTORIAL_TABLES
from sync_assets.operations.alerts.alert_sensors import ALERT_SENSORS
from sync_assets.operations.drift_job import decide_drift
from sync_assets.operations.event_action_job import act_on_events
from sync_assets.operations.imports.import_jobs import event_import, upload_events
from sync_assets.operations.imports.import_sensors import drop_folder, event_upload_requests
from sync_assets.operations.imports.unfinished_events import continue_events, unfinished_events
from sync_assets.operations.imports.withdraw_job import withdraw_planned_events
from sync_assets.operations.instance.prune_runs import prune_runs, prune_runs_daily
from sync_assets.operations.resolve_job import resolve_discrepancies
from sync_assets.operations.sync.freshness import with_freshness
from sync_assets.operations.sync.jobs import sync_all, sync_events, sync_frequent
from sync_assets.operations.sync.schedules import schedules, timing_or_defaults

# Dagster copies sensors with a parameter of its own that it calls beta.
warnings.filterwarnings("ignore", "Parameter `owners` of initializer `SensorDefinition", dg.BetaWarning)


def build_defs(**resources: Any) -> dg.Definitions:
    """Return the definitions, with resources replaced by those given by name."""
    timing, problem = timing_or_defaults()
    return dg.Definitions(
        assets=[*with_freshness([*BRIDGE_ASSETS, *LINK_ASSETS, drift_of_events], timing), *TUTORIAL_TABLES, EVENTS],
        asset_checks=[*all_checks(), *EVENT_CHECKS, *DRIFT_CHECKS],
        jobs=[
            sync_all,
            sync_frequent,
            sync_events,
            event_import,
            continue_events,
            upload_events,
            withdraw_planned_events,
            act_on_events,
            resolve_discrepancies,
            decide_drift,
            prune_runs,
        ],
        schedules=[*schedules(timing, problem), prune_runs_daily],
        sensors=[event_upload_requests, unfinished_events, drop_folder, *ALERT_SENSORS],
        resources={
            "database": DatabaseResource(),
            "administrate": AdministrateResource(),
            "options": SyncOptions(),
            "progress": ImportProgress(),
            "action_progress": ActionProgress(),
            "drift_progress": DriftProgress(),
            **resources,
        },
        # Steps wait for the network and for the database: a process for each costs seconds and gains nothing.
        executor=dg.in_process_executor,
    )


defs = build_defs()
