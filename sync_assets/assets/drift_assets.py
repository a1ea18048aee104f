"""The differences of events as an asset, with a check for each kind of them, and checks of what should not be so."""

from dataclasses import asdict
from datetime import timedelta

import dagster as dg

from sync_assets.assets.catalogue import OWNERS, SYNC_GROUP, link_key, table_key, table_metadata
from sync_assets.assets.resources import DatabaseResource, SyncOptions
from sync_assets.assets.steps import POOL, failures_as_sentences, stop_after_failure
from sync_assets.assets.table_metadata import rows_as_table
from sync_assets.bridge.event_drift_table import event_drift
from sync_assets.entities import ENTITIES
from sync_assets.event_drift.compare_events import compare_events
from sync_assets.event_drift.event_checks import EVENT_CHECKS as RULES
from sync_assets.event_drift.event_checks import read_event_check
from sync_assets.event_drift.record_drift import read_drift
from sync_assets.event_drift.three_way import DriftKind
from sync_assets.settings import Settings

DRIFT_KEY = table_key(event_drift)
_REFERENCE = ("locations", "venues", "instructors", "course_templates")


@dg.asset(
    key=DRIFT_KEY,
    deps=[
        link_key(ENTITIES["events"]),
        table_key(ENTITIES["sessions"].table),
        *(link_key(ENTITIES[name]) for name in _REFERENCE),
    ],
    group_name=SYNC_GROUP,
    kinds={"postgres"},
    owners=OWNERS,
    description="In which fields the two sides of an event differ, and which side changed. Nothing is sent to "
    "Administrate; here it writes what follows Administrate by the setting SYNC_FOLLOWING_FIELDS.",
    metadata=table_metadata(event_drift),
    pool=POOL,
)
def drift_of_events(
    context: dg.AssetExecutionContext, database: DatabaseResource, options: SyncOptions
) -> dg.MaterializeResult[None]:
    """Compare all events that both sides have."""
    stop_after_failure(context, options)
    with failures_as_sentences():
        counts = compare_events(database.engine, Settings.read().following_fields)
    kinds = asdict(counts)["kinds"]
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(kinds.values()),
            **{kind.value.replace(" ", "_"): kinds.get(kind, 0) for kind in DriftKind},
            "events": counts.events,
            "import_under_way": counts.under_way,
            "followed": counts.followed,
        }
    )


def _drift_check(kind: DriftKind) -> dg.AssetChecksDefinition:
    """Return the check that warns of one kind of difference."""
    words = f"fields of events: {kind.value}"

    @dg.asset_check(asset=DRIFT_KEY, name=kind.value.replace(" ", "_"), description=f"Warns of {words}.")
    def differences(database: DatabaseResource) -> dg.AssetCheckResult:
        with failures_as_sentences(), database.engine.connect() as connection:
            rows = read_drift(connection, kind=kind)
            apart = len(read_drift(connection, kind=kind, left_apart=True))
        left = f", {apart} left apart" if apart else ""
        return dg.AssetCheckResult(
            passed=rows.empty,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"{len(rows)} {words}, of {rows['administrate_id'].nunique()} events{left}",
            metadata={
                "count": len(rows),
                "events": int(rows["administrate_id"].nunique()),
                "left_apart": apart,
                "rows": rows_as_table(rows),
            },
        )

    return differences


def _rule_check(name: str) -> dg.AssetChecksDefinition:
    """Return the check that warns of events of which something should not be so."""
    rule = RULES[name]

    @dg.asset_check(
        asset=table_key(ENTITIES["events"].table),
        additional_deps=[table_key(ENTITIES["sessions"].table)],
        name=name,
        description=f"Warns where {rule.words}.",
    )
    def events(database: DatabaseResource) -> dg.AssetCheckResult:
        with failures_as_sentences(), database.engine.connect() as connection:
            near = timedelta(days=Settings.read().sync_finalisation_days)
            rows = read_event_check(connection, name, finalisation_near=near)
        return dg.AssetCheckResult(
            passed=rows.empty,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"{len(rows)} {rule.words}",
            metadata={"count": len(rows), "rows": rows_as_table(rows)},
        )

    return events


DRIFT_CHECKS = [*(_drift_check(kind) for kind in DriftKind), *(_rule_check(name) for name in RULES)]
