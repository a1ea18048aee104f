"""Alerts of what did not work: failed runs, and schedules and sensors whose ticks fail."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.events import JobFailureData
from dagster._core.scheduler.instigation import TickStatus
from dagster._core.storage.dagster_run import RunRecord
from dagster_shared.error import SerializableErrorInfo

from sync_assets.operations.alerts.alert_text import Alert, Tone, first_items

_CLASS = re.compile(r"^(?:\w+\.)+\w+: ")
_IMPLICIT_JOB = "__ASSET_JOB"
_PARTITION = "dagster/partition"
_RECENT_TICKS = 5


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A failed run: its job, its partition if it has one, and a sentence for each failed step."""

    run_id: str
    job: str
    partition: str | None
    steps: tuple[tuple[str, str], ...]
    sentence: str | None
    """Why it failed where no step did: its process was killed, or never began."""


def sentence_of(error: SerializableErrorInfo | None) -> str:
    """Return the sentence at the bottom of an error: what was raised first, without the name of its class."""
    if error is None:
        return "It gave no reason."
    while error.cause is not None:
        error = error.cause
    return _CLASS.sub("", error.message.strip()) or "It gave no reason."


def failed_run(instance: dg.DagsterInstance, record: RunRecord) -> FailedRun:
    """Return what is to be said of a failed run."""
    run = record.dagster_run
    steps: dict[str, str] = {}
    for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE):
        failed = entry.get_dagster_event().step_failure_data
        said = failed.user_failure_data.description if failed.user_failure_data else None
        steps[(entry.step_key or "").replace("__", "/")] = said or sentence_of(failed.error)
    return FailedRun(
        run.run_id,
        run.job_name,
        run.tags.get(_PARTITION),
        tuple(steps.items()),
        None if steps else _why_it_ended(instance, run.run_id),
    )


def _why_it_ended(instance: dg.DagsterInstance, run_id: str) -> str:
    ends = instance.all_logs(run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
    if not ends:
        return "It gave no reason."
    event = ends[-1].get_dagster_event()
    # A run that is marked by the monitoring has a message alone.
    ended = event.event_specific_data
    if isinstance(ended, JobFailureData) and ended.error:
        return sentence_of(ended.error)
    return event.message or "It gave no reason."


def alert_of_run(run: FailedRun, link: str | None) -> Alert:
    """Return the alert of a failed run."""
    what = "Assets run by hand" if run.job == _IMPLICIT_JOB else f"The job {run.job}"
    sentences = [f"Upload {run.partition}."] if run.partition else []
    sentences += [run.sentence] if run.sentence else []
    sentences += [] if link else [f"Run {run.run_id}."]
    items, more = first_items([f"{step}: {sentence}" for step, sentence in run.steps])
    return Alert(f"run:{run.run_id}", Tone.FAILURE, f"{what} failed", tuple(sentences), items, more, link)


def failing_ticks(instance: dg.DagsterInstance, names: Collection[str]) -> dict[str, str]:
    """Return the running schedules and sensors of these names whose ticks fail, with the last one's sentence.

    Of a schedule that is the last tick; of a sensor, which tries again within seconds, the last two. A tick that has
    not ended, which may be the caller's own, is passed over.
    """
    latest: dict[str, tuple[float, str | None]] = {}
    for state in instance.all_instigator_state():
        if state.instigator_name not in names:
            continue
        ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=_RECENT_TICKS)
        ended = [tick for tick in ticks if tick.status is not TickStatus.STARTED]
        if not ended or ended[0].timestamp < latest.get(state.instigator_name, (0.0, None))[0]:
            # A code location that has moved leaves the state of its old place behind.
            continue
        counted = ended[: 1 if state.instigator_type is InstigatorType.SCHEDULE else 2]
        is_failing = state.is_running and all(tick.status is TickStatus.FAILURE for tick in counted)
        latest[state.instigator_name] = ended[0].timestamp, sentence_of(ended[0].error) if is_failing else None
    return {name: sentence for name, (_, sentence) in latest.items() if sentence is not None}


def alerts_of_ticks(
    told: Mapping[str, str], failing: Mapping[str, str], names: Collection[str], link: Callable[[str], str | None]
) -> list[Alert]:
    """Return what is to be told: what has begun to fail, and what does no longer.

    `told` are those told before, with the moment at which they were. One that goes on failing is not told again,
    whatever its sentence is: some hold what differs each time.
    """
    begun = [
        Alert(
            f"ticks:{name}",
            Tone.FAILURE,
            f"{name} does not work",
            (sentence, "It tries again by itself, and starts nothing until then."),
            link=link(name),
        )
        for name, sentence in sorted(failing.items())
        if name not in told
    ]
    ended = [
        Alert(f"ticks:{name}:{told[name]}", Tone.SUCCESS, f"{name} works again", link=link(name))
        for name in sorted(told)
        if name not in failing and name in names
    ]
    return [*begun, *ended]


def names_of(repository: dg.RepositoryDefinition | None) -> tuple[Sequence[str], Sequence[str]]:
    """Return the names of a code location's schedules and sensors, and those of its jobs."""
    if repository is None:
        return [], []
    ticking = [*(item.name for item in repository.schedule_defs), *(item.name for item in repository.sensor_defs)]
    return ticking, list(repository.job_names)
