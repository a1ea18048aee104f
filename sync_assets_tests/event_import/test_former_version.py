"""What a version before the planned tables has begun is carried on by this one, and nothing is made twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, inspect, text

from sync_assets.bridge.migrate import migrate
from sync_assets.event_import.report import EventOutcome
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.bridge.former_import_tables import migrate_as_formerly
from sync_assets_tests.event_import.both_sides import in_administrate, in_tutorial_tables, in_workbook
from sync_assets_tests.event_import.test_import import outcomes
from sync_assets_tests.support.database_server import DatabaseServer
from sync_assets_tests.support.provider import tutorial_template
from sync_assets_tests.support.systems import Systems, synced

pytestmark = pytest.mark.parametrize("layout", [LayoutName.FEBRUARY])

COPIED = ("acted.tutorial_events", "acted.tutorial_sessions", "acted.tutorial_session_instructors", "adm.event_uploads")
REFERENCE = """
    insert into adm.course_templates (external_id, custom_fields) values ('former', '{}');
    insert into adm.locations (external_id) values ('former');
    insert into adm.instructors (external_id, is_active) values ('former', true)"""
EVENT = text("""
    insert into adm.events (external_id, tutorial_event_id, course_template_id, title, learning_mode, location_id,
        primary_instructor_id, max_places, upload_key, upload_row, state, sent, failure)
        values (:external_id, :tutorial_event_id, 1, :title, 'blended', 1, 1, :max_places, :upload_key, :upload_row,
            :state, cast(:sent as jsonb), :failure) returning id""")
SESSION = text("""
    insert into adm.sessions (event_id, external_id, tutorial_session_id, title, day_number, classroom_start_date,
        classroom_start_time, classroom_end_date, classroom_end_time, session_instructor_id, state)
        values (:event, :external_id, :tutorial_session_id, :title, :day, '2026-03-02', '09:00', '2026-03-02',
            '17:00', 1, :state)""")


@pytest.fixture
def formerly(server: DatabaseServer, systems: Systems, layout: LayoutName) -> Iterator[Engine]:
    """A database of the same provider as a former version would have it at the revision 0004."""
    with server.engine(tutorial_template(server, systems.provider, layout)) as engine:
        with engine.begin() as connection:
            migrate_as_formerly(connection)
            for statement in REFERENCE.split(";"):
                connection.execute(text(statement))
        yield engine


def test_finished_waiting_and_failed_events_go_on_from_where_they_were(systems: Systems, formerly: Engine) -> None:
    content = systems.workbook(events=6, sessions=21)
    key = systems.store(content)
    assert systems.run(key).is_success
    begin_as_formerly(systems, formerly)
    with formerly.begin() as connection:
        migrate(connection)
    synced(formerly, systems.connect())
    again = replace(systems, engine=formerly)
    report = again.run(key)
    assert report.is_success, report
    assert outcomes(report) == {EventOutcome.SAME: 2, EventOutcome.CREATED: 4}
    assert in_tutorial_tables(formerly) == in_administrate(systems.tenant) == in_workbook(content)
    with formerly.connect() as connection:
        ids = dict(connection.execute(text("select external_id, state from adm.planned_events")).all())  # type: ignore[arg-type]
    assert set(ids) == set(systems.tenant.events)
    assert set(ids.values()) == {"agreed"}
    systems.sandbox.requests.clear()
    assert outcomes(again.run(key)) == {EventOutcome.SAME: 6}
    assert systems.sandbox.requests.mutations == 0


def begin_as_formerly(systems: Systems, formerly: Engine) -> None:
    """Copy the events, each as a former version would have left it: complete, failed half way, or waiting."""
    with systems.engine.connect() as source, formerly.begin() as target:
        for table in COPIED:
            _copy(source, target, table)
        events = source.execute(text("select * from adm.planned_events order by id")).mappings().all()
        for number, event in enumerate(events):
            state = ("complete", "created", "written")[number % 3]
            if state == "written":
                _forget_in_administrate(systems, event["external_id"])
            row = {
                **event,
                "external_id": None if state == "written" else event["external_id"],
                "state": state,
                "max_places": event["plan"]["max_places"],
                "sent": None if state == "written" else '{"title": "sent"}',
                "failure": None if state == "complete" else "Administrate was away.",
            }
            event_id = target.execute(EVENT, row).scalar_one()
            sessions = source.execute(
                text("select * from adm.planned_sessions where planned_event_id = :id"), {"id": event["id"]}
            ).mappings()
            for session in sessions:
                values = {
                    **session,
                    "event": event_id,
                    "external_id": None if state == "written" else session["external_id"],
                    "state": "sent" if state == "complete" else "written",
                }
                target.execute(SESSION, values)


def _copy(source: Connection, target: Connection, table: str) -> None:
    schema, name = table.split(".")
    columns = {column["name"] for column in inspect(target).get_columns(name, schema)}
    for row in source.execute(text(f"select * from {table}")).mappings():
        # Columns that have come since are not there yet.
        names = [name for name in row if name in columns]
        target.execute(
            text(f"insert into {table} ({', '.join(names)}) values ({', '.join(':' + name for name in names)})"),
            {
                name: json.dumps(value) if isinstance(value, dict) else value
                for name, value in row.items()
                if name in columns
            },
        )
    if table.startswith("acted"):
        target.execute(text(f"select setval(pg_get_serial_sequence('{table}', 'id'), 10000)"))


def _forget_in_administrate(systems: Systems, external_id: str) -> None:
    event = systems.tenant.events.pop(external_id)
    for session in event.sessions:
        systems.tenant.sessions.pop(session.id)
