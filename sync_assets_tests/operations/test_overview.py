from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import dagster as dg
from sqlalchemy import Engine

from sync_assets.operations.overview import database_overview, sync_overview
from sync_assets.operations.sync.schedules import timing_of
from sync_assets.settings import Settings

TIMING = replace(timing_of(Settings.model_construct()), on=True)
EVENING = datetime(2026, 1, 5, 20, 30, tzinfo=UTC)


def add_run(instance: dg.DagsterInstance, job: str, status: dg.DagsterRunStatus) -> str:
    run = instance.add_run(dg.DagsterRun(job_name=job, run_id=str(uuid4()), status=status))
    return run.run_id


def test_both_sides_are_counted_for_every_entity_that_is_linked(synced: Engine) -> None:
    with synced.connect() as connection:
        overview = database_overview(connection)
    for entity in overview.entities:
        open_rows = entity.sides.records + entity.sides.tutorial_rows - 2 * entity.sides.linked
        assert entity.sides.linked > 0 or entity.name == "events", entity.name
        assert entity.open_discrepancies == open_rows, entity.name
    assert (overview.waiting, overview.refused) == (0, 0)


def test_the_newest_sync_and_the_next_are_told(kept_instance: dg.DagsterInstance) -> None:
    nothing = sync_overview(kept_instance, TIMING, EVENING)
    assert (nothing.last, nothing.running) == (None, None)
    assert nothing.next_at == datetime(2026, 1, 6, 2, tzinfo=UTC)
    add_run(kept_instance, "sync_all", dg.DagsterRunStatus.FAILURE)
    newest = add_run(kept_instance, "sync_frequent", dg.DagsterRunStatus.SUCCESS)
    current = add_run(kept_instance, "sync_all", dg.DagsterRunStatus.STARTED)
    add_run(kept_instance, "event_import", dg.DagsterRunStatus.SUCCESS)
    overview = sync_overview(kept_instance, TIMING, EVENING)
    assert overview.last is not None
    assert overview.running is not None
    assert (overview.last.run_id, overview.last.is_success) == (newest, True)
    assert overview.running.run_id == current


def test_schedules_that_are_off_have_no_next_run(kept_instance: dg.DagsterInstance) -> None:
    assert sync_overview(kept_instance, replace(TIMING, on=False), EVENING).next_at is None
