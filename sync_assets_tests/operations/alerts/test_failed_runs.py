from __future__ import annotations

from collections.abc import Collection
from traceback import TracebackException
from uuid import uuid4

import dagster as dg

from sync_assets.assets.steps import LEFT_OUT
from sync_assets.errors import SyncError
from sync_assets.operations.alerts.failed_runs import (
    FailedRun,
    failed_run,
    sentence_of,
    take_in_runs,
    troubles_of_run,
)
from sync_assets.operations.alerts.trouble import Troubles
from sync_assets.operations.alerts.ui_links import UiLinks
from sync_assets.operations.imports.import_jobs import IMPORT_REPORTED
from sync_assets_tests.operations.dagster_internals import SerializableErrorInfo

PAGE = "https://dagster.example.org/runs/1"


def record(instance: dg.DagsterInstance, run_id: str) -> dg.RunRecord:
    (found,) = instance.get_run_records(dg.RunsFilter(run_ids=[run_id]))
    return found


def failed(instance: dg.DagsterInstance, job: dg.JobDefinition) -> FailedRun:
    result = job.execute_in_process(instance=instance, raise_on_error=False, run_id=str(uuid4()))
    return failed_run(instance, record(instance, result.run_id))


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
    (trouble,) = troubles_of_run(run, (), PAGE)
    assert (trouble.title, trouble.link) == ("The job two_fail failed", PAGE)
    assert "speaks: Administrate did not answer." in trouble.sentence
    assert "breaks: ValueError: no such thing" in trouble.sentence


def test_a_step_that_was_left_out_did_not_fail(instance: dg.DagsterInstance) -> None:
    @dg.op
    def fails() -> None:
        raise dg.Failure("It went wrong.", allow_retries=False)

    @dg.op
    def is_left_out() -> None:
        raise dg.Failure("Left out.", metadata={LEFT_OUT: True}, allow_retries=False)

    @dg.job
    def stops() -> None:
        fails()
        is_left_out()

    assert failed(instance, stops).steps == (("fails", "It went wrong."),)


def test_a_run_that_was_killed_has_the_sentence_of_the_run(instance: dg.DagsterInstance) -> None:
    run = dg.DagsterRun(
        job_name="event_import",
        run_id=str(uuid4()),
        status=dg.DagsterRunStatus.STARTED,
        tags={"dagster/partition": "spring_1a2b3c4d"},
    )
    instance.add_run(run)
    instance.report_run_failed(run, "The process of the run has gone.")
    told = failed_run(instance, record(instance, run.run_id))
    assert told.sentence == "The process of the run has gone."
    (trouble,) = troubles_of_run(told, (), None)
    assert (trouble.title, trouble.name) == (
        "The job event_import failed",
        "The job event_import of upload spring_1a2b3c4d",
    )
    assert trouble.sentence == f"The process of the run has gone. (Run {run.run_id}.)"


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
    run = failed_run(instance, record(instance, result.run_id))
    (trouble,) = troubles_of_run(run, {"adm__venues"}, PAGE)
    assert (trouble.name, trouble.sentence) == ("adm/venues", "No list came.")
    (by_hand,) = troubles_of_run(FailedRun("1", "__ASSET_JOB", None, (), "It was killed."), (), PAGE)
    assert (by_hand.title, by_hand.lasting) == ("Assets run by hand failed", False)


def test_the_sentence_of_an_error_is_that_of_what_was_raised_first() -> None:
    outer = RuntimeError("Error occurred during the evaluation")
    outer.__cause__ = SyncError("The database is not there.")
    info = SerializableErrorInfo.from_traceback(TracebackException.from_exception(outer))
    assert sentence_of(info) == "The database is not there."
    assert sentence_of(None) == "It gave no reason."


class Provider:
    """Two assets that fail when they are told to, a job that an import is like, and what one channel hears."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance, self.broken = instance, set[str]()
        self.troubles, self.told = Troubles(), set[str]()

        @dg.asset
        def venues() -> None:
            self._work("venues")

        @dg.asset
        def towns() -> None:
            self._work("towns")

        @dg.asset_check(asset=venues, blocking=True)
        def has_rows() -> dg.AssetCheckResult:
            return dg.AssetCheckResult(passed="has_rows" not in self.broken)

        @dg.op
        def imports() -> None:
            if "imports" in self.broken:
                raise dg.Failure("2 events wait.", metadata={IMPORT_REPORTED: 1}, allow_retries=False)
            self._work("nothing")

        @dg.job
        def event_import() -> None:
            imports()

        @dg.op
        def stores() -> None:
            self._work("stores")

        @dg.job
        def upload_events() -> None:
            stores()

        self.defs = dg.Definitions(
            assets=[venues, towns],
            asset_checks=[has_rows],
            jobs=[event_import, upload_events, dg.define_asset_job("sync_all"), dg.define_asset_job("sync_frequent")],
        )

    def _work(self, name: str) -> None:
        if name in self.broken:
            raise dg.Failure(f"{name} did not come.", allow_retries=False)

    def run(self, job: str, *broken: str, tags: dict[str, str] | None = None) -> list[str]:
        self.broken = set(broken)
        definition = self.defs.resolve_job_def(job)
        result = definition.execute_in_process(
            instance=self.instance, raise_on_error=False, run_id=str(uuid4()), tags=tags
        )
        return self.look(record(self.instance, result.run_id))

    def look(self, *records: dg.RunRecord) -> list[str]:
        steps: Collection[str] = {"venues", "towns", "venues_has_rows"}
        take_in_runs(self.instance, records, steps, self.troubles, UiLinks("https://dagster.example.org"))
        news = self.troubles.news(self.told)
        self.told = set(news.keys)
        return [f"{alert.title}: {'; '.join([*alert.sentences, *alert.items])}" for alert in news.alerts]


def test_a_sync_that_fails_every_hour_is_told_when_it_begins_and_when_it_is_over(instance: dg.DagsterInstance) -> None:
    provider = Provider(instance)
    assert provider.run("sync_all", "venues") == ["The job sync_all failed: venues: venues did not come."]
    for job in ("sync_frequent", "sync_all", "sync_frequent"):
        assert provider.run(job, "venues") == []
    assert provider.run("sync_frequent", "venues", "towns") == [
        "The job sync_frequent failed: towns: towns did not come."
    ]
    (clear,) = provider.run("sync_all")
    assert clear.startswith("2 troubles are over: ")
    assert "venues works again" in clear
    assert provider.run("sync_all") == []


def test_what_a_run_did_not_try_does_not_work_again(instance: dg.DagsterInstance) -> None:
    provider = Provider(instance)
    provider.run("sync_all", "venues")
    assert provider.run("upload_events") == []
    assert provider.run("sync_all", "venues", "towns") == ["The job sync_all failed: towns: towns did not come."]
    (clear,) = provider.run("sync_all", "towns")
    assert clear.startswith("venues works again")


def test_a_check_that_does_not_pass_is_not_a_failed_step(instance: dg.DagsterInstance) -> None:
    assert Provider(instance).run("sync_all", "has_rows") == []


def test_what_somebody_ran_by_hand_is_told_each_time_and_has_no_all_clear(instance: dg.DagsterInstance) -> None:
    provider = Provider(instance)
    for _ in range(2):
        assert provider.run("upload_events", "stores") == ["The job upload_events failed: stores: stores did not come."]
    assert provider.run("upload_events") == []


def test_an_import_that_came_to_its_report_is_told_elsewhere(instance: dg.DagsterInstance) -> None:
    provider = Provider(instance)
    tags = {"dagster/partition": "spring"}
    assert provider.run("event_import", "imports", tags=tags) == []
    assert provider.run("event_import", "nothing", tags=tags) == [
        "The job event_import failed: The job event_import of upload spring: imports: nothing did not come."
    ]
    (clear,) = provider.run("event_import", "imports", tags=tags)
    assert clear.startswith("The job event_import of upload spring has come to its report")


def test_a_job_whose_process_was_killed_works_again_when_it_has_succeeded(instance: dg.DagsterInstance) -> None:
    provider = Provider(instance)
    run = dg.DagsterRun(job_name="sync_all", run_id=str(uuid4()), status=dg.DagsterRunStatus.STARTED)
    instance.add_run(run)
    instance.report_run_failed(run, "The process of the run has gone.")
    assert provider.look(record(instance, run.run_id)) == ["The job sync_all failed: The process of the run has gone."]
    assert provider.run("sync_all", "venues") == ["The job sync_all failed: venues: venues did not come."]
    (clear,) = provider.run("sync_all")
    assert "The job sync_all works again" in clear


def test_a_cancelled_run_is_told_once(instance: dg.DagsterInstance) -> None:
    provider = Provider(instance)
    run = dg.DagsterRun(job_name="sync_all", run_id=str(uuid4()), status=dg.DagsterRunStatus.STARTED)
    instance.add_run(run)
    instance.report_run_canceled(run)
    (told,) = provider.look(record(instance, run.run_id))
    assert told.startswith("The job sync_all was cancelled: ")
    assert provider.look() == []
    assert provider.run("sync_all") == []
