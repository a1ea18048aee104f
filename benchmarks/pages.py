"""Prints how long each page takes with many events and many rows without a partner.

    python -m benchmarks.pages [--rows 5000]

The pages are asked over HTTP. Six events are imported, and copied until there are as many as asked for.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
from sqlalchemy import Connection, create_engine, insert, text

from benchmarks.decisions import fill
from benchmarks.event_import import FAST, _address, prepare, served_tenant
from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.discrepancy_history import discrepancy_counts
from sync_assets.cli.pages import serving_pages
from sync_assets.embedded_postgres import embedded_url
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import link_entity
from sync_assets.event_import.import_upload import ImportOptions, import_upload
from sync_assets.settings import Settings

PASSWORD = "password of a benchmark"  # noqa: S105 - of a server that ends with the benchmark
ASKED = 7
PAGES = (
    "/overview",
    "/discrepancies",
    "/discrepancies/locations",
    "/discrepancies/locations?page=60",
    "/discrepancies/locations?q=hamlet+49",
    "/events",
    "/events?page=30",
    "/events?state=agreed&q=2",
)
COPY = text("""
    insert into adm.planned_events (title, title_key, plan, upload_key, upload_row, agreed, state, external_id)
    select title || ' ' || number, title_key || ' ' || number, plan, upload_key, upload_row, agreed, state,
      external_id || number
    from adm.planned_events, generate_series(1, :times) number
""")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder, served_tenant() as place:
        url = embedded_url(Path(folder), f"benchmark_{time.time_ns()}")
        key = prepare(url, place)
        engine = create_engine(url)
        with AdministrateClient(_address(place, **FAST)) as client:
            import_upload(engine, client, key, ImportOptions())
        with engine.begin() as connection:
            copy(connection, rows)
        link_entity(engine, ENTITIES["locations"], ENTITIES)
        os.environ["SYNC_DATABASE_URL"] = url.render_as_string(hide_password=False)
        with serving_pages(Settings.read(), 0, PASSWORD) as address, httpx.Client(base_url=address, timeout=60) as http:
            http.post("/sign-in", data={"name": "Ada", "password": PASSWORD, "next": "/upload"})
            for page in PAGES:
                measure(http, page)
        engine.dispose()


def copy(connection: Connection, rows: int) -> None:
    """Bring the events to as many as asked for, and give both sides as many rows without a partner, with a history."""
    there_are = connection.scalar(text("select count(*) from adm.planned_events")) or 1
    connection.execute(COPY, {"times": max(1, rows // there_are)})
    fill(connection, rows // 2)
    day = {"entity": "locations", "side": "tutorial"}
    history = [
        {**day, "open_rows": number % 90, "counted_at": datetime.fromtimestamp(1.7e9 + number * 7200, UTC)}
        for number in range(rows)
    ]
    connection.execute(insert(discrepancy_counts), history)
    connection.execute(text("analyze"))


def measure(http: httpx.Client, page: str) -> None:
    """Print what several answers took, and what of it the processor worked for pages and browser, PostgreSQL apart."""
    taken, worked = [], []
    for _ in range(ASKED):
        begin, work = time.perf_counter(), time.process_time()
        answer = http.get(page)
        taken.append((time.perf_counter() - begin) * 1000)
        worked.append((time.process_time() - work) * 1000)
        answer.raise_for_status()
    print(
        f"{page}: median {statistics.median(taken):.0f} ms, quickest {min(taken):.0f} ms, longest {max(taken):.0f} ms; "
        f"processor {statistics.median(worked):.0f} ms; {len(answer.content) / 1024:.0f} KB",
        flush=True,
    )


if __name__ == "__main__":
    main()
