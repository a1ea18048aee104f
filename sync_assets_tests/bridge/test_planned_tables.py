"""Events that a former version of the import has begun go on from where they were."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Engine, text

from sync_assets.bridge.migrate import migrate
from sync_assets.bridge.planned_tables import EventState, SessionState
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.bridge.former_import_tables import migrate_as_formerly
from sync_assets_tests.bridge.schemas import differences, execute
from sync_assets_tests.tutorial.seeds import plant

pytestmark = pytest.mark.parametrize("layout", [LayoutName.FEBRUARY])

STATES = {
    "Finished": "complete",
    "Waiting  ONE": "written",
    "Scheduled": "scheduled",
    "Created": "created",
    "Without instructor": "complete",
}
THEIRS = """
    insert into adm.events (external_id, course_template_id, title, session_title, learning_mode, tutorial_category,
        location_id, primary_instructor_id, administrator, max_places, min_places, access_duration, event_url,
        virtual_classroom, lifecycle_state, sold_out, cancelled, web_sale, sitting, ocr_moodle_code, sage_code,
        recordings, recording_pin, extra_information, tutors, timezone, created_at, updated_at)
        values ('theirs', 1, 'An old event', 'Day 1', 'blended', 'f2f', 1, 1, '', 12, 4, '', '', '', 'draft', false,
            false, false, '25A', '', '', false, '', '', '', 'Europe/London', now(), now());
    insert into adm.sessions (event_id, title, day_number, classroom_start_date, classroom_start_time,
        classroom_end_date, classroom_end_time, session_instructor_id, session_url, cancelled, created_at, updated_at)
        values (1, 'Day 1', 1, '2025-03-01', '09:00', '2025-03-01', '17:00', 1, '', false, now(), now());
"""
TUTORIAL_EVENT = text("""
    insert into acted.tutorial_events (code, is_soldout, remain_space, start_date, end_date, product_id, created_at,
        updated_at) values (:title, false, 14, '2026-03-02', '2026-03-09', 1, now(), now()) returning id""")
TUTORIAL_SESSION = text("""
    insert into acted.tutorial_sessions (tutorial_event_id, title, start_date, end_date, sequence, created_at,
        updated_at) values (:event, 'Day', now(), now(), :day, now(), now()) returning id""")
EVENT = text("""
    insert into adm.events (external_id, tutorial_event_id, course_template_id, title, learning_mode, location_id,
        max_places, event_url, upload_key, upload_row, state, sent, warnings, failure)
        values (:external_id, :tutorial_id, 1, :title, 'blended', 1, 14, :url, 'spring', :number, :state,
            cast(:sent as jsonb), cast(:warnings as jsonb), :failure) returning id""")
SESSION = text("""
    insert into adm.sessions (event_id, external_id, tutorial_session_id, title, day_number, classroom_start_date,
        classroom_start_time, classroom_end_date, classroom_end_time, session_instructor_id, state, sent)
        values (:event, :external_id, :tutorial_id, 'Day', :day, '2026-03-02', '09:00', '2026-03-02', '17:00',
            :instructor, :state, cast(:sent as jsonb))""")
SURPLUS = text("""
    insert into adm.sessions (event_id, external_id, title, cancelled, state)
        values (:event, :external_id, 'Day 3', true, :state)""")


@pytest.fixture(params=[True, False], ids=["the application's tables", "tables of our own"])
def formerly(tutorial_database: Engine, request: pytest.FixtureRequest) -> Engine:
    """A database at 0004 with five events of an upload, and one of the application's where the tables are its own."""
    with tutorial_database.begin() as connection:
        if not request.param:
            connection.execute(text("drop table adm.sessions, adm.events"))
        migrate_as_formerly(connection)
    with tutorial_database.begin() as connection:
        plant(connection, LayoutName.FEBRUARY)
        connection.execute(
            text("""
                insert into adm.event_uploads (key, file_name, size, sha256, content, way_in)
                    values ('spring', 'spring.xlsx', 1, '', '', 'test')""")
        )
    if request.param:
        execute(tutorial_database, THEIRS)
    with tutorial_database.begin() as connection:
        for number, (title, state) in enumerate(STATES.items(), start=1):
            _begin(connection, number, title, state)
    return tutorial_database


def _begin(connection: Connection, number: int, title: str, state: str) -> None:
    """Write an event as the former import did: two sessions, and of a created one a third that the template had."""
    created, scheduled = state != "written", state in ("complete", "scheduled")
    tutorial_id = connection.execute(TUTORIAL_EVENT, {"title": title}).scalar_one()
    values = {
        "external_id": f"E{number}" if created else None,
        "tutorial_id": tutorial_id,
        "title": title,
        "url": "https://" + "u" * 600,
        "number": number,
        "state": state,
        "sent": '{"title": "sent"}' if created else None,
        "warnings": '["Mind the gap."]' if created else None,
        "failure": None if state == "complete" else "Administrate was away.",
    }
    event = connection.execute(EVENT, values).scalar_one()
    for day in (1, 2):
        session = {
            "event": event,
            "external_id": f"S{number}{day}" if created else None,
            "tutorial_id": connection.execute(TUTORIAL_SESSION, {"event": tutorial_id, "day": day}).scalar_one(),
            "day": day,
            "instructor": None if title == "Without instructor" or day == 2 else 1,
            "state": "sent" if scheduled else "written",
            "sent": '{"title": "sent"}' if scheduled else None,
        }
        connection.execute(SESSION, session)
    if created:
        surplus = {"event": event, "external_id": f"S{number}3", "state": "sent" if scheduled else "written"}
        connection.execute(SURPLUS, surplus)


def test_each_event_goes_on_from_where_it_was(formerly: Engine) -> None:
    with formerly.begin() as connection:
        migrate(connection)
        events = connection.execute(
            text("""
                select title, title_key, state, external_id, upload_key, upload_row, plan, agreed, failure, warnings,
                    tutorial_event_id, revision, code from adm.planned_events order by id""")
        ).all()
    assert [(row.title, row.state, row.external_id) for row in events] == [
        ("Finished", EventState.AGREED, "E1"),
        ("Waiting  ONE", EventState.PLANNED, None),
        ("Scheduled", EventState.CREATED, "E3"),
        ("Created", EventState.CREATED, "E4"),
        ("Without instructor", EventState.AGREED, "E5"),
    ]
    waiting, created = events[1], events[3]
    assert (waiting.title_key, waiting.upload_key, waiting.upload_row) == ("waiting one", "spring", 2)
    assert (waiting.failure, waiting.warnings, waiting.agreed) == ("Administrate was away.", [], None)
    assert (created.agreed, created.warnings) == ({"sent": {"title": "sent"}}, ["Mind the gap."])
    assert all(row.plan is None and row.revision == 1 and row.code is None for row in events)
    assert [row.tutorial_event_id for row in events] == [1, 2, 3, 4, 5]


def test_each_session_goes_on_from_where_it_was(formerly: Engine) -> None:
    with formerly.begin() as connection:
        migrate(connection)
        sessions = connection.execute(
            text("""
                select e.title, s.day, s.state, s.external_id, s.tutorial_session_id is not null as is_here, s.agreed
                from adm.planned_sessions s join adm.planned_events e on e.id = s.planned_event_id
                order by s.planned_event_id, s.day""")
        ).all()
    found = {(row.title, row.day): (row.state, row.external_id, row.is_here) for row in sessions}
    assert found["Finished", 1] == (SessionState.AGREED, "S11", True)
    assert found["Finished", None] == (SessionState.CANCELLED, "S13", False)
    assert found["Waiting  ONE", 2] == (SessionState.PLANNED, None, True)
    assert found["Scheduled", 1] == (SessionState.CREATED, "S31", True)
    assert found["Created", None] == (SessionState.CREATED, "S43", False)
    assert len(found) == 14
    assert sessions[0].agreed == {"sent": {"title": "sent"}}


def test_nothing_of_ours_is_left_in_the_tables_of_the_application(formerly: Engine) -> None:
    with formerly.begin() as connection:
        migrate(connection)
        columns = set(
            connection.scalars(
                text("""
                    select column_name from information_schema.columns
                    where table_schema = 'adm' and table_name in ('events', 'sessions')""")
            )
        )
        assert columns.isdisjoint({"upload_key", "upload_row", "state", "sent", "warnings", "failure"})
        kept = connection.execute(text("select external_id from adm.events order by id")).scalars().all()
    if "title" in columns:
        # An event without an instructor has no place in the application's table.
        assert kept == ["theirs", "E1", None, "E3", "E4"]
        with formerly.connect() as connection:
            row = connection.execute(
                text("select length(event_url), primary_instructor_id, tutors from adm.events where external_id = 'E1'")
            ).one()
            assert tuple(row) == (500, 1, "")
            taught = connection.scalars(text("select distinct session_instructor_id from adm.sessions")).all()
            assert taught == [1]
    else:
        assert columns == {"id", "external_id", "created_at", "updated_at", "tutorial_event_id", "tutorial_session_id"}
        assert kept == ["E1", None, "E3", "E4", "E5"]
    assert differences(formerly) == []


def test_two_events_of_one_title_do_not_keep_the_migration_from_ending(formerly: Engine) -> None:
    with formerly.begin() as connection:
        _begin(connection, 6, "FINISHED", "written")
    with formerly.begin() as connection:
        migrate(connection)
        states = dict(connection.execute(text("select title, state from adm.planned_events")).all())
    assert (states["Finished"], states["FINISHED"]) == (EventState.AGREED, EventState.WITHDRAWN)
