from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import dagster as dg
import pytest

from sync_assets.operations.alerts.ended_runs import Ended, ended_runs

FAILURE = [dg.DagsterRunStatus.FAILURE]


@dg.op
def fail_at_once() -> None:
    raise dg.Failure("It went wrong.", allow_retries=False)


@dg.job
def failing() -> None:
    fail_at_once()


@dg.job
def failing_too() -> None:
    fail_at_once()


def fail(instance: dg.DagsterInstance, job: dg.JobDefinition = failing) -> str:
    return job.execute_in_process(instance=instance, raise_on_error=False, run_id=str(uuid4())).run_id


def look(instance: dg.DagsterInstance, cursor: str | None, later: timedelta = timedelta(0)) -> tuple[list[str], str]:
    found: Ended = ended_runs(instance, cursor, FAILURE, datetime.now(UTC) + later)
    return [record.dagster_run.run_id for record in found.runs], found.cursor


def test_each_run_is_found_once(instance: dg.DagsterInstance) -> None:
    first = fail(instance)
    found, cursor = look(instance, None)
    assert found == [first]
    second, third = fail(instance), fail(instance)
    found, cursor = look(instance, cursor)
    assert found == [second, third]
    assert look(instance, cursor)[0] == []


def test_a_cursor_that_was_not_kept_finds_the_same_runs_again(instance: dg.DagsterInstance) -> None:
    _, cursor = look(instance, None)
    run = fail(instance)
    assert look(instance, cursor)[0] == look(instance, cursor)[0] == [run]


def test_old_troubles_are_not_told_by_the_first_look(instance: dg.DagsterInstance) -> None:
    fail(instance)
    assert look(instance, None, later=timedelta(hours=2))[0] == []


def test_a_run_that_is_changed_long_after_its_end_did_not_end_again(instance: dg.DagsterInstance) -> None:
    run = fail(instance)
    _, cursor = look(instance, None)
    for hours in (1, 2, 3):
        _, cursor = look(instance, cursor, later=timedelta(hours=hours))
    later = datetime.now(UTC) + timedelta(hours=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dagster._core.storage.runs.sql_run_storage.get_current_datetime", lambda: later)
        instance.add_run_tags(run, {"looked_at_by": "somebody"})
    assert look(instance, cursor, later=timedelta(hours=5))[0] == []


def test_a_run_that_was_killed_is_found_when_it_is_marked(instance: dg.DagsterInstance) -> None:
    run = dg.DagsterRun(job_name="failing", run_id=str(uuid4()), status=dg.DagsterRunStatus.STARTED)
    instance.add_run(run)
    _, cursor = look(instance, None)
    instance.report_run_failed(run, "The process of the run has gone.")
    assert look(instance, cursor)[0] == [run.run_id]


def test_only_the_runs_of_a_job_are_found_where_one_is_named(instance: dg.DagsterInstance) -> None:
    fail(instance)
    wanted = fail(instance, failing_too)
    found = ended_runs(instance, None, FAILURE, datetime.now(UTC), job="failing_too")
    assert [record.dagster_run.run_id for record in found.runs] == [wanted]


def test_what_is_remembered_of_runs_does_not_grow(instance: dg.DagsterInstance) -> None:
    for _ in range(5):
        fail(instance)
    _, cursor = look(instance, None)
    assert len(look(instance, cursor, later=timedelta(hours=1))[1]) <= len(cursor)
