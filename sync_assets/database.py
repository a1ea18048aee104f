"""The database of the run: the one that the settings name, else the embedded one. No wait for it is without end."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Engine, create_engine, event

from sync_assets.embedded_postgres import SYNC_DATABASE, embedded_url
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
