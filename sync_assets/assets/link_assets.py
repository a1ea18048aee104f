"""An asset for the links of each entity that has a tutorial side."""

from dataclasses import asdict
from typing import Any

import dagster as dg
import pandas as pd

from sync_assets.assets.catalogue import OWNERS, SYNC_GROUP, link_key, table_key
from sync_assets.assets.resources import DatabaseResource, SyncOptions
from sync_assets.assets.steps import POOL, failures_as_sentences, stop_after_failure
from sync_assets.assets.table_metadata import rows_as_table
from sync_assets.bridge.link import Link
from sync_assets.entities import ENTITIES, Entity
from sync_assets.entities.sync import link_entity


def link_asset(entity: Entity[Any], link: Link) -> dg.AssetsDefinition:
    """Return the asset of an entity's links: one run of it matches both sides and writes the links that changed."""
    known = "by ids that are known, else " if link.known is not None else ""
    within = f" within the linked {link.words.scope}" if link.words.scope else ""

    @dg.asset(
        key=link_key(entity),
        deps=[
            table_key(entity.table),
            *(link_key(ENTITIES[name]) for name in entity.link_needs),
            *(table_key(ENTITIES[name].table) for name in entity.link_reads),
            *(table_key(table) for table in link.tutorial_tables),
        ],
        group_name=SYNC_GROUP,
        kinds={"postgres"},
        owners=OWNERS,
        description=(
            f"Which {entity.singular} is which tutorial row: {link.table.fullname}.{link.column}, matched {known}on "
            f"the {link.words.key}{within}. The tutorial side is only read."
        ),
        pool=POOL,
    )
    def links_of_entity(
        context: dg.AssetExecutionContext, database: DatabaseResource, options: SyncOptions
    ) -> dg.MaterializeResult[None]:
        stop_after_failure(context, options)
        with failures_as_sentences():
            linked = link_entity(database.engine, entity, ENTITIES)
        counts = asdict(linked)
        disagreeing = pd.DataFrame(counts.pop("adopted_that_disagree"), columns=["record_id", "name", "why"])
        # What was found when the tables were taken over, as long as some of it is held.
        report = {} if disagreeing.empty else {"adopted_that_disagree": rows_as_table(disagreeing)}
        return dg.MaterializeResult(metadata={"dagster/row_count": counts.pop("linked"), **counts, **report})

    return links_of_entity


LINK_ASSETS = [link_asset(entity, entity.link) for entity in ENTITIES.values() if entity.link]
