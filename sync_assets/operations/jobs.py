"""The job of the reference sync."""

import dagster as dg

from sync_assets.assets.tables import SYNC_GROUP

sync_all = dg.define_asset_job(
    "sync_all",
    selection=dg.AssetSelection.groups(SYNC_GROUP),
    description=(
        "Read every reference list of the tenant, write what changed into the bridge, and link it to the tutorial "
        "tables. What does not depend on a failed step goes on, unless stop_on_error is set."
    ),
)
