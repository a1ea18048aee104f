"""Failed and cancelled runs as troubles: what a run failed in begins to be wrong, and what a later run did is over.

A sync that fails every hour is one trouble, from the first failed run to the first that brings what had failed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import dagster as dg

from sync_assets.assets.steps import LEFT_OUT
from sync_assets.operations.alerts.alert_text import Tone, cut
from sync_assets.operations.alerts.trouble import REPORTED, WORKS, Trouble, Troubles
from sync_assets.operations.alerts.ui_links import UiLinks
from sync_assets.operations.imports.import_jobs import IMPORT_REPORTED, upload_events
from sync_assets.operations.instance.dagster_internals import JobFailureData, SerializableErrorInfo
from sync_assets.operations.resolve_job import resolve_discrepancies

_CLASS = re.compile(r"^(?:\w+\.)+\w+: ")
_IMPLICIT_JOB = "__ASSET_JOB"
_PARTITION = "dagster/partition"
_FAILED_CHECK = "DagsterAssetCheckFailedError"
BY_HAND = frozenset({upload_events.name, resolve_discrepancies.name, _IMPLICIT_JOB})
"""Jobs that somebody gives something to do: that one of their runs ends badly says nothing about the next."""
SHOWN_STEPS = 10


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A failed run: its job, its partition if it has one, and a sentence for each failed step.

    Steps that were left out because another one had failed are not among them, nor are checks that did not pass.
    """

    run_id: str
    job: str
    partition: str | None
    steps: tuple[tuple[str, str], ...]
    sentence: str | None
    """Why it failed where no step did: its process was killed, or never began. None where only checks failed."""
    has_reported: bool = False
    """Whether it is an import that came to its report, of which the alerts of imports tell."""


def sentence_of(error: SerializableErrorInfo | None) -> str:
    """Return the sentence at the bottom of an error: what was raised first, without the name of its class."""
    if error is None:
        return "It gave no reason."
    while error.cause is not None:
        error = error.cause
    return _CLASS.sub("", error.message.strip()) or "It gave no reason."


def failed_run(instance: dg.DagsterInstance, record: dg.RunRecord) -> FailedRun:
    """Return what is to be said of a failed run."""
    run = record.dagster_run
    steps: dict[str, str] = {}
    failures = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    has_reported = False
    for entry in failures:
        failed = entry.get_dagster_event().step_failure_data
        said = failed.user_failure_data
        has_reported |= bool(said and IMPORT_REPORTED in said.metadata)
        if said and LEFT_OUT in said.metadata:
            continue
        if failed.error and failed.error.cls_name == _FAILED_CHECK:
            continue
        steps[entry.step_key or ""] = (said.description if said else None) or sentence_of(failed.error)
    return FailedRun(
        run.run_id,
        run.job_name,
        run.tags.get(_PARTITION),
        tuple(steps.items()),
        None if failures else _why_it_ended(instance, run.run_id),
        has_reported,
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


def take_in_runs(
    instance: dg.DagsterInstance,
    records: Sequence[dg.RunRecord],
    asset_steps: Collection[str],
    troubles: Troubles,
    links: UiLinks,
) -> None:
    """Note what ended runs say, in the order in which they ended.

    `asset_steps` are the steps that a later run of any job can make good: those of assets and of their checks.
    """
    for record in records:
        run = record.dagster_run
        if any(key.startswith("step:") for key in troubles.open):
            for step in succeeded_steps(instance, run.run_id):
                troubles.end(f"step:{step}", WORKS)
        if run.status is dg.DagsterRunStatus.SUCCESS:
            troubles.end(_job_key(run.job_name, run.tags.get(_PARTITION)), WORKS)
        elif run.status is dg.DagsterRunStatus.CANCELED:
            troubles.begin(_cancelled(run, links))
        else:
            failed = failed_run(instance, record)
            if failed.has_reported:
                troubles.end(_job_key(failed.job, failed.partition), REPORTED)
            else:
                for trouble in troubles_of_run(failed, asset_steps, links.run(run.run_id)):
                    troubles.begin(trouble)


def succeeded_steps(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    """Return the steps of a run that did what they are for; one that gives up its work yields nothing and fails."""
    done = instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_SUCCESS)
    return [entry.step_key for entry in done if entry.step_key]


def troubles_of_run(run: FailedRun, asset_steps: Collection[str], link: str | None) -> list[Trouble]:
    """Return the troubles that a failed run shows: one per step of an asset or a check, else one of the job."""
    title, group = f"{_called(run.job)} failed", f"run:{run.run_id}"
    of_assets = [(step, sentence) for step, sentence in run.steps if step in asset_steps]
    found = [
        Trouble(f"step:{step}", step.replace("__", "/"), group, title, _said(run, sentence, link), link)
        for step, sentence in of_assets
    ]
    others = [f"{step}: {sentence}" for step, sentence in run.steps if step not in asset_steps]
    if others or run.sentence:
        sentence = run.sentence or " ".join(cut(other) for other in others[:SHOWN_STEPS])
        is_lasting = run.job not in BY_HAND
        name = _called(run.job) + (f" of upload {run.partition}" if run.partition else "")
        key = _job_key(run.job, run.partition) if is_lasting else group
        found.append(Trouble(key, name, group, title, _said(run, sentence, link), link, lasting=is_lasting))
    return found


def _said(run: FailedRun, sentence: str, link: str | None) -> str:
    return sentence if link else f"{sentence} (Run {run.run_id}.)"


def _cancelled(run: dg.DagsterRun, links: UiLinks) -> Trouble:
    partition = run.tags.get(_PARTITION)
    name = _called(run.job_name) + (f" of upload {partition}" if partition else "")
    link = links.run(run.run_id)
    sentence = "Somebody has stopped the run, or it was stopped with its process. What it had done by then stays done."
    where = "" if link else f" (Run {run.run_id}.)"
    return Trouble(
        f"cancelled:{run.run_id}",
        name,
        f"cancelled:{run.run_id}",
        f"{name} was cancelled",
        sentence + where,
        link,
        lasting=False,
        tone=Tone.WARNING.value,
    )


def _job_key(job: str, partition: str | None) -> str:
    return f"job:{job}:{partition or ''}"


def _called(job: str) -> str:
    return "Assets run by hand" if job == _IMPLICIT_JOB else f"The job {job}"
