"""Planned events in the catalogue: an external asset with one partition per upload, and its checks.

Two checks look at the rows of the last import, one at the events of all uploads that are not as planned.

The import is a job of its own that reports to this asset. An executable partitioned asset would turn "Materialize all"
of the reference sync into a dialogue about partitions.
"""

from typing import Any

import dagster as dg
import pandas as pd
from sqlalchemy import Connection

from sync_assets.assets.catalogue import OWNERS, link_key, table_key, table_metadata
from sync_assets.assets.resources import DatabaseResource
from sync_assets.assets.steps import failures_as_sentences
from sync_assets.assets.table_metadata import rows_as_table
from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.entities import ENTITIES
from sync_assets.event_import.planned_list import PlannedFilter, read_planned
from sync_assets.event_import.row_outcomes import events_of_rows, latest_upload, read_rows

UPLOADS = dg.DynamicPartitionsDefinition(name="event_uploads")
EVENTS_KEY = table_key(planned_events)

EVENTS = dg.AssetSpec(
    EVENTS_KEY,
    partitions_def=UPLOADS,
    deps=[
        *(link_key(entity) for name, entity in ENTITIES.items() if entity.link and name != "events"),
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
}
"""By name of the check: the outcome of rows that it counts, its severity, and its words."""
NOT_YET = "events_not_yet_in_administrate"


def evaluation(rows: pd.DataFrame, name: str) -> dict[str, Any]:
    """Return what one check says of the rows of an upload, as arguments of a check's result or evaluation.

    Rows are counted, and each event is listed once.
    """
    outcome, severity, words = OUTCOMES[name]
    found = rows[rows["outcome"] == outcome]
    events = events_of_rows(found)
    return {
        "asset_key": EVENTS_KEY,
        "check_name": name,
        "passed": found.empty,
        "severity": severity,
        "description": f"{len(found)} {words}",
        "metadata": {
            "count": len(found),
            "events": len(events),
            "rows": rows_as_table(events),
        },
    }


def event_check(name: str) -> dg.AssetChecksDefinition:
    """Return the check of one kind of outcome, of the upload that was imported last."""

    @dg.asset_check(asset=EVENTS_KEY, name=name, description=f"Of the last import: {OUTCOMES[name][2]}.")
    def outcomes(database: DatabaseResource) -> dg.AssetCheckResult:
        with failures_as_sentences(), database.engine.connect() as connection:
            return dg.AssetCheckResult(**evaluation(read_rows(connection, latest_upload(connection)), name))

    return outcomes


def not_yet_evaluation(connection: Connection) -> dict[str, Any]:
    """Return what the check of unfinished events says, as arguments of a check's result or evaluation.

    It looks at the events of all uploads: the next upload does not make it forget those that wait.
    """
    found = read_planned(connection, PlannedFilter(unfinished=True))
    refused = int((found["state"] == EventState.REFUSED).sum())
    return {
        "asset_key": EVENTS_KEY,
        "check_name": NOT_YET,
        "passed": found.empty,
        "severity": dg.AssetCheckSeverity.ERROR,
        "description": f"{len(found) - refused} events wait for Administrate, {refused} were refused",
        "metadata": {"count": len(found), "refused": refused, "rows": rows_as_table(found)},
    }


@dg.asset_check(
    asset=EVENTS_KEY, name=NOT_YET, description="Of all uploads: events that wait for Administrate, or were refused."
)
def events_not_yet_in_administrate(database: DatabaseResource) -> dg.AssetCheckResult:
    """Look at the events of all uploads."""
    with failures_as_sentences(), database.engine.connect() as connection:
        return dg.AssetCheckResult(**not_yet_evaluation(connection))


EVENT_CHECKS = [*(event_check(name) for name in OUTCOMES), events_not_yet_in_administrate]
