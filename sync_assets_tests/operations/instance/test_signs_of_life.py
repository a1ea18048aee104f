"""A run is taken for dead when it shows no sign of life, and not before, wherever it is executed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import dagster as dg
import pytest
import yaml

from sync_assets.operations.instance.dagster_internals import WorkerStatus
from sync_assets.operations.instance.run_launcher import WatchedRunLauncher
from sync_assets.operations.instance.signs_of_life import SignWatch, sign_key
from sync_assets_tests.support.waiting import eventually

DEPLOY = Path(__file__).parents[3] / "deploy"
RUN_IN_PROCESS = """
import sys, time
import dagster as dg

@dg.op
def waits_for_ever():
    time.sleep(600)

@dg.job
def sleeping():
    waits_for_ever()

sleeping.execute_in_process(instance=dg.DagsterInstance.get(), run_id=sys.argv[1])
"""


class Clock:
    """A clock that goes on when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_run_is_silent_for_as_long_as_nothing_of_it_changes(clock: Clock) -> None:
    watch = SignWatch(longest_gap=100, clock=clock)
    assert watch.silent_for("run", "a") == 0
    clock.now = 20
    assert watch.silent_for("run", "a") == 20
    clock.now = 40
    assert watch.silent_for("run", "a") == 40
    assert watch.silent_for("run", "b") == 0
    clock.now = 70
    assert watch.silent_for("run", "b") == 30
    assert watch.silent_for("other", "b") == 0


def test_time_that_nobody_watched_does_not_count(clock: Clock) -> None:
    watch = SignWatch(longest_gap=60, clock=clock)
    watch.silent_for("run", "a")
    clock.now = 5000
    assert watch.silent_for("run", "a") == 0, "the database may have been away"
    clock.now = 5050
    assert watch.silent_for("run", "a") == 50


@pytest.fixture
def home(tmp_path: Path, dagster_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings = yaml.safe_load((DEPLOY / "dagster.yaml").read_text("utf-8"))
    settings["storage"]["custom"]["config"]["sign_of_life_seconds"] = 0.1
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(settings), "utf-8")
    monkeypatch.setenv("DAGSTER_PG_URL", dagster_url)
    return tmp_path


@pytest.fixture
def instance(home: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home)) as opened:
        yield opened


@dg.op
def nothing() -> None: ...


@dg.job
def short() -> None:
    nothing()


def sign(instance: dg.DagsterInstance, run_id: str) -> str | None:
    return instance.run_storage.get_cursor_values({sign_key(run_id)}).get(sign_key(run_id))


def _shows_another(instance: dg.DagsterInstance, run_id: str, before: str | None) -> bool:
    return sign(instance, run_id) != before


def test_a_run_of_a_command_that_was_killed_is_found_and_one_that_lives_is_not(
    home: Path, instance: dg.DagsterInstance, clock: Clock
) -> None:
    launcher = instance.run_launcher
    assert isinstance(launcher, WatchedRunLauncher)
    launcher._watch = SignWatch(longest_gap=1e9, clock=clock)
    run_id = str(uuid4())
    command = [sys.executable, "-c", RUN_IN_PROCESS, run_id]
    with subprocess.Popen(command, env={**os.environ, "DAGSTER_HOME": str(home)}) as process:
        try:
            found = eventually(lambda: instance.get_run_by_id(run_id), "the run is there")
            eventually(lambda: sign(instance, run_id), "it shows a sign of life")
            eventually(
                lambda: (instance.get_run_by_id(run_id) or found).status is dg.DagsterRunStatus.STARTED,
                "it has started",
            )
            run = instance.get_run_by_id(run_id)
            assert run
            for _ in range(3):
                before = sign(instance, run_id)
                assert launcher.check_run_worker_health(run).status is WorkerStatus.RUNNING
                eventually(partial(_shows_another, instance, run_id, before), "it shows the next sign")
                clock.now += 1000
                assert launcher.check_run_worker_health(run).status is WorkerStatus.RUNNING
        finally:
            process.kill()
    launcher.check_run_worker_health(run)
    clock.now += 59
    assert launcher.check_run_worker_health(run).status is WorkerStatus.RUNNING
    clock.now += 2
    dead = launcher.check_run_worker_health(run)
    assert dead.status is WorkerStatus.FAILED
    assert "no sign of life for 61 seconds" in (dead.msg or "")


def test_a_run_that_has_ended_leaves_no_sign_behind(instance: dg.DagsterInstance) -> None:
    run = short.execute_in_process(instance=instance)
    assert run.success
    assert sign(instance, run.run_id) is None


def test_a_run_that_never_showed_a_sign_is_left_alone(instance: dg.DagsterInstance) -> None:
    run = instance.create_run_for_job(short, status=dg.DagsterRunStatus.STARTED)
    assert instance.run_launcher.check_run_worker_health(run).status is WorkerStatus.RUNNING
