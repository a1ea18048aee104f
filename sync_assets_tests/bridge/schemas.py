"""A database's schema adm held against the tables that the code declares, and brought back to former revisions."""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, text

import sync_assets.bridge.event_drift_table
import sync_assets.bridge.planned_tables
import sync_assets.definitions
from sync_assets.bridge.bridge_table import METADATA

APPLICATION = {
    *("events", "sessions", "contacts", "learners", "webhook_registrations", "webhook_inbox", "api_audit_log"),
}
"""Tables of `adm` that are the tutorial application's alone."""


def run(connection: Connection, script: str) -> None:
    """Execute the statements of a script."""
    connection.exec_driver_sql(script, execution_options={"no_parameters": True})


def execute(database: Engine, script: str) -> None:
    """Run the statements of a script in one transaction."""
    with database.begin() as connection:
        run(connection, script)


def differences(database: Engine) -> list[Any]:
    """What a migration would still have to do, as Alembic sees it; the application's own tables are not looked at."""
    # Every module that declares a table is imported by then.
    assert sync_assets.definitions.defs
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "compare_type": True,
                "version_table_schema": "adm",
                "include_name": lambda name, kind, _: (
                    name == "adm" if kind == "schema" else kind != "table" or name not in APPLICATION
                ),
            },
        )
        return list(compare_metadata(context, METADATA))


def migrate_to(connection: Connection, revision: str) -> None:
    """Bring the schema adm to a revision and no further."""
    config = Config()
    config.set_main_option("script_location", "sync_assets.bridge:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    connection.execute(text("create schema if not exists adm"))
    command.upgrade(config, revision)


def shape(database: Engine, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    """Columns, constraints and indexes of tables, as the database describes them."""
    described: dict[str, list[tuple[Any, ...]]] = {}
    with database.connect() as connection:
        for table in tables:
            columns = connection.execute(
                text("""
                    select column_name, data_type, character_maximum_length, is_nullable, column_default
                    from information_schema.columns where table_schema || '.' || table_name = :table
                    order by column_name"""),
                {"table": table},
            )
            constraints = connection.execute(
                text("""
                    select conname, pg_get_constraintdef(oid) from pg_constraint
                    where conrelid = to_regclass(:table) order by 1"""),
                {"table": table},
            )
            described[table] = [tuple(row) for row in (*columns, *constraints)]
    return described
