"""When the sync runs by itself: the whole of it at night, and during the day what changes often.

Cron expressions and their time zone are settings. One that cannot be used does not keep the code location from
loading: the schedules then stand with their usual times, and each of their ticks fails with the sentence that says what
is wrong.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dagster as dg

from sync_assets.operations.instance.dagster_internals import cron_string_iterator, is_valid_cron_string
from sync_assets.settings import Settings, SettingsError

UNFINISHED = (
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)
_TICKS = 100
"""Ticks that the longest pause is looked for in: three months of daily ones, nearly two years of weekly ones."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """When the schedules run, and whether they do; `slack` is how late a nightly sync may be without a worry."""

    nightly_cron: str
    frequent_cron: str
    events_cron: str
    time_zone: str
    on: bool
    slack: timedelta

    @property
    def longest_pause(self) -> timedelta:
        """The longest time between two nightly syncs: 24 hours, or 72 for one that leaves out the weekend."""
        start = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
        ticks = islice(cron_string_iterator(start, self.nightly_cron, self.time_zone), _TICKS)
        return max(later.astimezone(UTC) - earlier.astimezone(UTC) for earlier, later in pairwise(ticks))


def timing_of(settings: Settings) -> Timing:
    """Return when the schedules run. Raises SettingsError for a cron expression or a time zone that is none."""
    crons = {"SYNC_NIGHTLY_CRON": settings.sync_nightly_cron, "SYNC_FREQUENT_CRON": settings.sync_frequent_cron}
    crons["SYNC_EVENTS_CRON"] = settings.sync_events_cron
    for name, cron in crons.items():
        if not is_valid_cron_string(cron):
            raise SettingsError(
                f"{name} is {cron!r}, which is not a cron expression; expected five fields (minute, hour, day of the "
                "month, month, day of the week), for example '0 2 * * *' for two o'clock every night."
            )
    try:
        ZoneInfo(settings.sync_time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            f"SYNC_TIME_ZONE is {settings.sync_time_zone!r}, which is not a time zone; expected an IANA name such as "
            "Europe/London or UTC."
        ) from None
    return Timing(
        settings.sync_nightly_cron,
        settings.sync_frequent_cron,
        settings.sync_events_cron,
        settings.sync_time_zone,
        settings.sync_schedules_on,
        timedelta(hours=settings.sync_freshness_slack_hours),
    )


def timing_or_defaults() -> tuple[Timing, str | None]:
    """Return the timing of this process's environment, or the usual one and the sentence that says why."""
    try:
        return timing_of(Settings.read()), None
    except SettingsError as error:
        _log.warning("The schedules have their usual times and will not start a run: %s", error)
        return timing_of(Settings.model_construct()), str(error)


def schedules(timing: Timing, problem: str | None = None) -> list[dg.ScheduleDefinition]:
    """Return the schedules; with a problem none of their ticks starts a run, and each says it."""
    # A run of everything brings what the frequent one would, too.
    return [
        _schedule("nightly_sync", timing.nightly_cron, timing, problem, ("sync_all",)),
        _schedule("frequent_sync", timing.frequent_cron, timing, problem, ("sync_frequent", "sync_all")),
        _schedule("event_sync", timing.events_cron, timing, problem, ("sync_events", "sync_all")),
    ]


def _schedule(
    name: str, cron: str, timing: Timing, problem: str | None, jobs: tuple[str, ...]
) -> dg.ScheduleDefinition:
    """Return a schedule of the first of these jobs, which starts no run while a run of any of them has not ended."""

    @dg.schedule(
        name=name,
        job_name=jobs[0],
        cron_schedule=cron,
        execution_timezone=timing.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING if timing.on else dg.DefaultScheduleStatus.STOPPED,
        description=problem or f"Runs {jobs[0]}, unless a run of {' or '.join(jobs)} has not ended.",
    )
    def start_sync(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if problem:
            raise SettingsError(problem)
        for job in jobs:
            unfinished = context.instance.get_run_records(
                dg.RunsFilter(job_name=job, statuses=list(UNFINISHED)), limit=1
            )
            if unfinished:
                run = unfinished[0].dagster_run
                return dg.SkipReason(f"A run of {job} is {run.status.value.lower()} ({run.run_id}).")
        return dg.RunRequest()

    return start_sync
