"""What happens without anybody asking: files are taken in, schedules tick, and people are told, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import text

from sync_assets_tests.operations.http_sink import Sink
from sync_assets_tests.processes.both_systems import BothSystems
from sync_assets_tests.processes.dagster_ui import DagsterUI, SeenRun
from sync_assets_tests.processes.production import Production
from sync_assets_tests.support.waiting import eventually

TOWN = "Made Up upon Tyne"
ADD_TOWN = text("""
insert into acted.tutorial_locations (name, code, is_active, created_at, updated_at)
values (:name, 'MUT', true, now(), now())
""")
# What staff would do by hand: each row without a partner is taken out of use, or gets one.
CLEAR_UP = text("""
with records as (select id, external_id, name from adm.locations
        where tutorial_location_id is null and removed_at is null),
    rows as (insert into acted.tutorial_locations (name, code, is_active, created_at, updated_at)
        select name, external_id, true, now(), now() from records returning id, code),
    unused as (update acted.tutorial_locations set is_active = false
        where id not in (select tutorial_location_id from adm.locations where tutorial_location_id is not null))
update adm.locations l set tutorial_location_id = rows.id, linked_by = 'hand'
from rows where rows.code = l.external_id
""")


def sync(ui: DagsterUI) -> None:
    run = ui.wait_until_over(ui.launch("sync_all"))
    assert run.status == "SUCCESS", ui.messages(run.run_id)


def mentioning(sink: Sink, words: str) -> list[str]:
    """Return the alerts that have these words in them."""
    return [title + body for title, body in zip(sink.titles, sink.bodies, strict=True) if words in title + body]


def first(ui: DagsterUI, wanted: Callable[[SeenRun], bool], what: str) -> SeenRun:
    """Return the run that is wanted, once there is one and it has ended."""
    found = eventually(lambda: next(filter(wanted, ui.runs()), None), what, within=150)
    assert found
    return ui.wait_until_over(found.run_id)


@pytest.fixture(scope="module")
def switch_off(ui: DagsterUI) -> Iterator[Callable[[], None]]:
    """Ends a schedule that ticks every minute; it is on from the first test, for which its tick need not be waited."""
    with ExitStack() as stack:
        stack.enter_context(ui.schedule_running("frequent_sync"))
        yield stack.close


@pytest.mark.usefixtures("switch_off")
def test_a_file_in_the_drop_folder_is_imported_and_moved_aside(
    production: Production, ui: DagsterUI, systems: BothSystems, workbooks: list[bytes]
) -> None:
    uploads = production.uploads
    (uploads / "autumn.part").write_bytes(workbooks[4])
    (uploads / "autumn.part").rename(uploads / "autumn.xlsx")
    run = first(ui, lambda run: (run.partition or "").startswith("autumn_"), "a run imports the file")
    assert run.status == "SUCCESS", ui.messages(run.run_id)
    assert systems.begun(workbooks[4]) == systems.events_of(workbooks[4])
    assert (uploads / "taken" / "autumn.xlsx").read_bytes() == workbooks[4]
    assert not (uploads / "autumn.xlsx").exists()


def test_a_tick_of_the_schedule_syncs(ui: DagsterUI, switch_off: Callable[[], None]) -> None:
    run = first(ui, lambda run: run.tags.get("dagster/schedule_name") == "frequent_sync", "the schedule ticks")
    switch_off()
    assert run.status == "SUCCESS", ui.messages(run.run_id)


def test_a_changed_discrepancy_is_told_once_and_a_cleaned_one_too(
    ui: DagsterUI, systems: BothSystems, sink: Sink
) -> None:
    with systems.engine.begin() as connection:
        connection.execute(ADD_TOWN, {"name": TOWN})
    sync(ui)
    eventually(lambda: mentioning(sink, TOWN), "the new row without a partner is told")
    sync(ui)
    ui.wait_for_tick("discrepancy_alerts")
    assert len(mentioning(sink, TOWN)) == 1
    with systems.engine.begin() as connection:
        connection.execute(CLEAR_UP)
    sync(ui)
    eventually(lambda: mentioning(sink, "Locations: all clear"), "the entity is told to be clear")
    ui.wait_for_tick("discrepancy_alerts")
    assert len(mentioning(sink, "Locations: all clear")) == 1
    assert len(mentioning(sink, TOWN)) == 1
