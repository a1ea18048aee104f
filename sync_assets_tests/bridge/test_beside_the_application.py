"""The tutorial application inserts, deletes and upgrades as it did before a migration of ours."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from sync_assets.bridge.migrate import migrate
from sync_assets.tutorial.layout import layout_of
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.bridge.former_import_tables import migrate_as_formerly
from sync_assets_tests.bridge.schemas import execute, shape
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.tutorial.seeds import NOW, event, plant, session
from sync_assets_tests.tutorial.upgrade import upgrade

FEBRUARY, MAY = (pytest.mark.parametrize("layout", [name]) for name in LayoutName)

# As the application inserts them: without a value for any column that it does not know.
INSERTS = """
    insert into adm.custom_fields (external_id, label, field_type, is_required, entity_type, last_synced)
        values ('{0}', 'Sitting', 'string', false, 'Event', now());
    insert into adm.pricelevels (external_id, name, last_synced) values ('{0}', 'Standard', now());
    insert into adm.locations (external_id, created_at, updated_at, tutorial_location_id)
        values ('{0}', now(), now(), 1);
    insert into adm.venues (external_id, location_id, created_at, updated_at, tutorial_venue_id)
        values ('{0}', '{0}', now(), now(), 1);
    insert into adm.instructors (external_id, is_active, created_at, updated_at, last_synced, tutorial_instructor_id)
        values ('{0}', true, now(), now(), now(), 1);
    insert into adm.course_templates (external_id, custom_fields, created_at, updated_at, tutorial_course_template_id)
        values ('{0}', '{{}}', now(), now(), 1);
    insert into adm.course_template_price_levels
        (course_template_id, price_level_id, external_id, amount, last_synced, created_at, updated_at)
        select t.id, p.id, '{0}', 250, now(), now(), now() from adm.course_templates t, adm.pricelevels p
        where t.external_id = '{0}' and p.external_id = '{0}';
"""
EVENTS = {
    LayoutName.FEBRUARY: """
    insert into adm.events (external_id, tutorial_event_id, course_template_id, title, session_title, learning_mode,
        tutorial_category, location_id, primary_instructor_id, administrator, max_places, min_places, access_duration,
        event_url, virtual_classroom, lifecycle_state, sold_out, cancelled, web_sale, sitting, ocr_moodle_code,
        sage_code, recordings, recording_pin, extra_information, tutors, timezone, created_at, updated_at)
        values ('{0}', null, 1, 'An old event', 'Day 1', 'blended', '', 1, 1, '', 12, 0, '', '', '', 'DRAFT', false,
            false, true, '25A', '', '', false, '', '', '', 'Europe/London', now(), now());
    insert into adm.sessions (event_id, title, day_number, classroom_start_date, classroom_start_time,
        classroom_end_date, classroom_end_time, session_instructor_id, session_url, cancelled, created_at, updated_at)
        select id, 'Day 1', 1, '2025-03-01', '09:00', '2025-03-01', '17:00', 1, '', false, now(), now()
        from adm.events where external_id = '{0}';
""",
    LayoutName.MAY: """
    insert into adm.events (external_id, created_at, updated_at) values ('{0}', now(), now());
    insert into adm.sessions (external_id, created_at, updated_at) values ('{0}', now(), now());
""",
}
# Its own links it sets to null by itself; of ours it knows nothing.
DELETES = {
    LayoutName.FEBRUARY: "delete from adm.sessions where event_id in "
    "(select id from adm.events where tutorial_event_id is not null); "
    "delete from adm.events where tutorial_event_id is not null",
    LayoutName.MAY: "update adm.sessions set tutorial_session_id = null; "
    "update adm.events set tutorial_event_id = null",
}
TUTORIAL_DELETES = """;
    delete from acted.tutorial_session_instructors;
    delete from acted.tutorial_sessions;
    delete from acted.tutorial_events;
"""


def planted(database: Engine, layout: LayoutName) -> None:
    with database.begin() as connection:
        plant(connection, layout)


def as_the_application(layout: LayoutName, number: str) -> str:
    return (INSERTS + EVENTS[layout]).format(number)


@BOTH_LAYOUTS
def test_its_inserts_go_on(tutorial_database: Engine, layout: LayoutName) -> None:
    planted(tutorial_database, layout)
    execute(tutorial_database, as_the_application(layout, "before"))
    with tutorial_database.begin() as connection:
        migrate(connection)
    execute(tutorial_database, as_the_application(layout, "after"))


@BOTH_LAYOUTS
def test_its_deletes_go_on_and_leave_our_rows_without_a_link(tutorial_database: Engine, layout: LayoutName) -> None:
    planted(tutorial_database, layout)
    with tutorial_database.begin() as connection:
        migrate(connection)
    with tutorial_database.begin() as connection:
        inserted = layout_of(connection).insert_event(connection, event(), [session(1)], NOW)
        connection.execute(
            text("""
                insert into adm.planned_events (title, title_key, state, tutorial_event_id)
                    values ('CB1-01-26A', 'cb1-01-26a', 'agreed', :event)"""),
            {"event": inserted.event_id},
        )
        connection.execute(
            text("""
                insert into adm.planned_sessions (planned_event_id, day, title, state, tutorial_session_id)
                    values (1, 1, 'CB1-01-26A-1', 'agreed', :session)"""),
            {"session": inserted.session_ids[1]},
        )
    execute(tutorial_database, as_the_application(layout, "after"))
    execute(tutorial_database, DELETES[layout] + TUTORIAL_DELETES)
    # The reference rows go, too: whatever of ours points at them lets them go.
    execute(
        tutorial_database,
        "delete from acted.tutorial_venues; delete from acted.tutorial_locations where id = 1; "
        "delete from acted.tutorial_instructors where id = 1",
    )
    with tutorial_database.connect() as connection:
        links = connection.execute(
            text("""
                select (select tutorial_event_id from adm.planned_events),
                    (select tutorial_session_id from adm.planned_sessions),
                    (select tutorial_location_id from adm.locations where external_id = 'after'),
                    (select tutorial_venue_id from adm.venues where external_id = 'after'),
                    (select tutorial_instructor_id from adm.instructors where external_id = 'after')""")
        ).one()
    assert tuple(links) == (None,) * 5


@BOTH_LAYOUTS
def test_its_own_tables_stay_as_they_are(tutorial_database: Engine, layout: LayoutName) -> None:
    tables = ("adm.events", "adm.sessions", "acted.tutorial_events", "acted.tutorial_sessions", "acted.staff")
    before = shape(tutorial_database, *tables)
    planted(tutorial_database, layout)
    with tutorial_database.begin() as connection:
        migrate(connection)
    assert shape(tutorial_database, *tables) == before


@BOTH_LAYOUTS
def test_its_own_tables_become_again_what_they_were_before_a_former_version(
    tutorial_database: Engine, layout: LayoutName
) -> None:
    before = shape(tutorial_database, "adm.events", "adm.sessions")
    with tutorial_database.begin() as connection:
        migrate_as_formerly(connection)
    assert shape(tutorial_database, "adm.events", "adm.sessions") != before
    with tutorial_database.begin() as connection:
        migrate(connection)
    assert shape(tutorial_database, "adm.events", "adm.sessions") == before
    planted(tutorial_database, layout)
    execute(tutorial_database, as_the_application(layout, "after"))


@FEBRUARY
def test_it_upgrades_with_our_rows_in_the_database(tutorial_database: Engine, layout: LayoutName) -> None:
    planted(tutorial_database, layout)
    with tutorial_database.begin() as connection:
        migrate(connection)
    with tutorial_database.begin() as connection:
        inserted = layout_of(connection).insert_event(connection, event(), [session(1), session(2)], NOW)
        layout_of(connection).set_external_ids(connection, inserted.event_id, "E1", {}, NOW)
    upgrade(tutorial_database)
    with tutorial_database.begin() as connection:
        migrate(connection)
        may = layout_of(connection)
        assert may.name == "May 2026"
        stored = may.read_events(connection, [inserted.event_id])[inserted.event_id]
        assert (stored.external_id, stored.values["zone"], stored.values["max_places"]) == ("E1", "Europe/London", 14)
        ids = {row.tutorial_session_id for row in connection.execute(text("select * from adm.sessions"))}
        assert ids == set(inserted.session_ids.values())
    execute(tutorial_database, as_the_application(LayoutName.MAY, "after"))


@FEBRUARY
def test_an_upgrade_that_a_former_version_keeps_from_ending_is_let_through(
    tutorial_database: Engine, layout: LayoutName
) -> None:
    planted(tutorial_database, layout)
    with tutorial_database.begin() as connection:
        migrate_as_formerly(connection)
    upgrade(tutorial_database, before="ids of sessions")
    with pytest.raises(Exception, match='column "external_id" of relation "sessions" already exists'):
        upgrade(tutorial_database, since="ids of sessions")
    with tutorial_database.begin() as connection:
        migrate(connection)
    upgrade(tutorial_database, since="ids of sessions")
    with tutorial_database.connect() as connection:
        assert layout_of(connection).name == "May 2026"


@MAY
def test_a_former_version_on_may_refused_its_inserts_and_this_one_does_not(
    tutorial_database: Engine, layout: LayoutName
) -> None:
    planted(tutorial_database, layout)
    with tutorial_database.begin() as connection:
        migrate_as_formerly(connection)
    with pytest.raises(IntegrityError, match="course_template_id"):
        execute(tutorial_database, EVENTS[layout].format("between"))
    with tutorial_database.begin() as connection:
        migrate(connection)
    execute(tutorial_database, EVENTS[layout].format("after"))
