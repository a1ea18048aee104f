"""Who may write at the same time: reference syncs together, an event import alone.

Dagster's pool makes runs wait for one another. This lock is the last guard, for runs that did not pass its queue.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Table, text
from sqlalchemy.exc import SQLAlchemyError

from sync_assets.bridge.errors import BridgeError

WAIT = 600.0
"""Seconds to wait for the lock."""


class TenantBusy(BridgeError):
    """Another run has the lock and did not give it up in time."""


class LockLost(BridgeError):
    """The lock of this run is gone, since its session with the database has ended."""


class TenantLock:
    """A lock that is held. Safe to ask from several threads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._asking = threading.Lock()

    def require(self) -> None:
        """Raise LockLost where the lock is no longer held, so that another run may be at work."""
        try:
            with self._asking:
                self._connection.execute(text("select 1"))
        except SQLAlchemyError:
            raise LockLost(
                "The database ended this run's session, and with it the lock that keeps other runs away. The run stops "
                "before its next request; what it has done is recorded. Run it again."
            ) from None


def lock_table(connection: Connection, table: Table) -> None:
    """Keep other writers of a table out until the transaction ends. Readers go on."""
    connection.execute(text(f'lock table "{table.schema}"."{table.name}" in share row exclusive mode'))


@contextmanager
def tenant_lock(engine: Engine, *, exclusive: bool, wait: float = WAIT) -> Iterator[TenantLock]:
    """Hold the database's lock on the tenant while the block runs; it also goes when the process dies.

    Shared holders run at the same time, an exclusive one runs alone. `wait` is in seconds. Raises TenantBusy.
    """
    kind = "" if exclusive else "_shared"
    attempt = text(f"select pg_try_advisory_lock{kind}(hashtext('sync_assets.tenant'))")
    release = text(f"select pg_advisory_unlock{kind}(hashtext('sync_assets.tenant'))")
    end = time.monotonic() + wait
    # A connection of its own, outside any transaction: the lock lives as long as the session does. A session that has
    # ended is not opened anew: SQLAlchemy refuses to go on with a connection that was lost.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(attempt):
            if time.monotonic() >= end:
                raise TenantBusy(
                    f"Another sync or import is writing and did not end within {wait:.0f} seconds. This run has "
                    "written nothing; run it again when the other is done."
                )
            time.sleep(0.2)
        try:
            yield TenantLock(connection)
        finally:
            try:
                connection.execute(release)
            except SQLAlchemyError:
                # The session is gone, and the lock with it.
                connection.invalidate()
