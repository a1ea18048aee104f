"""The database: whether it answers, its version, what is in it, and whether this user has the rights of a run."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, create_engine, inspect, text

from sync_assets.bridge.bridge_table import SCHEMA
from sync_assets.bridge.migrate import NEEDED, head, revision
from sync_assets.embedded_postgres import SYNC_DATABASE, embedded_url
from sync_assets.entities import ENTITIES
from sync_assets.operations.doctor.finding import Findings
from sync_assets.settings import Settings, SettingsError
from sync_assets.tutorial.layout_examination import examine, read_columns, table_problems

CONNECT: Final = 5
"""Seconds within which a database has to answer."""
OLDEST: Final = 14
"""The oldest major version of PostgreSQL that is still supported."""
WRITTEN: Final = ("tutorial_events", "tutorial_sessions", "tutorial_session_instructors")
"""The tutorial tables that an import writes to."""


def look_at_database(findings: Findings, settings: Settings) -> None:
    """Look at the database with the schemas `acted` and `adm`."""
    advice = (
        "Check SYNC_DATABASE_URL, the network, and that the server runs."
        if settings.sync_database_url
        else "The embedded PostgreSQL lives in SYNC_LOCAL_DIR; its log is in the folder postgres there."
    )
    try:
        url = settings.database_url
    except SettingsError as error:
        findings.wrong("database", str(error), "Correct the setting.")
        return
    place = SYNC_DATABASE if url is None else f"{url.host or 'local'}/{url.database}"
    with findings.looking_at("database", advice):
        engine = create_engine(
            url or embedded_url(settings.sync_local_dir, SYNC_DATABASE),
            connect_args={"connect_timeout": CONNECT, "options": "-c statement_timeout=10000"},
            isolation_level="AUTOCOMMIT",
        )
        try:
            with engine.connect() as connection:
                findings.ok("database", f"The {'' if url else 'embedded '}database answers ({place}).")
                with findings.looking_at("PostgreSQL"):
                    _look_at_version(findings, connection)
                with findings.looking_at("tutorial tables"):
                    _look_at_tutorial_tables(findings, connection, is_embedded=url is None)
                with findings.looking_at("migrations"):
                    _look_at_revision(findings, connection)
        finally:
            engine.dispose()


def _look_at_version(findings: Findings, connection: Connection) -> None:
    number = int(str(connection.scalar(text("show server_version_num")))) // 10000
    if number < OLDEST:
        sentence = f"The server is PostgreSQL {number}, which is no longer supported."
        findings.warn("PostgreSQL", sentence, f"Plan an upgrade; this project is made for {OLDEST} and newer.")
    else:
        findings.ok("PostgreSQL", f"The server is PostgreSQL {number}.")


def _look_at_tutorial_tables(findings: Findings, connection: Connection, *, is_embedded: bool) -> None:
    existing = set(inspect(connection).get_table_names(schema="acted"))
    if lost := [f"acted.{table}" for table in sorted({*NEEDED, *WRITTEN}) if table not in existing]:
        findings.wrong(
            "tutorial tables",
            f"Missing: {', '.join(lost)}.",
            "Run `sync-assets migrate`, which makes them in the embedded database."
            if is_embedded
            else "They belong to the tutorial application: check that SYNC_DATABASE_URL names its database.",
        )
        return
    refused = [
        f"acted.{table}" for table in sorted({*NEEDED, *WRITTEN}) if not _may_use(connection, f"acted.{table}", table)
    ]
    if refused:
        said = f"This user may not read, or not write to, {', '.join(refused)}."
        advice = "Grant select on them, and insert, update and delete on those that an import writes to."
        findings.wrong("tutorial tables", said, advice)
        return
    examination = examine(read_columns(connection))
    if examination.layout is None:
        findings.wrong("tutorial tables", examination.sentence)
    else:
        findings.ok("tutorial tables", f"{examination.sentence} This user may read and fill them.")


def _may_use(connection: Connection, name: str, table: str) -> bool:
    needed = ("select", "insert", "update", "delete") if table in WRITTEN else ("select",)
    allowed = text("select has_table_privilege(:name, :privilege)")
    return all(connection.scalar(allowed, {"name": name, "privilege": privilege}) for privilege in needed)


def _look_at_bridge_tables(findings: Findings, connection: Connection) -> None:
    """Look whether the reference sync can fill its tables, which the tutorial application alters, too."""
    columns = read_columns(connection)
    problems = [
        problem for entity in ENTITIES.values() for problem in table_problems(columns, entity.table, is_inserted=True)
    ]
    if problems:
        findings.wrong(
            "bridge tables",
            f"The tables of {SCHEMA} are not as this version needs them: {'; '.join(problems)}.",
            "Run `sync-assets migrate`; if that changes nothing, install a newer version of sync-assets.",
        )
    else:
        findings.ok("bridge tables", "The reference sync can fill its tables.")


def _look_at_revision(findings: Findings, connection: Connection) -> None:
    current, needed = revision(connection), head()
    if current == needed:
        findings.ok("migrations", f"The schema {SCHEMA} is at revision {needed}, as this version needs it.")
        _look_at_bridge_tables(findings, connection)
    elif current is not None and current > needed:
        sentence = f"The schema {SCHEMA} is at revision {current}, which is newer than this version ({needed})."
        findings.wrong("migrations", sentence, "Install the version that it was migrated by.")
    else:
        sentence = f"The schema {SCHEMA} is at revision {current or 'none'}, and this version needs {needed}."
        findings.wrong("migrations", sentence, "Run `sync-assets migrate`.")
