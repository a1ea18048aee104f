"""The command `migrate`."""

from __future__ import annotations

import typer
from sqlalchemy.exc import DBAPIError

from sync_assets.bridge.errors import BridgeError
from sync_assets.bridge.migrate import migrate
from sync_assets.database import database_engine
from sync_assets.settings import Settings
from sync_assets.tutorial.tables import create_tutorial_tables


def migrate_database() -> None:
    """Bring the schema adm of the settings' database forward. Raises SyncError.

    The embedded database has no tutorial application, so it gets empty tutorial tables first.
    """
    settings = Settings.read()
    engine = database_engine(settings)
    try:
        with engine.begin() as connection:
            if settings.database_url is None:
                create_tutorial_tables(connection)
            before, after = migrate(connection)
    except DBAPIError as error:
        raise BridgeError(f"The database could not be migrated: {' '.join(str(error.orig).split())}") from None
    finally:
        engine.dispose()
    typer.echo(f"adm is at revision {after}" + ("" if before == after else f" (was {before or 'not there'})"))
