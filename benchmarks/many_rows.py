"""A database with as many events, discrepancies, differences and uploads as somebody asks for, for benchmarks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, create_engine, func, insert, inspect, text
from sqlalchemy.engine import URL

from benchmarks.decisions import fill
from benchmarks.event_import import FAST, Place, address_of, prepare
from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.discrepancy_history import discrepancy_counts
from sync_assets.entities import ENTITIES, course_templates
from sync_assets.entities.sync import link_entity, sync_entity
from sync_assets.event_import.import_options import ImportOptions
from sync_assets.event_import.import_upload import import_upload
from sync_assets.tutorial.tables import tutorial_course_templates

COMPARED = 1900
"""Templates without a partner on each side: as many as suggestions are still looked for among."""
HERE = {"code": "source.code || ' ' || number", "external_id": "source.external_id || '-' || number"}
THERE = {
    "external_id": "source.external_id || '-' || number",
    "title": "here.code",
    "tutorial_event_id": "here.id",
    "linked_row_id": "here.id",
    "match_key": "lower(here.code)",
}
PLANNED = {
    "external_id": "source.external_id || '-' || number",
    "title": "here.code",
    "title_key": "lower(here.code)",
    "tutorial_event_id": "here.id",
    "code": "source.code || '-' || number",
}
ALONE_HERE = {**HERE, "code": "'Alone ' || source.code", "external_id": "null"}
ALONE_THERE = {
    "external_id": "source.external_id || '-alone'",
    "title": "'Elsewhere ' || source.title",
    "tutorial_event_id": "null",
    "linked_by": "null",
    "linked_row_id": "null",
    "code": "null",
}
SOME = "where source.id % 5 = 0"
ITS_ROW = "join acted.tutorial_events here on here.code = source.title || ' ' || number"
DRIFT = text("""
    insert into adm.event_drift (tutorial_event_id, external_id, title, sitting, day, field, kind, owner, agreed_text,
      here_text, there_text)
    select tutorial_event_id, external_id, title, sitting, 1, 'Start Time', 'changed here', 'here', '09:00', '09:30',
      '09:00'
    from adm.administrate_events where tutorial_event_id is not null
    on conflict do nothing
""")
UPLOADS = text("""
    insert into adm.event_uploads (key, file_name, size, sha256, content, way_in, options, uploaded_at, uploaded_by)
    select key || '-' || number, file_name, size, sha256 || number, '', way_in, options,
      uploaded_at - number * interval '1 minute', 'Ada'
    from adm.event_uploads, generate_series(1, :rows) number
""")
IMPORTS = text("""
    insert into adm.event_imports (upload_key, dry_run, counts, outcome, files, started_at, ended_at)
    select upload.key, dry_run, counts, outcome, files, upload.uploaded_at, upload.uploaded_at
    from adm.event_imports, adm.event_uploads upload
""")


def fill_database(url: URL, place: Place, rows: int) -> str:
    """Import a whole sitting, copy what there is until there are as many rows as asked for, and return its upload."""
    key = prepare(url, place)
    engine = create_engine(url)
    with AdministrateClient(address_of(place, **FAST)) as client:
        import_upload(engine, client, key, ImportOptions())
        sync_entity(engine, client, ENTITIES["events"], ENTITIES)
        sync_entity(engine, client, ENTITIES["sessions"], ENTITIES)
    link_entity(engine, ENTITIES["events"], ENTITIES)
    with engine.begin() as connection:
        copy(connection, rows)
    for name in ("locations", "course_templates", "events"):
        link_entity(engine, ENTITIES[name], ENTITIES)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    engine.dispose()
    return key


def copy(connection: Connection, rows: int) -> None:
    """Bring the events, differences and uploads to as many as asked for, and give both sides rows without a partner."""
    there_are = connection.scalar(text("select count(*) from adm.planned_events")) or 1
    times = max(1, rows // there_are)
    copy_rows(connection, "acted.tutorial_events", times, HERE)
    copy_rows(connection, "adm.administrate_events", times, THERE, ITS_ROW)
    copy_rows(connection, "adm.planned_events", times, PLANNED, ITS_ROW)
    copy_rows(connection, "acted.tutorial_events", 1, ALONE_HERE, SOME)
    copy_rows(connection, "adm.administrate_events", 1, ALONE_THERE, SOME)
    connection.execute(DRIFT)
    connection.execute(UPLOADS, {"rows": rows})
    connection.execute(IMPORTS)
    fill(connection, rows // 2)
    fill_templates(connection, COMPARED)
    day = {"entity": "locations", "side": "tutorial"}
    history = [
        {**day, "open_rows": number % 90, "counted_at": datetime.fromtimestamp(1.7e9 + number * 7200, UTC)}
        for number in range(rows)
    ]
    connection.execute(insert(discrepancy_counts), history)


def copy_rows(connection: Connection, table: str, times: int, changed: Mapping[str, str], join: str = "") -> None:
    """Copy all rows of a table; `changed` has the columns that a copy has otherwise, as SQL of `number`, from 1."""
    schema, _, name = table.partition(".")
    columns = [each["name"] for each in inspect(connection).get_columns(name, schema) if each["name"] != "id"]
    values = [changed.get(each, f"source.{each}") for each in columns]
    connection.execute(
        text(
            f"insert into {table} ({', '.join(columns)}) select {', '.join(values)} "  # noqa: S608 - our own words
            f"from {table} source cross join generate_series(1, :times) number {join}"
        ),
        {"times": times},
    )


def fill_templates(connection: Connection, count: int) -> None:
    """Give both sides templates without a partner that are called like one of the other side."""
    times = {"created_at": func.now(), "updated_at": func.now()}
    connection.execute(
        insert(tutorial_course_templates).values(description="", is_active=True, **times),
        [{"code": f"HT{number}A", "title": f"Hamlet {number}"} for number in range(count)],
    )
    connection.execute(
        insert(course_templates.TABLE),
        [
            {"external_id": f"template-{number}", "code": f"HT{number}-A", "title": f"Hamlet {number}"}
            for number in range(count)
        ],
    )
