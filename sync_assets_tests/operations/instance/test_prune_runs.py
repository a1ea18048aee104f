"""Old runs go, what the catalogue stands on stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from sync_assets.operations.instance.prune_runs import prune_runs, prune_runs_before


@dg.asset
def towns() -> None: ...


@dg.op
def nothing() -> None: ...


@dg.job
def event_import() -> None:
    nothing()


@dg.job
def other_job() -> None:
    nothing()


def run_ids(instance: dg.DagsterInstance) -> list[str]:
    return [run.run_id for run in reversed(instance.get_runs())]


def test_ended_runs_are_deleted_but_for_imports_and_the_last_run_of_an_asset() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        sync, imported, other, last_sync = (
            dg.materialize([towns], instance=instance).run_id,
            event_import.execute_in_process(instance=instance).run_id,
            other_job.execute_in_process(instance=instance).run_id,
            dg.materialize([towns], instance=instance).run_id,
        )
        assert run_ids(instance) == [sync, imported, other, last_sync]
        assert prune_runs_before(instance, datetime.now(UTC) + timedelta(minutes=1)) == 2
        assert run_ids(instance) == [imported, last_sync]
        assert not instance.all_logs(sync)


def test_the_run_that_materialized_an_asset_stays_although_later_ones_failed() -> None:
    fails = False

    @dg.asset
    def venues() -> None:
        if fails:
            raise dg.Failure("No list came.", allow_retries=False)

    with dg.DagsterInstance.ephemeral() as instance:
        good = dg.materialize([venues], instance=instance).run_id
        fails = True
        failed = [dg.materialize([venues], instance=instance, raise_on_error=False).run_id for _ in range(2)]
        assert prune_runs_before(instance, datetime.now(UTC) + timedelta(minutes=1)) == len(failed)
        assert run_ids(instance) == [good]
        assert instance.get_latest_materialization_event(dg.AssetKey("venues"))


def test_runs_under_way_and_younger_ones_stay() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        instance.create_run_for_job(other_job, status=dg.DagsterRunStatus.STARTED)
        other_job.execute_in_process(instance=instance)
        assert prune_runs_before(instance, datetime.now(UTC) - timedelta(minutes=1)) == 0
        assert prune_runs_before(instance, datetime.now(UTC) + timedelta(minutes=1)) == 1
        assert [run.status for run in instance.get_runs()] == [dg.DagsterRunStatus.STARTED]


def test_settings_that_cannot_be_read_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNC_RUN_DAYS", "many")
    with dg.DagsterInstance.ephemeral() as instance:
        result = prune_runs.execute_in_process(instance=instance, raise_on_error=False)
    failed = result.failure_data_for_node("prune_old_runs")
    assert failed
    assert failed.user_failure_data, failed.error
    assert str(failed.user_failure_data.description).startswith("Settings that cannot be used: SYNC_RUN_DAYS")


def test_the_job_tells_how_many_runs_it_deleted() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        other_job.execute_in_process(instance=instance)
        result = prune_runs.execute_in_process(instance=instance)
        assert result.success
        assert len(run_ids(instance)) == 2, "a run of today is not old"
