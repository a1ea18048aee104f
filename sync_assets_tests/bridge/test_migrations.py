from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from sync_assets.bridge.errors import BridgeError
from sync_assets.bridge.migrate import head, migrate, require_current
from sync_assets.bridge.writing import write_rows
from sync_assets.entities import course_template_price_levels, custom_fields
from sync_assets.event_import.stored_uploads import open_requests
from sync_assets.tutorial.errors import TutorialTablesUnknown
from sync_assets_tests.bridge.schemas import differences, execute, migrate_to
from sync_assets_tests.support.layouts import BOTH_LAYOUTS

pytestmark = BOTH_LAYOUTS

ADOPTED = (
    *("custom_fields", "pricelevels", "locations", "venues", "instructors", "course_templates"),
    "course_template_price_levels",
)
ROWS = """
    insert into acted.tutorial_locations (name, code, is_active, created_at, updated_at)
        values ('Ambleford', 'AMB', true, now(), now());
    insert into adm.custom_fields (external_id, label, field_type, is_required, entity_type, last_synced)
        values ('F1', 'Sitting', 'string', false, 'Event', now()), ('F1', 'Sitting', 'string', false, 'Event', now());
    insert into adm.pricelevels (external_id, name, last_synced) values ('P1', 'Standard', now());
    insert into adm.locations (external_id, tutorial_location_id, created_at, updated_at)
        values ('L1', 1, now(), now()), ('L2', null, now(), now());
    insert into adm.venues (external_id, location_id, created_at, updated_at) values ('V1', 'L1', now(), now());
    insert into adm.instructors (external_id, is_active, created_at, updated_at, last_synced)
        values ('I1', true, now(), now(), now());
    insert into adm.course_templates (external_id, custom_fields, created_at, updated_at)
        values ('T1', '{}', now(), now());
    insert into adm.course_template_price_levels
        (course_template_id, price_level_id, external_id, amount, last_synced, created_at, updated_at)
        values (1, 1, 'C1', 250.00, now(), now(), now());
"""


@pytest.fixture
def deployed(tutorial_database: Engine) -> Engine:
    execute(tutorial_database, ROWS)
    return tutorial_database


def count(database: Engine, table: str) -> Any:
    with database.connect() as connection:
        return connection.scalar(text(f"select count(*) from adm.{table}"))


def test_tables_that_stand_are_adopted_and_become_those_that_the_code_declares(deployed: Engine) -> None:
    with deployed.begin() as connection:
        assert migrate(connection) == (None, head())
    assert differences(deployed) == []


def test_where_the_application_has_no_tables_in_adm_they_are_made(tutorial_database: Engine) -> None:
    without_bridge_tables(tutorial_database)
    with tutorial_database.begin() as connection:
        migrate(connection)
    assert differences(tutorial_database) == []
    with tutorial_database.connect() as connection:
        assert columns_of(connection, "events") == {"external_id", "tutorial_event_id", *COMMON}
        assert columns_of(connection, "sessions") == {"external_id", "tutorial_session_id", *COMMON}


COMMON = {"id", "created_at", "updated_at"}


def without_bridge_tables(database: Engine) -> None:
    """Drop the schema adm, and what of the tutorial tables points there."""
    execute(database, "drop schema adm cascade")


def columns_of(connection: Connection, table: str) -> set[str]:
    return set(
        connection.scalars(
            text("select column_name from information_schema.columns where table_schema = 'adm' and table_name = :n"),
            {"n": table},
        )
    )


def test_no_adopted_row_is_lost(deployed: Engine) -> None:
    before = {table: count(deployed, table) for table in ADOPTED}
    with deployed.begin() as connection:
        migrate(connection)
    assert {table: count(deployed, table) for table in ADOPTED} == before


def test_a_link_that_stood_before_is_marked_as_adopted(deployed: Engine) -> None:
    with deployed.begin() as connection:
        migrate(connection)
        rows = connection.execute(text("select external_id, tutorial_location_id, linked_by from adm.locations"))
        assert set(rows) == {("L1", 1, "adopted"), ("L2", None, None)}


def test_a_custom_field_that_stands_twice_goes_on_as_one(deployed: Engine) -> None:
    with deployed.begin() as connection:
        migrate(connection)
        written = write_rows(
            connection,
            custom_fields.TABLE,
            [{"external_id": "F1", "entity_type": "Event", "label": "Exam sitting"}],
            key=custom_fields.ENTITY.key,
        )
    assert (written.updated, written.live) == (1, 1)
    assert count(deployed, "custom_fields") == 2


def test_adopted_tables_take_two_prices_of_one_level(deployed: Engine) -> None:
    with deployed.begin() as connection:
        migrate(connection)
        prices = [
            {
                "external_id": f"C{n}",
                "course_template_id": "T1",
                "price_level_id": "P1",
                "amount": 250,
                "currency_code": c,
            }
            for n, c in ((1, "GBP"), (2, "EUR"))
        ]
        entity = course_template_price_levels.ENTITY
        assert write_rows(connection, entity.table, prices, references=entity.references).created == 1


def test_the_link_of_a_record_that_is_gone_is_taken_away_and_remembered(tutorial_database: Engine) -> None:
    with tutorial_database.begin() as connection:
        migrate_to(connection, "0005")
    execute(tutorial_database, ROWS.split("insert into adm")[0])
    execute(
        tutorial_database,
        """insert into adm.locations (external_id, tutorial_location_id, linked_by, removed_at)
           values ('L1', 1, 'match', null), ('L2', 1, 'hand', now()), ('L3', null, null, now())""",
    )
    with tutorial_database.begin() as connection:
        migrate(connection)
        rows = connection.execute(
            text("select external_id, tutorial_location_id, linked_by, linked_row_id from adm.locations order by 1")
        )
        assert list(map(tuple, rows)) == [("L1", 1, "match", 1), ("L2", None, "hand", 1), ("L3", None, None, None)]


def test_migrating_again_does_nothing(database: Engine) -> None:
    with database.begin() as connection:
        assert migrate(connection) == (head(), head())


def test_between_two_versions_of_the_application_nothing_is_migrated(tutorial_database: Engine) -> None:
    execute(
        tutorial_database,
        "alter table acted.tutorial_sessions add column cancelled_by text not null; "
        "alter table acted.tutorial_locations rename column code to short_code",
    )
    with pytest.raises(TutorialTablesUnknown) as raised, tutorial_database.begin() as connection:
        migrate(connection)
    assert "acted.tutorial_locations has no column code" in str(raised.value)
    assert "acted.tutorial_sessions.cancelled_by may not be empty" in str(raised.value)
    with tutorial_database.connect() as connection:
        assert connection.scalar(text("select to_regclass('adm.event_uploads')")) is None


def test_a_database_without_tutorial_tables_is_refused_by_name(tutorial_database: Engine) -> None:
    execute(tutorial_database, "drop schema acted cascade")
    with pytest.raises(BridgeError, match=r"acted\.tutorial_course_templates"), tutorial_database.begin() as connection:
        migrate(connection)


def test_a_database_that_is_not_migrated_is_told_so(tutorial_database: Engine) -> None:
    with pytest.raises(BridgeError, match="sync-assets migrate"), tutorial_database.connect() as connection:
        require_current(connection)


def test_a_request_that_was_run_before_counts_as_taken_up_and_one_that_was_not_is_open(
    tutorial_database: Engine,
) -> None:
    with tutorial_database.begin() as connection:
        migrate_to(connection, "0006")
    execute(
        tutorial_database,
        """
        insert into adm.event_uploads (key, file_name, size, sha256, content, way_in, requested_at)
            values ('run', 'a', 1, 'a', 'a', 'test', '2026-01-05'), ('open', 'b', 1, 'b', 'b', 'test', '2026-01-05'),
                ('never', 'c', 1, 'c', 'c', 'test', null);
        insert into adm.event_import_rows
            (upload_key, row_number, course_template_code, event_title, session_title, outcome, problems)
            values ('run', 4, 'CM1', 'An event', 'Day 1', 'complete', '[]')
        """,
    )
    with tutorial_database.begin() as connection:
        migrate(connection)
        assert [request.key for request in open_requests(connection)] == ["open"]
