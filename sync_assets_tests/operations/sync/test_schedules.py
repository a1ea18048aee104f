from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import dagster as dg
import pytest

from sync_assets.definitions import build_defs
from sync_assets.operations.sync.freshness import with_freshness
from sync_assets.operations.sync.schedules import schedules, timing_of, timing_or_defaults
from sync_assets.settings import Settings, SettingsError

USUAL = timing_of(Settings.model_construct())
TICK = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


def evaluate(instance: dg.DagsterInstance, name: str, problem: str | None = None) -> dg.RunRequest | dg.SkipReason:
    schedule = {item.name: item for item in schedules(USUAL, problem)}[name]
    context = dg.build_schedule_context(instance=instance, scheduled_execution_time=TICK)
    answer = schedule(context)
    assert isinstance(answer, (dg.RunRequest, dg.SkipReason))
    return answer


def add_run(instance: dg.DagsterInstance, job: str, status: dg.DagsterRunStatus) -> None:
    instance.add_run(dg.DagsterRun(job_name=job, run_id=str(uuid4()), status=status))


def test_the_schedules_stand_with_the_crons_and_the_zone_of_the_settings() -> None:
    timing = timing_of(
        Settings(
            sync_nightly_cron="30 1 * * *",
            sync_frequent_cron="*/20 8-18 * * 1-5",
            sync_events_cron="10 * * * *",
            sync_time_zone="Europe/London",
        )
    )
    nightly, frequent, events = schedules(timing)
    assert (nightly.job_name, nightly.cron_schedule, nightly.execution_timezone) == (
        "sync_all",
        "30 1 * * *",
        "Europe/London",
    )
    assert (frequent.job_name, frequent.cron_schedule) == ("sync_frequent", "*/20 8-18 * * 1-5")
    assert (events.job_name, events.cron_schedule) == ("sync_events", "10 * * * *")


@pytest.mark.parametrize(("on", "status"), [(True, "RUNNING"), (False, "STOPPED")])
def test_they_are_on_by_a_setting(on: bool, status: str) -> None:
    assert {item.default_status.value for item in schedules(replace(USUAL, on=on))} == {status}


@pytest.mark.parametrize("cron", ["", "every night", "0 2 * *", "61 2 * * *", "0 0 2 * * *", "0 0 30 2 *"])
def test_a_cron_expression_that_is_none_is_a_sentence(cron: str) -> None:
    with pytest.raises(SettingsError, match=r"^SYNC_NIGHTLY_CRON is .* not a cron expression; expected five fields"):
        timing_of(Settings(sync_nightly_cron=cron))


@pytest.mark.parametrize("zone", ["", "Europe/Nowhere", "../etc", "/etc/passwd", "Mars"])
def test_a_time_zone_that_is_none_is_a_sentence(zone: str) -> None:
    with pytest.raises(SettingsError, match=r"^SYNC_TIME_ZONE is .* not a time zone"):
        timing_of(Settings(sync_time_zone=zone))


@pytest.mark.parametrize(
    ("name", "value"),
    [("SYNC_FREQUENT_CRON", "now and then"), ("SYNC_SCHEDULES_ON", "perhaps"), ("ADMINISTRATE_CONCURRENCY", "many")],
)
def test_the_code_location_loads_whatever_the_settings_are(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, kept_instance: dg.DagsterInstance
) -> None:
    monkeypatch.setenv(name, value)
    dg.Definitions.validate_loadable(build_defs())
    timing, problem = timing_or_defaults()
    assert timing == USUAL
    assert problem
    assert name in problem
    with pytest.raises(SettingsError, match=name):
        evaluate(kept_instance, "nightly_sync", problem)


def test_a_tick_asks_for_a_run(kept_instance: dg.DagsterInstance) -> None:
    add_run(kept_instance, "sync_all", dg.DagsterRunStatus.SUCCESS)
    add_run(kept_instance, "sync_all", dg.DagsterRunStatus.FAILURE)
    assert isinstance(evaluate(kept_instance, "nightly_sync"), dg.RunRequest)
    assert isinstance(evaluate(kept_instance, "frequent_sync"), dg.RunRequest)


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED])
def test_runs_do_not_pile_up(kept_instance: dg.DagsterInstance, status: dg.DagsterRunStatus) -> None:
    add_run(kept_instance, "sync_all", status)
    assert isinstance(evaluate(kept_instance, "nightly_sync"), dg.SkipReason)
    assert isinstance(evaluate(kept_instance, "frequent_sync"), dg.SkipReason)


def test_the_nightly_sync_does_not_give_way_to_the_frequent_one(kept_instance: dg.DagsterInstance) -> None:
    add_run(kept_instance, "sync_frequent", dg.DagsterRunStatus.STARTED)
    assert isinstance(evaluate(kept_instance, "nightly_sync"), dg.RunRequest)


def test_the_frequent_job_has_the_catalogue_its_prices_and_the_people_with_all_that_they_refer_to() -> None:
    job = build_defs().resolve_job_def("sync_frequent")
    assert {key.to_user_string() for key in job.asset_layer.executable_asset_keys} == {
        "adm/course_template_links",
        "adm/course_template_price_levels",
        "adm/course_templates",
        "adm/custom_fields",
        "adm/instructor_links",
        "adm/instructors",
        "adm/pricelevels",
    }
    checks = {key.to_user_string() for key in job.asset_layer.asset_graph.asset_check_keys}
    assert "adm/course_templates:has_rows" in checks


@pytest.mark.parametrize(
    ("cron", "pause"),
    [
        ("0 2 * * *", timedelta(days=1)),
        ("0 2 * * 1-5", timedelta(days=3)),
        ("0 2 * * 0", timedelta(days=7)),
        ("*/10 * * * *", timedelta(minutes=10)),
    ],
)
def test_an_asset_is_stale_when_the_longest_pause_and_the_slack_are_over(cron: str, pause: timedelta) -> None:
    timing = replace(USUAL, nightly_cron=cron, slack=timedelta(hours=6))
    assert timing.longest_pause == pause

    @dg.asset
    def one() -> None: ...

    (fresh,) = with_freshness([one], timing)
    policy = next(iter(fresh.specs)).freshness_policy
    assert policy == dg.FreshnessPolicy.time_window(
        fail_window=pause + timedelta(hours=6), warn_window=pause + timedelta(hours=3)
    )


def test_the_hour_that_a_clock_change_adds_belongs_to_the_pause() -> None:
    assert replace(USUAL, time_zone="Europe/London").longest_pause >= timedelta(days=1)


def test_every_asset_of_the_sync_has_a_freshness_policy() -> None:
    graph = build_defs().resolve_asset_graph()
    assert all(graph.get(key).freshness_policy for key in graph.executable_asset_keys)
