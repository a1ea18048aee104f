"""Is all in order? What somebody sees first: the last sync, the next one, both sides in numbers, what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg
from sqlalchemy import Connection, func, select

from sync_assets.bridge.discrepancies import count_discrepancies
from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.bridge.side_counts import SideCounts, count_sides
from sync_assets.entities import ENTITIES
from sync_assets.operations.instance.dagster_internals import InstigatorType, cron_string_iterator
from sync_assets.operations.sync.schedules import UNFINISHED, Timing

SYNC_JOBS = ("sync_all", "sync_frequent")
NIGHTLY = "nightly_sync"


@dataclass(frozen=True, slots=True)
class SyncRun:
    """A run of a sync: its id, when it began, and when it ended (None while it runs) and whether it succeeded."""

    run_id: str
    job: str
    began_at: datetime
    ended_at: datetime | None
    is_success: bool


@dataclass(frozen=True, slots=True)
class EntityOverview:
    """An entity in numbers: both sides, and the discrepancies that nobody ignores."""

    name: str
    plural: str
    sides: SideCounts
    open_discrepancies: int


@dataclass(frozen=True, slots=True)
class DatabaseOverview:
    """What the database says: the entities that are linked, and the planned events by state.

    `waiting` are events that are tried again by themselves, `refused` those that need somebody.
    """

    entities: tuple[EntityOverview, ...]
    events: Mapping[EventState, int]
    waiting: int
    refused: int


@dataclass(frozen=True, slots=True)
class SyncOverview:
    """What Dagster says: the last sync that ended, the one that runs, and when the next is due (None: none is)."""

    last: SyncRun | None
    running: SyncRun | None
    next_at: datetime | None


def database_overview(connection: Connection) -> DatabaseOverview:
    """Return what the database says."""
    still_open = {name: sum(counts.values()) for name, counts in count_discrepancies(connection).items()}
    entities = tuple(
        EntityOverview(name, entity.plural, count_sides(connection, entity.link), still_open.get(name, 0))
        for name, entity in ENTITIES.items()
        if entity.link
    )
    table = planned_events
    by_state = {
        EventState(state): int(count)
        for state, count in connection.execute(select(table.c.state, func.count()).group_by(table.c.state))
    }
    unfinished = (EventState.PLANNED, EventState.SENT, EventState.CREATED)
    return DatabaseOverview(
        entities,
        by_state,
        waiting=sum(by_state.get(state, 0) for state in unfinished),
        refused=by_state.get(EventState.REFUSED, 0),
    )


def sync_overview(instance: dg.DagsterInstance, timing: Timing, now: datetime) -> SyncOverview:
    """Return what Dagster says of the syncs."""
    ended = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
    return SyncOverview(
        last=_newest(instance, ended),
        running=_newest(instance, list(UNFINISHED)),
        next_at=_next_tick(timing, now) if _is_on(instance, timing) else None,
    )


def _newest(instance: dg.DagsterInstance, statuses: list[dg.DagsterRunStatus]) -> SyncRun | None:
    runs = [
        record
        for job in SYNC_JOBS
        for record in instance.get_run_records(dg.RunsFilter(job_name=job, statuses=statuses), limit=1)
    ]
    if not runs:
        return None
    newest = max(runs, key=lambda record: record.create_timestamp)
    run = newest.dagster_run
    return SyncRun(
        run.run_id,
        run.job_name,
        began_at=_moment(newest.start_time) or newest.create_timestamp,
        ended_at=_moment(newest.end_time),
        is_success=run.status is dg.DagsterRunStatus.SUCCESS,
    )


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _is_on(instance: dg.DagsterInstance, timing: Timing) -> bool:
    """Tell whether the nightly sync runs by itself: what somebody switched in the UI counts before the setting."""
    for state in instance.all_instigator_state(instigator_type=InstigatorType.SCHEDULE):
        if state.instigator_name == NIGHTLY and state.status.value in ("RUNNING", "STOPPED"):
            return state.status.value == "RUNNING"
    return timing.on


def _next_tick(timing: Timing, now: datetime) -> datetime:
    ticks = (
        next(cron_string_iterator(now.timestamp(), cron, timing.time_zone)).astimezone(UTC)
        for cron in (timing.nightly_cron, timing.frequent_cron)
    )
    return min(ticks)
