"""Sensors that tell people what needs them. What a channel was told is kept by channel, once it has taken it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg
import pandas as pd
from sqlalchemy import Engine

from sync_assets.assets.catalogue import link_key
from sync_assets.assets.drift_assets import DRIFT_KEY
from sync_assets.assets.event_assets import EVENTS_KEY
from sync_assets.assets.resources import DatabaseResource
from sync_assets.assets.steps import failures_as_sentences
from sync_assets.bridge.alert_deliveries import forget_other_channels, read_deliveries, write_deliveries
from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.bridge.matching import Side
from sync_assets.bridge.migrate import require_current
from sync_assets.entities import ENTITIES
from sync_assets.event_drift.record_drift import read_drift
from sync_assets.event_import.import_log import ended_imports
from sync_assets.operations.alerts.alert_delivery import Channel, LogChannel, channels, tell
from sync_assets.operations.alerts.asset_troubles import (
    last_materializations,
    last_results,
    take_in_ages,
    take_in_checks,
    windows_of,
)
from sync_assets.operations.alerts.discrepancy_alerts import Found, news_of_discrepancies
from sync_assets.operations.alerts.ended_runs import ended_runs
from sync_assets.operations.alerts.failed_runs import take_in_runs
from sync_assets.operations.alerts.failing_ticks import take_in_ticks, ticks_of
from sync_assets.operations.alerts.import_alerts import LONGEST_OUTAGE, news_of_imports
from sync_assets.operations.alerts.trouble import InstanceMemory, TroubleMemory, Troubles
from sync_assets.operations.alerts.ui_links import UiLinks
from sync_assets.operations.instance.home import LOCATION
from sync_assets.settings import Settings

DRIFT = "event_drift"
"""What differences of events are called among the discrepancies."""
INTERVAL = 15
"""Seconds between two looks: an alert is early enough, and a look is a few reads of an index."""
OVER = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)


@dg.sensor(
    minimum_interval_seconds=INTERVAL,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Reports discrepancies between the two systems, differences of events among them: when new ones come, "
    "and when none is open any more.",
)
def discrepancy_alerts(context: dg.SensorEvaluationContext, database: DatabaseResource) -> dg.SensorResult:
    """Tell each channel of the discrepancies that it does not know of."""
    linked = {name: entity for name, entity in ENTITIES.items() if entity.link}
    with failures_as_sentences():
        settings = Settings.read()
        links = UiLinks.of(settings)
        with database.engine.connect() as connection:
            require_current(connection)
            found = [*_found(read_discrepancies(connection)), *_drift(read_drift(connection))]
            ignored = _found(read_discrepancies(connection, ignored=True))
            ignored += _drift(read_drift(connection, left_apart=True))

        def link(name: str) -> str | None:
            key = DRIFT_KEY if name == DRIFT else link_key(linked[name])
            event = context.instance.get_latest_materialization_event(key)
            return links.run(event.run_id) if event else None

        plurals = {name: entity.plural for name, entity in linked.items()} | {DRIFT: "fields of events"}
        to, memory = _channels(context, settings), DatabaseMemory(database.engine, "discrepancies")
        memory.forget_others(to)
        titles = tell(to, memory, lambda deliveries: news_of_discrepancies(deliveries, found, ignored, plurals, link))
    return _result(titles)


@dg.sensor(
    minimum_interval_seconds=INTERVAL,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Reports what does not work, once when it begins and once when it is over: failed steps and jobs, "
    "failed checks, stale assets, schedules and sensors whose ticks fail. Reports cancelled runs as well.",
)
def failure_alerts(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Tell each channel what has begun to fail, and what is over. It needs Dagster's records alone."""
    with failures_as_sentences():
        settings = Settings.read()
        to, kept = _channels(context, settings), InstanceMemory(context.instance)
        troubles = kept.load_troubles()
        before = troubles.as_json()
        if context.repository_def is not None:
            observe(context.instance, context.repository_def, troubles, UiLinks.of(settings), datetime.now(UTC))
        if troubles.as_json() != before:
            kept.save_troubles(troubles)
        try:
            titles = tell(to, TroubleMemory(kept, troubles), troubles.news)
        finally:
            before = troubles.as_json()
            troubles.forget(channel.fingerprint for channel in to)
            if troubles.as_json() != before:
                kept.save_troubles(troubles)
    return _result(titles)


def observe(
    instance: dg.DagsterInstance,
    repository: dg.RepositoryDefinition,
    troubles: Troubles,
    links: UiLinks,
    now: datetime,
) -> None:
    """Note what does not work and what does again, as far as Dagster's records tell."""
    graph = repository.asset_graph
    checks = [key for key in graph.asset_check_keys if key.asset_key != EVENTS_KEY]
    steps = {
        *(key.to_python_identifier() for key in graph.executable_asset_keys),
        *(f"{key.asset_key.to_python_identifier()}_{key.name}" for key in graph.asset_check_keys),
    }
    ended = ended_runs(instance, troubles.seen, OVER, now)
    troubles.seen = ended.cursor
    ours = [record for record in ended.runs if record.dagster_run.job_name in repository.job_names]
    take_in_runs(instance, ours, steps, troubles, links)
    schedules = {item.name for item in repository.schedule_defs}
    names = {*schedules, *(item.name for item in repository.sensor_defs)}
    take_in_ticks(
        ticks_of(instance, names), names, troubles, lambda name: links.automation(LOCATION, name, name in schedules)
    )
    # Of the checks of imports the alerts of imports tell.
    take_in_checks(last_results(instance, checks), checks, troubles, links.run)
    windows = windows_of(repository)
    ages = last_materializations(instance, list(windows))
    take_in_ages(ages, windows, now, troubles, lambda key: links.asset(key.path))


@dg.sensor(
    minimum_interval_seconds=INTERVAL,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Reports what became of each import: counts, the events in error, and the workbook to correct them in.",
)
def import_alerts(context: dg.SensorEvaluationContext, database: DatabaseResource) -> dg.SensorResult:
    """Tell each channel of the imports that have ended since it is known."""
    now = datetime.now(UTC)
    with failures_as_sentences():
        settings = Settings.read()
        links = UiLinks.of(settings)
        with database.engine.connect() as connection:
            require_current(connection)
            imports = ended_imports(connection, now - LONGEST_OUTAGE)
        to, memory = _channels(context, settings), DatabaseMemory(database.engine, "imports")
        memory.forget_others(to)
        titles = tell(to, memory, lambda deliveries: news_of_imports(deliveries, imports, links.run, now))
    return _result(titles)


ALERT_SENSORS = [discrepancy_alerts, failure_alerts, import_alerts]


@dataclass(frozen=True, slots=True)
class DatabaseMemory:
    """What each channel has been told of a topic, in `adm.alert_deliveries`."""

    engine: Engine
    topic: str

    def load(self, channel: str) -> Mapping[str, datetime]:
        """Return what a channel has been told."""
        with self.engine.connect() as connection:
            return read_deliveries(connection, self.topic, channel)

    def save(self, channel: str, before: Mapping[str, datetime], after: Collection[str]) -> None:
        """Keep what it has been told now."""
        with self.engine.begin() as connection:
            write_deliveries(connection, self.topic, channel, before, after)

    def forget_others(self, to: Sequence[Channel]) -> None:
        """Drop what is known of channels that the settings do not name any more."""
        with self.engine.begin() as connection:
            forget_other_channels(connection, self.topic, [channel.fingerprint for channel in to])


def _found(frame: pd.DataFrame) -> list[Found]:
    return [
        Found(str(row.entity), str(row.side), str(row.kind), str(row.record_id), str(row.name), str(row.why))
        for row in frame.itertuples(index=False)
    ]


def _drift(frame: pd.DataFrame) -> list[Found]:
    """Return differences of events as discrepancies; one that changes once more is the same one."""
    return [
        Found(
            DRIFT,
            Side.ADMINISTRATE,
            str(row.kind),
            f"{row.administrate_id}, {row.field}",
            str(row.title),
            f"{row.kind}: {row.here} here, {row.there} in Administrate",
        )
        for row in frame.itertuples(index=False)
    ]


def _channels(context: dg.SensorEvaluationContext, settings: Settings) -> Sequence[Channel]:
    """Return the channels of the settings, or the log where there is none."""
    return channels(settings) or [LogChannel(context.log)]


def _result(titles: Sequence[str]) -> dg.SensorResult:
    return dg.SensorResult(skip_reason=f"Told: {'; '.join(titles)}." if titles else "There is nothing new to tell.")
