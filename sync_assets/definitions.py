"""The code location: the one place where all is put together."""

from __future__ import annotations

import warnings
from typing import Any

import dagster as dg

from sync_assets.assets.bridge_assets import BRIDGE_ASSETS
from sync_assets.assets.checks import all_checks
from sync_assets.assets.event_assets import EVENT_CHECKS, EVENTS
from sync_assets.assets.link_assets import LINK_ASSETS
from sync_assets.assets.resources import AdministrateResource, DatabaseResource, ImportProgress, SyncOptions
from sync_assets.assets.tutorial_tables import TUTORIAL_TABLES
from sync_assets.operations.event_import import event_import, upload_events
from sync_assets.operations.jobs import sync_all
from sync_assets.operations.sensors import event_upload_requests

# Dagster copies sensors with a parameter of its own that it calls beta.
warnings.filterwarnings("ignore", "Parameter `owners` of initializer `SensorDefinition", dg.BetaWarning)


def build_defs(**resources: Any) -> dg.Definitions:
    """Return the definitions, with resources replaced by those given by name."""
    return dg.Definitions(
        assets=[*BRIDGE_ASSETS, *LINK_ASSETS, *TUTORIAL_TABLES, EVENTS],
        asset_checks=[*all_checks(), *EVENT_CHECKS],
        jobs=[sync_all, event_import, upload_events],
        sensors=[event_upload_requests],
        resources={
            "database": DatabaseResource(),
            "administrate": AdministrateResource(),
            "options": SyncOptions(),
            "progress": ImportProgress(),
            **resources,
        },
        # Steps wait for the network and for the database: a process for each costs seconds and gains nothing.
        executor=dg.in_process_executor,
    )


defs = build_defs()
