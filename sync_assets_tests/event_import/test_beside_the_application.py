"""An import beside the tutorial application, which goes on inserting, deleting and upgrading its tables."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from sync_assets.bridge.migrate import migrate
from sync_assets.event_import.report import EventOutcome
from sync_assets.tutorial.errors import TutorialTablesUnknown
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.bridge.schemas import execute, shape
from sync_assets_tests.bridge.test_beside_the_application import DELETES, EVENTS, TUTORIAL_DELETES
from sync_assets_tests.event_import.both_sides import assert_imported, in_tutorial_tables
from sync_assets_tests.event_import.test_import import everything, outcomes
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.systems import Systems, synced
from sync_assets_tests.tutorial.upgrade import upgrade

LOCATION = "insert into adm.locations (external_id, created_at, updated_at) values ('{0}', now(), now());"
FEBRUARY = pytest.mark.parametrize("layout", [LayoutName.FEBRUARY])


@BOTH_LAYOUTS
def test_a_full_sitting_is_imported_between_the_rows_of_the_application(systems: Systems, layout: LayoutName) -> None:
    tables = ("adm.events", "adm.sessions", "acted.tutorial_events", "acted.tutorial_sessions")
    before = shape(systems.engine, *tables)
    execute(systems.engine, (LOCATION + EVENTS[layout]).format("before"))
    content = systems.workbook(events=60, sessions=230)
    report = systems.run(systems.store(content))
    assert report.is_success, report.problems
    assert_imported(systems.engine, systems.tenant, content)
    execute(systems.engine, (LOCATION + EVENTS[layout]).format("after"))
    assert shape(systems.engine, *tables) == before
    # Children first, and its own links set to null: what it has always done.
    execute(systems.engine, DELETES[layout] + TUTORIAL_DELETES)
    with systems.engine.connect() as connection:
        links = connection.execute(text("select count(*), count(tutorial_event_id) from adm.planned_events")).one()
    assert tuple(links) == (60, 0)


@FEBRUARY
def test_after_the_upgrade_to_may_the_same_upload_finds_nothing_to_do(systems: Systems) -> None:
    content = systems.workbook(events=24, sessions=90)
    key = systems.store(content)
    assert systems.run(key).is_success
    upgrade(systems.engine)
    # As staff do afterwards: the upgrade leaves them switched off, and the report would say so.
    execute(systems.engine, "update acted.catalog_exam_sessions set is_active = true")
    with systems.engine.begin() as connection:
        migrate(connection)
    synced(systems.engine, systems.connect())
    before = everything(systems.engine)
    systems.sandbox.requests.clear()
    report = systems.run(key)
    assert outcomes(report) == {EventOutcome.SAME: 24}
    assert systems.sandbox.requests.mutations == 0
    assert everything(systems.engine) == before
    assert_imported(systems.engine, systems.tenant, content)


@FEBRUARY
def test_during_the_upgrade_an_import_is_refused_before_anything_is_written(systems: Systems) -> None:
    key = systems.store(systems.workbook(events=4, sessions=14))
    upgrade(systems.engine, before="dates")
    with pytest.raises(TutorialTablesUnknown, match=r"acted\.tutorial_events\.start_date may not be empty"):
        systems.run(key)
    assert in_tutorial_tables(systems.engine) == []
    assert systems.tenant.events == {}
    upgrade(systems.engine, since="dates")
    assert systems.run(key).is_success
