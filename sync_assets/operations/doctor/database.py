"""The database: whether it answers, its version, what is in it, and whether this user has the rights of a run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import available_timezones

from sqlalchemy import Connection, create_engine, inspect, text

from sync_assets.bridge.bridge_table import METADATA, SCHEMA
from sync_assets.bridge.migrate import NEEDED, head, revision
from sync_assets.decisions import planned_records  # noqa: F401 - declares a table of adm
from sync_assets.embedded_postgres import SYNC_DATABASE, embedded_url, has_embedded_server
from sync_assets.entities import ENTITIES
from sync_assets.event_import import import_tables  # noqa: F401 - declares tables of adm
from sync_assets.operations.doctor.finding import Findings
from sync_assets.settings import Settings, SettingsError
from sync_assets.tutorial.layout import layout_of
from sync_assets.tutorial.layout_examination import examine, read_columns, table_problems
from sync_assets.tutorial.rights import CHANGE, missing_rights, needed_rights

CONNECT: Final = 5
"""Seconds within which a database has to answer."""
_SHOWN: Final = 8
OLDEST: Final = 14
"""The oldest major version of PostgreSQL that is still supported."""
GRANTS: Final = "Run deploy/grants.sql, which grants all that is needed; docs/operations.md says how."


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
    if url is None and not has_embedded_server(settings.sync_local_dir):
        folder = settings.sync_local_dir.absolute() / "postgres"
        findings.warn(
            "database",
            f"SYNC_DATABASE_URL is not set, and there is no embedded database yet: the first command would make one in "
            f"{folder}.",
            "Set SYNC_DATABASE_URL, unless you want to try things out; then run `sync-assets migrate`.",
        )
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
                with findings.looking_at("time zones"):
                    _look_at_zone(findings, connection, settings)
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
    if lost := [f"acted.{table}" for table in NEEDED if table not in existing]:
        findings.wrong(
            "tutorial tables",
            f"Missing: {', '.join(lost)}.",
            "Run `sync-assets migrate`, which makes them in the embedded database."
            if is_embedded
            else "They belong to the tutorial application: check that SYNC_DATABASE_URL names its database.",
        )
        return
    if refused := missing_rights(connection, needed_rights(connection)):
        findings.wrong("tutorial tables", f"This role lacks {listed(refused)}.", GRANTS)
        return
    examination = examine(read_columns(connection))
    if examination.layout is None:
        findings.wrong("tutorial tables", examination.sentence)
        return
    layout_of(connection).products(connection)
    findings.ok("tutorial tables", f"{examination.sentence} This role may read and fill them.")


def listed(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


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
        return
    needed = {table.fullname: CHANGE for table in METADATA.tables.values() if table.schema == SCHEMA}
    if refused := missing_rights(connection, needed):
        findings.wrong("bridge tables", f"This role lacks {listed(refused)}.", GRANTS)
        return
    links = [entity.link for entity in ENTITIES.values() if entity.link]
    today = datetime.now(UTC).date()
    for link in links:
        for read in (link.records_on(today), link.tutorial_rows_on(today)):
            connection.execute(read.limit(0))
    findings.ok("bridge tables", f"The sync can fill its tables, and read both sides of {len(links)} links.")


def _look_at_zone(findings: Findings, connection: Connection, settings: Settings) -> None:
    """Look whether the server and this machine know the time zones that are used."""
    zones = {settings.sync_time_zone, "Europe/London"}
    unknown = [zone for zone in sorted(zones) if zone not in available_timezones()]
    known = set(connection.scalars(text("select name from pg_timezone_names")))
    if unknown:
        findings.wrong(
            "time zones",
            f"This machine does not know {', '.join(unknown)}.",
            "Correct SYNC_TIME_ZONE, or install the time zone data: pip install tzdata.",
        )
    elif lost := sorted(zones - known):
        sentence = f"The database server does not know {', '.join(lost)}."
        findings.warn("time zones", sentence, "Install its time zone data; reports of the server would fail.")
    else:
        server = connection.scalar(text("show timezone"))
        findings.ok("time zones", f"Schedules go by {settings.sync_time_zone}; the database server is in {server}.")


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
