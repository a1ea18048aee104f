"""The tutorial application's tables as external assets: it fills them, the sync reads them."""

from __future__ import annotations

import dagster as dg

from sync_assets.assets.catalogue import OWNERS, TUTORIAL_GROUP, table_key, table_metadata
from sync_assets.entities import ENTITIES

TUTORIAL_TABLES = [
    dg.AssetSpec(
        table_key(table),
        group_name=TUTORIAL_GROUP,
        kinds={"postgres"},
        owners=OWNERS,
        description=f"{table.fullname}, kept by the tutorial application and only read by the sync.",
        metadata=table_metadata(table),
    )
    for table in dict.fromkeys(
        table for entity in ENTITIES.values() if entity.link for table in entity.link.tutorial_tables
    )
]
