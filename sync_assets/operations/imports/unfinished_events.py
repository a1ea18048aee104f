"""The job that goes on with events that wait for Administrate, and the sensor that starts it when one is due."""

from datetime import UTC, datetime

import dagster as dg

from sync_assets.assets.event_assets import EVENTS_KEY, not_yet_evaluation
from sync_assets.assets.resources import AdministrateResource, DatabaseResource
from sync_assets.assets.steps import POOL, failures_as_sentences
from sync_assets.bridge.migrate import require_current
from sync_assets.event_import.carry_on import carry_on, due_events
from sync_assets.event_import.import_options import PATIENCE_SECONDS
from sync_assets.event_import.planned_list import PlannedFilter, read_planned
from sync_assets.event_import.writing.planned_event import PlannedEvent
from sync_assets.operations.imports.import_jobs import check_evaluation
from sync_assets.settings import Settings
from sync_assets.shown_text import one_line


@dg.op(pool=POOL, description="Go on with every event that waits for Administrate, from what is recorded of it.")
def carry_on_with_events(
    context: dg.OpExecutionContext, database: DatabaseResource, administrate: AdministrateResource
) -> None:
    """Bring about what is planned; fail where an event is refused, or has waited for a day in vain."""

    def tell(event: PlannedEvent) -> None:
        context.log.info("%s: %s", one_line(event.title), one_line(event.refusal or event.failure or event.state))

    with failures_as_sentences():
        quiet = Settings.read().administrate_quiet_seconds
        patience = min(quiet, PATIENCE_SECONDS)
        done = carry_on(database.engine, administrate.client, quiet_seconds=quiet, patience_seconds=patience, tell=tell)
        with database.engine.connect() as connection:
            not_yet = not_yet_evaluation(connection)
    counts = {"agreed": len(done.agreed), "waiting": len(done.waiting), "refused": len(done.refused)}
    context.log_event(dg.AssetObservation(EVENTS_KEY, metadata={**counts, "mutations": done.mutations_sent}))
    # The context takes it, and says so in its code alone.
    context.log_event(check_evaluation(not_yet))  # type: ignore[arg-type]
    given_up = [event for event in done.waiting if event.next_try_at is None]
    if done.refused or given_up:
        raise dg.Failure(
            f"{done.words} Events that have waited for a day are not tried any more by themselves: "
            "`sync-assets events list --unfinished` names them, `sync-assets events carry-on` goes on with them.",
            allow_retries=False,
        )


@dg.job(
    executor_def=dg.in_process_executor,
    description="Go on with all events that wait for Administrate. No file is read, and nothing is created twice.",
)
def continue_events() -> None:
    """Go on with the events that wait."""
    carry_on_with_events()


@dg.sensor(
    job=continue_events,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Runs continue_events when the next try of an event that waits is due: after a minute, then after "
    "growing pauses of up to two hours, for a day.",
)
def unfinished_events(context: dg.SensorEvaluationContext, database: DatabaseResource) -> dg.SensorResult:
    """Ask for a run where an event is due."""
    with failures_as_sentences(), database.engine.connect() as connection:
        require_current(connection)
        due = [event for event in due_events(connection, datetime.now(UTC)) if event.tries]
        waiting = len(read_planned(connection, PlannedFilter(unfinished=True)))
    if not due:
        return dg.SensorResult(skip_reason=f"No event is due; {waiting} are not as planned.")
    # The same tries of the same events are one run, however often the sensor looks.
    key = "-".join(f"{event.id}.{event.revision}.{event.tries}" for event in due[:20])
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"{key}-{len(due)}")])
