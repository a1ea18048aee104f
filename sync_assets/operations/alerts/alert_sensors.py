"""Sensors that tell people what needs them. Each sends, and then moves its cursor: what was not sent comes again."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

from sync_assets.assets.catalogue import link_key
from sync_assets.assets.resources import DatabaseResource
from sync_assets.assets.steps import failures_as_sentences
from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.bridge.migrate import require_current
from sync_assets.entities import ENTITIES
from sync_assets.operations.alerts.alert_delivery import InstanceMemory, channels, deliver, log_alerts
from sync_assets.operations.alerts.alert_text import Alert
from sync_assets.operations.alerts.discrepancy_alerts import Found, alerts_of, read_state, write_state
from sync_assets.operations.alerts.ended_runs import ended_runs
from sync_assets.operations.alerts.failure_alerts import (
    alert_of_run,
    alerts_of_ticks,
    failed_run,
    failing_ticks,
    names_of,
)
from sync_assets.operations.alerts.import_alerts import alert_of_import, ended_import
from sync_assets.operations.alerts.ui_links import UiLinks
from sync_assets.operations.imports.import_jobs import event_import
from sync_assets.operations.instance.home import LOCATION
from sync_assets.settings import Settings

INTERVAL = 15
"""Seconds between two looks: an alert is early enough, and a look is a few reads of an index."""


@dg.sensor(
    minimum_interval_seconds=INTERVAL,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells of rows that have no partner in the other system: when new ones come, and when none is left.",
)
def discrepancy_alerts(context: dg.SensorEvaluationContext, database: DatabaseResource) -> dg.SensorResult:
    """Compare the discrepancies with those that were told last."""
    linked = {name: entity for name, entity in ENTITIES.items() if entity.link}
    with failures_as_sentences():
        links = UiLinks.of(Settings.read())
        with database.engine.connect() as connection:
            require_current(connection)
            frame = read_discrepancies(connection)
    found: dict[str, list[Found]] = {}
    for row in frame.itertuples(index=False):
        found.setdefault(str(row.entity), []).append(
            Found(str(row.side), str(row.kind), str(row.record_id), str(row.name), str(row.why))
        )

    def link(name: str) -> str | None:
        event = context.instance.get_latest_materialization_event(link_key(linked[name]))
        return links.run(event.run_id) if event else None

    plurals = {name: entity.plural for name, entity in linked.items()}
    alerts, state = alerts_of(plurals, read_state(context.cursor), found, link)
    return _tell(context, "discrepancy_alerts", alerts, write_state(state))


@dg.sensor(
    minimum_interval_seconds=INTERVAL,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells of failed runs, and of schedules and sensors whose ticks fail, those of the alerts among them. "
    "Of an import that got as far as its report, import_alerts tells.",
)
def failure_alerts(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Tell of each failed run once, and of a schedule or sensor when it begins to fail and when it works again."""
    with failures_as_sentences():
        links = UiLinks.of(Settings.read())
    ticking, jobs = names_of(context.repository_def)
    kept = json.loads(context.cursor) if context.cursor else {"runs": None, "ticks": {}}
    now = datetime.now(UTC)
    ended = ended_runs(context.instance, kept["runs"], [dg.DagsterRunStatus.FAILURE], now)
    alerts: list[Alert] = []
    for record in ended.runs:
        run = record.dagster_run
        is_told_elsewhere = run.job_name == event_import.name and ended_import(context.instance, record) is not None
        if run.job_name in jobs and not is_told_elsewhere:
            alerts.append(alert_of_run(failed_run(context.instance, record), links.run(run.run_id)))
    told: dict[str, str] = kept["ticks"]
    failing = failing_ticks(context.instance, ticking)
    alerts += alerts_of_ticks(
        told, failing, ticking, lambda name: links.automation(LOCATION, name, name in _schedules(context))
    )
    cursor = {"runs": ended.cursor, "ticks": {name: told.get(name, now.isoformat()) for name in sorted(failing)}}
    return _tell(context, "failure_alerts", alerts, json.dumps(cursor))


@dg.sensor(
    minimum_interval_seconds=INTERVAL,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells what became of each import: counts, the rows in error, and the workbook to correct them in.",
)
def import_alerts(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Tell of each run of event_import that has ended with a report."""
    with failures_as_sentences():
        links = UiLinks.of(Settings.read())
    statuses = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
    ended = ended_runs(context.instance, context.cursor, statuses, datetime.now(UTC), job=event_import.name)
    reports = [ended_import(context.instance, record) for record in ended.runs]
    alerts = [alert_of_import(report, links.run(report.run_id)) for report in reports if report]
    return _tell(context, "import_alerts", alerts, ended.cursor)


ALERT_SENSORS = [discrepancy_alerts, failure_alerts, import_alerts]


def _schedules(context: dg.SensorEvaluationContext) -> set[str]:
    return {item.name for item in context.repository_def.schedule_defs} if context.repository_def else set()


def _tell(context: dg.SensorEvaluationContext, sensor: str, alerts: Sequence[Alert], cursor: str) -> dg.SensorResult:
    """Send the alerts, or log them where there is no channel, and return the tick's result.

    An alert that is not delivered fails the tick, and so leaves the cursor where it was.
    """
    with failures_as_sentences():
        to = channels(Settings.read())
        deliver(alerts, to, InstanceMemory(context.instance, sensor))
    if not to:
        log_alerts(alerts, context.log)
    said = f"Told: {'; '.join(alert.title for alert in alerts)}." if alerts else "There is nothing new to tell."
    return dg.SensorResult(skip_reason=said, cursor=cursor)
