"""An asset for each entity's bridge table."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import dagster as dg
import pandas as pd

from sync_assets.assets.catalogue import OWNERS, SYNC_GROUP, table_key, table_metadata
from sync_assets.assets.resources import AdministrateResource, DatabaseResource, SyncOptions
from sync_assets.assets.steps import POOL, failures_as_sentences, stop_after_failure
from sync_assets.assets.table_metadata import rows_as_table
from sync_assets.entities import ENTITIES, Entity, read_before
from sync_assets.entities.sync import sync_changes, sync_entity
from sync_assets.settings import Settings
from sync_assets.shown_text import one_line


def bridge_asset(entity: Entity[Any]) -> dg.AssetsDefinition:
    """Return the asset of an entity's bridge table: one run of it reads the whole list and writes what changed."""

    @dg.asset(
        key=table_key(entity.table),
        deps=[table_key(ENTITIES[name].table) for name in read_before(entity, ENTITIES)],
        group_name=SYNC_GROUP,
        kinds={"graphql", "postgres"},
        owners=OWNERS,
        description=entity.description,
        metadata=table_metadata(entity.table),
        pool=POOL,
    )
    def bridge_table_of_entity(
        context: dg.AssetExecutionContext,
        database: DatabaseResource,
        administrate: AdministrateResource,
        options: SyncOptions,
    ) -> dg.MaterializeResult[None]:
        stop_after_failure(context, options)
        with failures_as_sentences():
            client = administrate.client
            requests_before = client.requests_sent
            if options.changes_only and entity.changes:
                written = sync_changes(database.engine, client, entity, ENTITIES)
            else:
                written = sync_entity(
                    database.engine,
                    client,
                    entity,
                    ENTITIES,
                    allow_removals=options.allow_removals,
                    removal_window=timedelta(days=Settings.read().sync_removal_days),
                )
            with database.engine.connect() as connection:
                numbers = entity.numbers(connection) if entity.numbers else {}
        counts: dict[str, Any] = asdict(written)
        warnings: Sequence[str] = counts.pop("warnings")
        for warning in warnings:
            context.log.warning(one_line(warning))
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": counts.pop("live"),
                **counts,
                "requests": client.requests_sent - requests_before,
                **numbers,
                **({"odd_records": rows_as_table(pd.DataFrame({"why": warnings}))} if warnings else {}),
            }
        )

    return bridge_table_of_entity


BRIDGE_ASSETS = [bridge_asset(entity) for entity in ENTITIES.values()]
