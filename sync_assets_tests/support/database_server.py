"""The PostgreSQL server of a test run: each test gets a database of its own, copied from a template.

All workers of a run share one server, and the first that needs a template makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

from dagster_postgres import DagsterPostgresStorage
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL

from sync_assets.bridge.migrate import migrate
from sync_assets.embedded_postgres import embedded_url
from sync_assets.tutorial.tables import LayoutName, create_tutorial_tables
from sync_assets_tests.support.temporary_folders import is_in_memory

SPEED = {
    # The server dies with its tests, so nothing has to outlive a crash of the machine.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Databases of a second's life need no vacuum, and a checkpoint would write what is dropped soon.
    "autovacuum": "off",
    "checkpoint_timeout": "1d",
    "max_wal_size": "1GB",
}


class DatabaseServer:
    """A PostgreSQL server in a folder, and its databases."""

    def __init__(self, folder: Path) -> None:
        """Start the server, or join it where another worker has started it."""
        self.folder = folder
        # The faster way for databases of a few megabytes: in memory files are copied, on a disk pages are written.
        self._strategy = "file_copy" if is_in_memory(folder) else "wal_log"
        self._templates: set[str] = set()
        self._admin = create_engine(embedded_url(folder, "postgres"), isolation_level="AUTOCOMMIT")
        with self._admin.connect() as connection:
            for name, value in SPEED.items():
                connection.execute(text(f"alter system set {name} = '{value}'"))
            connection.execute(text("select pg_reload_conf()"))

    def url(self, database: str) -> URL:
        """Return the URL of a database, for the driver psycopg."""
        return self._admin.url.set(database=database)

    def create(self, template: str = "template1", *, prefix: str = "test") -> str:
        """Create a copy of a template, under a name that begins with the prefix, and return the name."""
        name = f"{prefix}_{uuid4().hex}"
        self._execute(f'create database "{name}" template "{template}" strategy {self._strategy}')
        return name

    def drop(self, database: str) -> None:
        """Drop a database; connections to it end."""
        self._execute(f'drop database "{database}" with (force)')

    @contextmanager
    def engine(self, template: str = "template1") -> Iterator[Engine]:
        """An engine on a copy of a template, which is dropped after the block."""
        name = self.create(template)
        engine = create_engine(self.url(name))
        try:
            yield engine
        finally:
            engine.dispose()
            self.drop(name)

    def template(self, name: str, build: Callable[[Engine], None], *, base: str = "template1") -> str:
        """Return the name of a template; where there is none yet, it is built in a copy of another."""
        if name in self._templates:
            return name
        with self._admin.connect() as connection:
            connection.execute(text("select pg_advisory_lock(hashtext(:name))"), {"name": name})
            try:
                found = connection.scalar(text("select 1 from pg_database where datname = :name"), {"name": name})
                if not found:
                    self._build(name, build, base)
            finally:
                connection.execute(text("select pg_advisory_unlock(hashtext(:name))"), {"name": name})
        self._templates.add(name)
        return name

    def tutorial(self, layout: LayoutName = LayoutName.MAY) -> str:
        """Return the template with the tutorial application's tables, all empty, before any migration of ours."""
        return self.template(f"tutorial_{layout}", partial(_create_tutorial_tables, layout))

    def migrated(self, layout: LayoutName = LayoutName.MAY) -> str:
        """Return the template with empty tutorial tables and the schema adm."""
        return self.template(f"migrated_{layout}", migrate_here, base=self.tutorial(layout))

    def dagster(self) -> str:
        """Return the template with the tables of Dagster's storage."""
        return self.template("dagster_storage", _create_dagster_tables)

    def close(self) -> None:
        """Close the connections of this worker. The server stops with the last process that uses it."""
        self._admin.dispose()

    def _build(self, name: str, build: Callable[[Engine], None], base: str) -> None:
        unfinished = self.create(base, prefix="unfinished")
        engine = create_engine(self.url(unfinished))
        build(engine)
        engine.dispose()
        self._execute(f'alter database "{unfinished}" rename to "{name}"')

    def _execute(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


def plain(url: URL) -> str:
    """Return a URL as people write it into the environment: without a driver, with its password."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _create_dagster_tables(engine: Engine) -> None:
    DagsterPostgresStorage(plain(engine.url))


def migrate_here(engine: Engine) -> None:
    """Bring the schema adm of a database to what this version needs."""
    with engine.begin() as connection:
        migrate(connection)


def _create_tutorial_tables(layout: LayoutName, engine: Engine) -> None:
    with engine.begin() as connection:
        create_tutorial_tables(connection, layout)
