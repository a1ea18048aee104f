"""What keeps Dagster's records from growing without end: it prunes ticks by itself, runs it does not."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from sync_assets.assets.steps import failures_as_sentences
from sync_assets.operations.imports.import_jobs import event_import
from sync_assets.settings import Settings

OVER = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
KEPT_JOBS = {event_import.name}
"""Jobs whose runs stay: with an import's run its upload would stand in the catalogue as never imported."""


def prune_runs_before(instance: dg.DagsterInstance, before: datetime) -> int:
    """Delete the runs that had ended before a moment, with their events, and return how many there were.

    Imports stay, and so does the run that an asset was materialized by last: the catalogue shows its figures. That is
    not the run that was to materialize it last: that one may have failed.
    """
    materialized = [asset.asset_entry.last_materialization for asset in instance.get_asset_records()]
    last = {entry.run_id for entry in materialized if entry is not None}
    old = [
        record.dagster_run.run_id
        for record in instance.get_run_records(dg.RunsFilter(statuses=OVER, updated_before=before))
        if record.dagster_run.job_name not in KEPT_JOBS and record.dagster_run.run_id not in last
    ]
    for run_id in old:
        instance.delete_run(run_id)
    return len(old)


@dg.op(description="Delete old runs. SYNC_RUN_DAYS says how old; imports and each asset's last run stay.")
def prune_old_runs(context: dg.OpExecutionContext) -> None:
    """Delete the runs that are older than the setting."""
    with failures_as_sentences():
        days = Settings.read().sync_run_days
    pruned = prune_runs_before(context.instance, datetime.now(UTC) - timedelta(days=days))
    context.log.info("%d runs that ended more than %d days ago are deleted.", pruned, days)
    context.add_output_metadata({"runs": pruned, "days": days})


@dg.job(executor_def=dg.in_process_executor, description="Delete the records of old runs.")
def prune_runs() -> None:
    """Delete old runs."""
    prune_old_runs()


prune_runs_daily = dg.ScheduleDefinition(
    name="prune_runs_daily",
    job=prune_runs,
    cron_schedule="40 4 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every day at 04:40 UTC.",
)
