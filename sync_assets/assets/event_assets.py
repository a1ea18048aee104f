"""Imported events in the catalogue: an external asset with a partition an upload, and the checks of the last import.

The import is a job of its own that reports to this asset. An executable partitioned asset would turn "Materialize all"
of the reference sync into a dialogue about partitions.
"""

from typing import Any

import dagster as dg
import pandas as pd

from sync_assets.assets.catalogue import OWNERS, link_key, table_key, table_metadata
from sync_assets.assets.resources import DatabaseResource
from sync_assets.assets.steps import failures_as_sentences
from sync_assets.assets.table_metadata import rows_as_table
from sync_assets.entities import ENTITIES
from sync_assets.event_import.planned_tables import planned_events
from sync_assets.event_import.rows import latest_upload, read_rows

UPLOADS = dg.DynamicPartitionsDefinition(name="event_uploads")
EVENTS_KEY = table_key(planned_events)

EVENTS = dg.AssetSpec(
    EVENTS_KEY,
    partitions_def=UPLOADS,
    deps=[
        *(link_key(entity) for entity in ENTITIES.values() if entity.link),
        *(table_key(ENTITIES[name].table) for name in ("custom_fields", "tax_types", "administrators")),
    ],
    group_name="events",
    kinds={"excel", "graphql", "postgres"},
    owners=OWNERS,
    description="Events of uploaded workbooks, on both sides. A partition is an upload; the job event_import runs it.",
    metadata=table_metadata(planned_events),
)

OUTCOMES = {
    "rows_in_error": ("error", dg.AssetCheckSeverity.ERROR, "rows are in error and their events not imported"),
    "duplicates": ("duplicate", dg.AssetCheckSeverity.WARN, "rows belong to events that were skipped as duplicates"),
    "events_not_yet_in_administrate": (
        "waiting",
        dg.AssetCheckSeverity.ERROR,
        "rows belong to events that wait for Administrate",
    ),
}
SHOWN = ["row_number", "event_title", "session_title", "sentence"]


def evaluation(rows: pd.DataFrame, name: str) -> dict[str, Any]:
    """Return what one check says of the rows of an upload, as arguments of a check's result or evaluation."""
    outcome, severity, words = OUTCOMES[name]
    found = rows[rows["outcome"] == outcome]
    return {
        "asset_key": EVENTS_KEY,
        "check_name": name,
        "passed": found.empty,
        "severity": severity,
        "description": f"{len(found)} {words}",
        "metadata": {
            "count": len(found),
            "events": int(found["event_row"].nunique()),
            "rows": rows_as_table(found[SHOWN]),
        },
    }


def event_check(name: str) -> dg.AssetChecksDefinition:
    """Return the check of one kind of outcome, of the upload that was imported last."""

    @dg.asset_check(asset=EVENTS_KEY, name=name, description=f"Of the last import: {OUTCOMES[name][2]}.")
    def outcomes(database: DatabaseResource) -> dg.AssetCheckResult:
        with failures_as_sentences(), database.engine.connect() as connection:
            return dg.AssetCheckResult(**evaluation(read_rows(connection, latest_upload(connection)), name))

    return outcomes


EVENT_CHECKS = [event_check(name) for name in OUTCOMES]
