"""Who may write at the same time: reference syncs together, an event import alone.

Dagster's pool makes runs wait for one another. This lock is the last guard, for runs that did not pass its queue.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Table, text

from sync_assets.bridge.errors import BridgeError

WAIT = 600.0
"""Seconds to wait for the lock."""


class TenantBusy(BridgeError):
    """Another run has the lock and did not give it up in time."""


def lock_table(connection: Connection, table: Table) -> None:
    """Keep other writers of a table out until the transaction ends. Readers go on."""
    connection.execute(text(f'lock table "{table.schema}"."{table.name}" in share row exclusive mode'))


@contextmanager
def tenant_lock(engine: Engine, *, exclusive: bool, wait: float = WAIT) -> Iterator[None]:
    """Hold the database's lock on the tenant during the block. It is also released if the process dies.

    Shared holders run at the same time, an exclusive one runs alone. `wait` is in seconds. Raises TenantBusy.
    """
    kind = "" if exclusive else "_shared"
    attempt = text(f"select pg_try_advisory_lock{kind}(hashtext('sync_assets.tenant'))")
    release = text(f"select pg_advisory_unlock{kind}(hashtext('sync_assets.tenant'))")
    end = time.monotonic() + wait
    # A connection of its own, outside any transaction: the lock lasts as long as the session.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(attempt):
            if time.monotonic() >= end:
                raise TenantBusy(
                    f"Another sync or import is writing and did not end within {wait:.0f} seconds. Nothing was "
                    "changed; run again when it is done."
                )
            time.sleep(0.2)
        try:
            yield
        finally:
            connection.execute(release)
