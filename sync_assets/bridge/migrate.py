"""Brings the schema `adm` to the state that this version of the package needs."""

from __future__ import annotations

from functools import cache
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.schema import CreateSchema

from sync_assets.bridge.bridge_table import SCHEMA
from sync_assets.bridge.errors import BridgeError
from sync_assets.tutorial.layout_examination import require_known_tables

# The tutorial tables that foreign keys of `adm` point at: without them no migration can run.
NEEDED = (
    "tutorial_course_templates",
    "tutorial_events",
    "tutorial_instructors",
    "tutorial_locations",
    "tutorial_sessions",
    "tutorial_venues",
)
_IN_THE_WAY: Final = frozenset({"0002", "0003", "0004"})
"""Revisions at which columns of ours in `adm.events` and `adm.sessions` keep the application's upgrade from ending."""


def migrate(connection: Connection) -> tuple[str | None, str]:
    """Run the missing migrations, all or none, in the caller's transaction.

    Returns the revision before (None for a database that had none) and after. Bridge tables that stand already are
    adopted with their rows. Raises BridgeError where the tutorial tables are missing, and TutorialTablesUnknown where
    they are of a version that is not known.
    """
    tutorial_tables = set(inspect(connection).get_table_names(schema="acted"))
    if lost := [name for name in NEEDED if name not in tutorial_tables]:
        raise BridgeError(
            f"The tutorial tables are not in this database: acted.{', acted.'.join(lost)} missing. They belong to the "
            "tutorial application; check that SYNC_DATABASE_URL names its database."
        )
    # Two processes that start together must not both migrate. The lock ends with the transaction.
    connection.execute(text("select pg_advisory_xact_lock(hashtext('sync_assets.migrate'))"))
    # Existing foreign keys are deferred, and a table with pending checks cannot be altered.
    connection.execute(text("set constraints all immediate"))
    before = revision(connection)
    # A database that needs nothing is left alone, and one whose upgrade we block is let through: this unblocks it.
    if before != head() and before not in _IN_THE_WAY:
        require_known_tables(connection)
    # "if not exists" asks for the right to create schemas even where there is nothing to create.
    if not inspect(connection).has_schema(SCHEMA):
        connection.execute(CreateSchema(SCHEMA))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return before, head()


def revision(connection: Connection) -> str | None:
    """Return the revision that the database is at, None where no migration has run."""
    return MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA}).get_current_revision()


@cache
def head() -> str:
    """Return the revision that this version of the package needs."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None  # noqa: S101 - the package ships migrations
    return newest


def require_current(connection: Connection) -> None:
    """Raise BridgeError where the database is not at the revision that this version of the package needs."""
    found = revision(connection)
    if found != head():
        raise BridgeError(
            f"The schema adm is at revision {found or 'none'}, and this version needs {head()}: run "
            "`sync-assets migrate` first."
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "sync_assets.bridge:migrations")
    config.set_main_option("path_separator", "os")
    return config
