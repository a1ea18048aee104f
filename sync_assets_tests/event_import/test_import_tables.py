from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text

from sync_assets.bridge.migrate import migrate
from sync_assets.event_import.import_tables import events, sessions
from sync_assets.event_import.reference.load import load_reference
from sync_assets.tutorial.tables import create_tutorial_tables
from sync_assets_tests.bridge.schemas import differences, execute

REFERENCE = Path(__file__).parent.parent / "bridge" / "deployed_tables.sql"
DEPLOYED = Path(__file__).with_name("deployed_tables.sql")


@pytest.fixture
def deployed(empty_database: Engine) -> Engine:
    with empty_database.begin() as connection:
        create_tutorial_tables(connection)
    execute(empty_database, REFERENCE.read_text("utf-8"))
    execute(empty_database, DEPLOYED.read_text("utf-8"))
    return empty_database


def test_an_empty_database_gets_the_tables_of_the_import(database: Engine) -> None:
    assert differences(database) == []


def test_events_and_sessions_that_stand_are_adopted_with_their_rows(deployed: Engine) -> None:
    with deployed.begin() as connection:
        migrate(connection)
        event = connection.execute(select(events)).one()
        assert (event.external_id, event.title, event.max_places, event.state) == ("E1", "An old event", 12, None)
        assert connection.scalar(select(sessions.c.title)) == "Day 1"
    assert differences(deployed) == []


def test_adopted_tables_take_what_an_import_knows_of_an_event(deployed: Engine) -> None:
    row = {"course_template_id": 1, "title": "A" * 300, "learning_mode": "lms", "location_id": 1, "state": "written"}
    with deployed.begin() as connection:
        migrate(connection)
        event_id = connection.execute(insert(events).values(row).returning(events.c.id)).scalar_one()
        connection.execute(insert(sessions).values(event_id=event_id, title="Day 1", state="written"))


def test_an_event_that_only_the_bridge_knows_is_an_existing_one(deployed: Engine) -> None:
    with deployed.begin() as connection:
        migrate(connection)
        for table, link in (
            ("course_templates", "tutorial_course_template_id"),
            ("locations", "tutorial_location_id"),
            ("instructors", "tutorial_instructor_id"),
        ):
            connection.execute(text(f"alter table adm.{table} drop constraint {table}_{link}_fkey"))
            connection.execute(text(f"update adm.{table} set {link} = 1"))
        connection.execute(text("insert into adm.tax_types (external_id, name) values ('X1', 'Standard tax')"))
        connection.execute(
            text("insert into adm.custom_fields (external_id, entity_type, label) values ('F1', 'Event', 'Sitting')")
        )
        (known,) = load_reference(connection).existing_events
    assert (known.title, known.external_id, known.tutorial_event_id) == ("An old event", "E1", None)
