"""The code location: the one place where all is put together."""

from __future__ import annotations

from typing import Any

import dagster as dg

from sync_assets.assets.bridge_assets import BRIDGE_ASSETS
from sync_assets.assets.checks import all_checks
from sync_assets.assets.link_assets import LINK_ASSETS
from sync_assets.assets.resources import AdministrateResource, DatabaseResource, SyncOptions
from sync_assets.assets.tutorial_tables import TUTORIAL_TABLES
from sync_assets.operations.jobs import sync_all


def build_defs(**resources: Any) -> dg.Definitions:
    """Return the definitions, with resources replaced by those given by name."""
    return dg.Definitions(
        assets=[*BRIDGE_ASSETS, *LINK_ASSETS, *TUTORIAL_TABLES],
        asset_checks=all_checks(),
        jobs=[sync_all],
        resources={
            "database": DatabaseResource(),
            "administrate": AdministrateResource(),
            "options": SyncOptions(),
            **resources,
        },
        # Steps wait for the network and for the database: a process for each costs seconds and gains nothing.
        executor=dg.in_process_executor,
    )


defs = build_defs()
