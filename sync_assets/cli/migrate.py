"""The command `migrate`."""

from __future__ import annotations

import typer

from sync_assets.bridge.migrate import migrate
from sync_assets.database import open_database
from sync_assets.settings import Settings
from sync_assets.tutorial.tables import create_tutorial_tables


def migrate_database() -> None:
    """Bring the schema adm of the settings' database to the revision of this version. Raises SyncError.

    The embedded database has no tutorial application, so it gets empty tutorial tables first.
    """
    settings = Settings.read()
    with open_database(settings) as connection:
        if settings.database_url is None:
            create_tutorial_tables(connection)
        before, after = migrate(connection)
    typer.echo(f"adm is at revision {after}" + ("" if before == after else f" (was {before or 'not there'})"))
