"""The database of the run: the one that the settings name, else the embedded one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError

from sync_assets.bridge.errors import BridgeError
from sync_assets.bridge.migrate import require_current
from sync_assets.embedded_postgres import SYNC_DATABASE, embedded_url
from sync_assets.errors import database_said
from sync_assets.settings import Settings


def database_engine(settings: Settings) -> Engine:
    """Return an engine for the database with the schemas `acted` and `adm`. Raises SettingsError."""
    url = settings.database_url or embedded_url(settings.sync_local_dir, SYNC_DATABASE)
    return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})


@contextmanager
def open_engine(settings: Settings) -> Iterator[Engine]:
    """Give an engine to work that commits by itself, and close it afterwards.

    Raises SettingsError, and BridgeError where the database cannot be reached or refuses a statement.
    """
    engine = database_engine(settings)
    try:
        yield engine
    except DBAPIError as error:
        raise BridgeError(
            f"The database could not be reached, or refused: {database_said(error)}. What was done before is recorded; "
            "`sync-assets doctor` looks at it."
        ) from None
    finally:
        engine.dispose()


@contextmanager
def open_database(settings: Settings) -> Iterator[Connection]:
    """Connect to the database for the block, which is one transaction: all of it is kept, or nothing.

    Raises SettingsError, and BridgeError where the database cannot be reached or refuses a statement.
    """
    engine = database_engine(settings)
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        raise BridgeError(
            f"The database could not be reached, or refused: {database_said(error)}. Nothing was changed in it; "
            "`sync-assets doctor` looks at it."
        ) from None
    finally:
        engine.dispose()


@contextmanager
def open_bridge(settings: Settings) -> Iterator[Connection]:
    """Connect as `open_database` does, to a database whose schema `adm` is at the revision of this version.

    Raises SettingsError, and BridgeError for a database of another revision, too.
    """
    with open_database(settings) as connection:
        require_current(connection)
        yield connection
