"""A connection to Dagster's storage that is kept from one statement to the next.

dagster-postgres opens a connection for each statement, and a sync of everything has hundreds of them. Over a network
each costs several round trips, and each costs the server a process.
"""

from __future__ import annotations

from dagster_postgres import PostgresEventLogStorage, PostgresRunStorage, PostgresScheduleStorage
from sqlalchemy import Engine, create_engine

KEPT = 1
"""Connections that a process keeps. Threads that need one at the same time open others, and close them at once."""
LONGEST = 300
"""Seconds after which a kept connection is replaced, so that a server that has moved is found again."""


def keep_connections(
    runs: PostgresRunStorage, events: PostgresEventLogStorage, schedules: PostgresScheduleStorage
) -> Engine:
    """Let the storages of one database share an engine that keeps its connection, and return the engine.

    A connection is tried before it is used, because the server may have been away since. Disposing of the engine closes
    what is kept.
    """
    engine = create_engine(
        runs.postgres_url,
        isolation_level="AUTOCOMMIT",
        pool_size=KEPT,
        max_overflow=-1,
        pool_recycle=LONGEST,
        pool_pre_ping=True,
    )
    # dagster-postgres offers the same to its webserver alone, without the trial and with a limit of its own.
    runs._engine = events._engine = schedules._engine = engine
    return engine
