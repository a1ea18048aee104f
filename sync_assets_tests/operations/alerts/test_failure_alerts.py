from __future__ import annotations

import sys
from traceback import TracebackException
from uuid import uuid4

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import InProcessCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster_shared.error import SerializableErrorInfo

from sync_assets.errors import SyncError
from sync_assets.operations.alerts.alert_text import Tone
from sync_assets.operations.alerts.failure_alerts import (
    FailedRun,
    alert_of_run,
    alerts_of_ticks,
    failed_run,
    failing_ticks,
    sentence_of,
)

ORIGIN = RemoteRepositoryOrigin(
    InProcessCodeLocationOrigin(LoadableTargetOrigin(executable_path=sys.executable, module_name="sync_assets")),
    "__repository__",
)
MOVED = RemoteRepositoryOrigin(
    InProcessCodeLocationOrigin(LoadableTargetOrigin(executable_path=sys.executable, module_name="sync_assets_before")),
    "__repository__",
)


def failed(instance: dg.DagsterInstance, job: dg.JobDefinition) -> FailedRun:
    result = job.execute_in_process(instance=instance, raise_on_error=False, run_id=str(uuid4()))
    (record,) = instance.get_run_records(dg.RunsFilter(run_ids=[result.run_id]))
    return failed_run(instance, record)


def test_a_failed_run_has_the_sentence_of_each_failed_step(instance: dg.DagsterInstance) -> None:
    @dg.op
    def speaks() -> None:
        raise dg.Failure("Administrate did not answer.", allow_retries=False)

    @dg.op
    def breaks() -> None:
        raise ValueError("no such thing")

    @dg.op(ins={"before": dg.In(dg.Nothing)})
    def waits() -> None: ...

    @dg.job
    def two_fail() -> None:
        waits(before=speaks())
        breaks()

    run = failed(instance, two_fail)
    assert run.job == "two_fail"
    assert dict(run.steps) == {"speaks": "Administrate did not answer.", "breaks": "ValueError: no such thing"}
    alert = alert_of_run(run, "https://dagster.example.org/runs/1")
    assert alert.title == "The job two_fail failed"
    assert set(alert.items) == {"speaks: Administrate did not answer.", "breaks: ValueError: no such thing"}
    assert alert.link == "https://dagster.example.org/runs/1"


def test_a_run_that_was_killed_has_the_sentence_of_the_run(instance: dg.DagsterInstance) -> None:
    run = dg.DagsterRun(
        job_name="event_import",
        run_id=str(uuid4()),
        status=dg.DagsterRunStatus.STARTED,
        tags={"dagster/partition": "spring_1a2b3c4d"},
    )
    instance.add_run(run)
    instance.report_run_failed(run, "The process of the run has gone.")
    (record,) = instance.get_run_records(dg.RunsFilter(run_ids=[run.run_id]))
    told = failed_run(instance, record)
    assert told.sentence == "The process of the run has gone."
    assert alert_of_run(told, None).sentences == (
        "Upload spring_1a2b3c4d.",
        "The process of the run has gone.",
        f"Run {run.run_id}.",
    )


def test_a_run_that_could_not_begin_has_the_sentence_of_what_kept_it(instance: dg.DagsterInstance) -> None:
    @dg.resource
    def database() -> None:
        raise SyncError("The database is not there.")

    @dg.op(required_resource_keys={"database"})
    def reads() -> None: ...

    @dg.job(resource_defs={"database": database})
    def needs_a_resource() -> None:
        reads()

    assert failed(instance, needs_a_resource).sentence == "The database is not there."


def test_an_asset_is_named_as_in_the_catalogue_and_a_job_without_a_name_in_words(instance: dg.DagsterInstance) -> None:
    @dg.asset(key_prefix="adm")
    def venues() -> None:
        raise dg.Failure("No list came.", allow_retries=False)

    result = dg.materialize([venues], instance=instance, raise_on_error=False)
    (record,) = instance.get_run_records(dg.RunsFilter(run_ids=[result.run_id]))
    assert failed_run(instance, record).steps == (("adm/venues", "No list came."),)
    assert alert_of_run(FailedRun("1", "__ASSET_JOB", None, (), None), None).title == "Assets run by hand failed"


def test_the_sentence_of_an_error_is_that_of_what_was_raised_first() -> None:
    outer = RuntimeError("Error occurred during the evaluation")
    outer.__cause__ = SyncError("The database is not there.")
    info = SerializableErrorInfo.from_traceback(TracebackException.from_exception(outer))
    assert sentence_of(info) == "The database is not there."
    assert sentence_of(None) == "It gave no reason."


class Ticking:
    """A sensor or schedule whose ticks are written into an instance as the daemon does it."""

    def __init__(
        self,
        instance: dg.DagsterInstance,
        name: str,
        kind: InstigatorType = InstigatorType.SENSOR,
        origin: RemoteRepositoryOrigin = ORIGIN,
        status: InstigatorStatus = InstigatorStatus.RUNNING,
    ) -> None:
        self.instance, self.kind = instance, kind
        data = ScheduleInstigatorData("0 2 * * *") if kind is InstigatorType.SCHEDULE else None
        self.state = InstigatorState(origin.get_instigator_origin(name), kind, status, data)
        instance.add_instigator_state(self.state)

    def tick(self, at: float, status: TickStatus, sentence: str | None = None) -> None:
        raised = TracebackException.from_exception(SyncError(sentence)) if sentence else None
        error = SerializableErrorInfo.from_traceback(raised) if raised else None
        self.instance.create_tick(
            TickData(
                instigator_origin_id=self.state.instigator_origin_id,
                instigator_name=self.state.instigator_name,
                instigator_type=self.kind,
                status=status,
                timestamp=float(at),
                run_ids=[] if status is TickStatus.SUCCESS else None,
                error=error,
                selector_id=self.state.selector_id,
            )
        )


def test_a_sensor_fails_when_two_ticks_after_each_other_do(kept_instance: dg.DagsterInstance) -> None:
    sensor = Ticking(kept_instance, "drop_folder")
    sensor.tick(1, TickStatus.SKIPPED)
    sensor.tick(2, TickStatus.FAILURE, "The folder is not there.")
    assert failing_ticks(kept_instance, ["drop_folder"]) == {}
    sensor.tick(3, TickStatus.FAILURE, "The folder is not there.")
    assert failing_ticks(kept_instance, ["drop_folder"]) == {"drop_folder": "The folder is not there."}
    sensor.tick(4, TickStatus.STARTED)
    assert failing_ticks(kept_instance, ["drop_folder"]) == {"drop_folder": "The folder is not there."}
    sensor.tick(5, TickStatus.SKIPPED)
    assert failing_ticks(kept_instance, ["drop_folder"]) == {}


def test_a_schedule_fails_when_its_last_tick_does(kept_instance: dg.DagsterInstance) -> None:
    schedule = Ticking(kept_instance, "nightly_sync", InstigatorType.SCHEDULE)
    schedule.tick(1, TickStatus.SUCCESS)
    schedule.tick(2, TickStatus.FAILURE, "SYNC_TIME_ZONE is 'Mars'.")
    assert failing_ticks(kept_instance, ["nightly_sync"]) == {"nightly_sync": "SYNC_TIME_ZONE is 'Mars'."}


def test_what_is_stopped_or_of_another_code_location_is_passed_over(kept_instance: dg.DagsterInstance) -> None:
    stopped = Ticking(kept_instance, "drop_folder", status=InstigatorStatus.STOPPED)
    foreign = Ticking(kept_instance, "somebody_elses")
    for at in (1, 2):
        stopped.tick(at, TickStatus.FAILURE, "It fails.")
        foreign.tick(at, TickStatus.FAILURE, "It fails.")
    assert failing_ticks(kept_instance, ["drop_folder"]) == {}


def test_what_a_code_location_left_behind_when_it_moved_is_passed_over(kept_instance: dg.DagsterInstance) -> None:
    before, now = Ticking(kept_instance, "drop_folder", origin=MOVED), Ticking(kept_instance, "drop_folder")
    for at in (1, 2):
        before.tick(at, TickStatus.FAILURE, "It fails.")
    now.tick(3, TickStatus.SUCCESS)
    assert failing_ticks(kept_instance, ["drop_folder"]) == {}


@pytest.mark.parametrize("sentence", ["The folder is not there.", "Another reason 17."])
def test_what_goes_on_failing_is_told_once(sentence: str) -> None:
    names = ["drop_folder"]
    (begun,) = alerts_of_ticks({}, {"drop_folder": "The folder is not there."}, names, lambda name: None)
    assert (begun.tone, begun.title) == (Tone.FAILURE, "drop_folder does not work")
    assert begun.sentences[0] == "The folder is not there."
    assert alerts_of_ticks({"drop_folder": "2026"}, {"drop_folder": sentence}, names, lambda name: None) == []
    (ended,) = alerts_of_ticks({"drop_folder": "2026"}, {}, names, lambda name: None)
    assert (ended.tone, ended.title) == (Tone.SUCCESS, "drop_folder works again")


def test_what_is_not_there_any_more_does_not_work_again() -> None:
    assert alerts_of_ticks({"removed": "2026"}, {}, ["drop_folder"], lambda name: None) == []
