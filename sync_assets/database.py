"""The database of the run: the one that the settings name, else the embedded one. No wait for it is without end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from sync_assets.bridge.errors import BridgeError
from sync_assets.bridge.migrate import require_current
from sync_assets.embedded_postgres import SYNC_DATABASE, embedded_url
from sync_assets.errors import database_said
from sync_assets.settings import Settings

REACHABLE: Final = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""Options of libpq (seconds; the last one in milliseconds) by which a server that is gone is noticed in a minute.

https://www.postgresql.org/docs/current/libpq-connect.html
"""
LOCK_TIMEOUT: Final = "60s"
"""For how long a statement waits for a lock: those of this project are held for seconds."""
STATEMENT_TIMEOUT: Final = "10min"
"""For how long one statement may take; the longest of this project take seconds."""
_LIMITS = """
select set_config(name, value, false)
from (values ('lock_timeout', %s), ('statement_timeout', %s)) as wanted (name, value)
where current_setting(name) = '0'
"""


def database_engine(settings: Settings) -> Engine:
    """Return an engine for the database with the schemas `acted` and `adm`. Raises SettingsError.

    Its sessions have limits for locks and statements, unless the server or the URL sets others.
    """
    url = settings.database_url or embedded_url(settings.sync_local_dir, SYNC_DATABASE)
    engine = create_engine(url, pool_pre_ping=True, connect_args=REACHABLE)
    event.listen(engine, "connect", _limit)
    return engine


def _limit(connection: Any, _: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LIMITS, (LOCK_TIMEOUT, STATEMENT_TIMEOUT))
    # What is set in a transaction goes with it, unless it is committed.
    connection.commit()


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


@contextmanager
def use_bridge(engine: Engine) -> Iterator[Connection]:
    """Give a connection of an engine that stays open, to a database of this version's revision, as one transaction.

    Raises BridgeError where the database cannot be reached or refuses a statement, or has another revision.
    """
    try:
        with engine.begin() as connection:
            require_current(connection)
            yield connection
    except DBAPIError as error:
        raise BridgeError(
            f"The database could not be reached, or refused: {database_said(error)}. Nothing was changed in it; "
            "`sync-assets doctor` looks at it."
        ) from None
