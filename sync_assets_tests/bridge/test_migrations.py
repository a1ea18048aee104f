from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from sync_assets.bridge.errors import BridgeError
from sync_assets.bridge.migrate import head, migrate, require_current
from sync_assets.bridge.writing import write_rows
from sync_assets.entities import course_template_price_levels, custom_fields
from sync_assets.tutorial.tables import create_tutorial_tables
from sync_assets_tests.bridge.schemas import differences, execute

DEPLOYED = Path(__file__).with_name("deployed_tables.sql").read_text("utf-8")
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
def deployed(empty_database: Engine) -> Engine:
    with empty_database.begin() as connection:
        create_tutorial_tables(connection)
    execute(empty_database, DEPLOYED)
    execute(empty_database, ROWS)
    return empty_database


def count(database: Engine, table: str) -> Any:
    with database.connect() as connection:
        return connection.scalar(text(f"select count(*) from adm.{table}"))


def test_an_empty_database_gets_the_tables_that_the_code_declares(database: Engine) -> None:
    assert differences(database) == []


def test_tables_that_stand_are_adopted_and_become_those_that_the_code_declares(deployed: Engine) -> None:
    with deployed.begin() as connection:
        assert migrate(connection) == (None, head())
    assert differences(deployed) == []


def test_no_adopted_row_is_lost(deployed: Engine) -> None:
    tables = [line.split()[2].removeprefix("adm.") for line in DEPLOYED.splitlines() if line.startswith("create table")]
    before = {table: count(deployed, table) for table in tables}
    with deployed.begin() as connection:
        migrate(connection)
    assert {table: count(deployed, table) for table in tables} == before


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


def test_migrating_again_does_nothing(database: Engine) -> None:
    with database.begin() as connection:
        assert migrate(connection) == (head(), head())


def test_a_database_without_tutorial_tables_is_refused_by_name(empty_database: Engine) -> None:
    with pytest.raises(BridgeError, match=r"acted\.tutorial_course_templates"), empty_database.begin() as connection:
        migrate(connection)


def test_a_database_that_is_not_migrated_is_told_so(empty_database: Engine) -> None:
    with pytest.raises(BridgeError, match="sync-assets migrate"), empty_database.connect() as connection:
        require_current(connection)
