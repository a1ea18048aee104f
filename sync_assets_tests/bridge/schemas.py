"""A database's schema adm held against the tables that the code declares."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

import sync_assets.definitions
from sync_assets.bridge.bridge_table import METADATA


def execute(database: Engine, script: str) -> None:
    """Run the statements of a script in one transaction."""
    with database.begin() as connection:
        for statement in script.split(";"):
            if statement.strip():
                connection.execute(text(statement))


def differences(database: Engine) -> list[Any]:
    """What a migration would still have to do, as Alembic sees it."""
    # Every module that declares a table is imported by then.
    assert sync_assets.definitions.defs
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "compare_type": True,
                "version_table_schema": "adm",
                "include_name": lambda name, kind, _: kind != "schema" or name == "adm",
            },
        )
        return list(compare_metadata(context, METADATA))
