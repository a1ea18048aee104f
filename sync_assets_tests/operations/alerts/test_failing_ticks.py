from __future__ import annotations

import dagster as dg

from sync_assets.operations.alerts.failing_ticks import take_in_ticks, ticks_of
from sync_assets.operations.alerts.trouble import Troubles
from sync_assets_tests.operations.dagster_internals import InstigatorStatus, InstigatorType, Ticking, TickStatus


def failing(instance: dg.DagsterInstance, *names: str) -> dict[str, str]:
    found = ticks_of(instance, names)
    return {name: ticks.sentence for name, ticks in found.items() if ticks.is_on and ticks.sentence}


def test_a_sensor_fails_when_two_ticks_after_each_other_do(kept_instance: dg.DagsterInstance) -> None:
    sensor = Ticking(kept_instance, "drop_folder")
    sensor.tick(1, TickStatus.SKIPPED)
    sensor.tick(2, TickStatus.FAILURE, "The folder is not there.")
    assert failing(kept_instance, "drop_folder") == {}
    sensor.tick(3, TickStatus.FAILURE, "The folder is not there.")
    assert failing(kept_instance, "drop_folder") == {"drop_folder": "The folder is not there."}
    sensor.tick(4, TickStatus.STARTED)
    assert failing(kept_instance, "drop_folder") == {"drop_folder": "The folder is not there."}
    sensor.tick(5, TickStatus.SKIPPED)
    assert failing(kept_instance, "drop_folder") == {}


def test_a_schedule_fails_when_its_last_tick_does(kept_instance: dg.DagsterInstance) -> None:
    schedule = Ticking(kept_instance, "nightly_sync", InstigatorType.SCHEDULE)
    schedule.tick(1, TickStatus.SUCCESS)
    schedule.tick(2, TickStatus.FAILURE, "SYNC_TIME_ZONE is 'Mars'.")
    assert failing(kept_instance, "nightly_sync") == {"nightly_sync": "SYNC_TIME_ZONE is 'Mars'."}


def test_what_is_stopped_or_of_another_code_location_is_passed_over(kept_instance: dg.DagsterInstance) -> None:
    stopped = Ticking(kept_instance, "drop_folder", status=InstigatorStatus.STOPPED)
    foreign = Ticking(kept_instance, "somebody_elses")
    for at in (1, 2):
        stopped.tick(at, TickStatus.FAILURE, "It fails.")
        foreign.tick(at, TickStatus.FAILURE, "It fails.")
    assert failing(kept_instance, "drop_folder") == {}


def test_what_a_code_location_left_behind_when_it_moved_is_passed_over(kept_instance: dg.DagsterInstance) -> None:
    before = Ticking(kept_instance, "drop_folder", module="sync_assets_before")
    now = Ticking(kept_instance, "drop_folder")
    for at in (1, 2):
        before.tick(at, TickStatus.FAILURE, "It fails.")
    now.tick(3, TickStatus.SUCCESS)
    assert failing(kept_instance, "drop_folder") == {}


class Watched:
    """Troubles that one channel hears of."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance, self.troubles = instance, Troubles()
        self.told: set[str] = set()

    def look(self, *names: str) -> list[str]:
        take_in_ticks(ticks_of(self.instance, names), names, self.troubles, lambda name: None)
        news = self.troubles.news(self.told)
        self.told = set(news.keys)
        return [alert.title for alert in news.alerts]


def test_what_goes_on_failing_is_told_when_it_begins_and_when_it_works(kept_instance: dg.DagsterInstance) -> None:
    watched, sensor = Watched(kept_instance), Ticking(kept_instance, "drop_folder")
    for at in range(6):
        sensor.tick(at, TickStatus.FAILURE, f"Reason {at}.")
    assert watched.look("drop_folder") == ["drop_folder does not work"]
    sensor.tick(7, TickStatus.FAILURE, "Reason 7.")
    assert watched.look("drop_folder") == []
    sensor.tick(8, TickStatus.SKIPPED)
    assert watched.look("drop_folder") == ["drop_folder works again"]
    assert watched.look("drop_folder") == []


def test_a_sensor_that_was_switched_off_is_not_said_to_work(kept_instance: dg.DagsterInstance) -> None:
    watched, sensor = Watched(kept_instance), Ticking(kept_instance, "drop_folder")
    for at in (1, 2):
        sensor.tick(at, TickStatus.FAILURE, "It fails.")
    assert watched.look("drop_folder") == ["drop_folder does not work"]
    sensor.switch_off()
    assert watched.look("drop_folder") == ["drop_folder is switched off"]


def test_a_sensor_that_fails_every_other_time_goes_on_failing_or_working(kept_instance: dg.DagsterInstance) -> None:
    watched, sensor = Watched(kept_instance), Ticking(kept_instance, "drop_folder")
    for at in (1, 2):
        sensor.tick(at, TickStatus.FAILURE, "It fails.")
    watched.look("drop_folder")
    sensor.tick(3, TickStatus.SUCCESS)
    assert watched.look("drop_folder") == ["drop_folder works again"]
    sensor.tick(4, TickStatus.FAILURE, "It fails.")
    assert watched.look("drop_folder") == []


def test_a_sensor_that_is_not_there_any_more_does_not_work_again(kept_instance: dg.DagsterInstance) -> None:
    watched, sensor = Watched(kept_instance), Ticking(kept_instance, "removed")
    for at in (1, 2):
        sensor.tick(at, TickStatus.FAILURE, "It fails.")
    assert watched.look("removed") == ["removed does not work"]
    assert watched.look("drop_folder") == ["removed is no longer there"]
