"""Import a file of a whole sitting (348 events, 1,288 sessions) into a stand-in tenant, and say what it took.

    python -m benchmarks.event_import --latency 50 --mutation-times 0 20 500

Each run is a process of its own, so that the peak of its memory is its own. The stand-in is served from another process
and answers as much later as `--latency` says; each mutation takes it as long as `--mutation-times` says. Beside each
run with many mutations per request stands one with a single one, with how many times as long it took. The client keeps
to its own limits of requests, which are those of the settings, and what its threads have waited for them is told. The
times are of the import alone, without the start of a process.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import create_engine
from sqlalchemy.engine import URL

from sync_assets.administrate.client import AdministrateClient, TenantAddress
from sync_assets.bridge.migrate import migrate
from sync_assets.embedded_postgres import embedded_url
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import sync_everything
from sync_assets.event_import.import_options import ImportOptions
from sync_assets.event_import.import_upload import import_upload
from sync_assets.event_import.stored_uploads import store_upload
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.provider.tutorial_tables import fill_tutorial_tables
from sync_assets.sandbox.server.server import Sandbox, run
from sync_assets.tutorial.tables import create_tutorial_tables

EVENTS, SESSIONS = 348, 1288
MANY, ONE, DRY = "many mutations per request", "one mutation per request", "dry run"
RUNS = {
    DRY: ImportOptions(dry_run=True),
    MANY: ImportOptions(),
    ONE: ImportOptions(mutations_per_request=1),
}
FAST = {"requests_per_second": 1000, "requests_per_minute": 60_000}
"""Limits for what is not measured."""


@dataclass(frozen=True)
class Place:
    """Where the stand-in is served, and its credentials."""

    api_url: str
    token_url: str
    client_id: str
    client_secret: str
    faults_url: str
    behaviour_url: str


def serve_tenant(pipe: Pipe) -> None:
    def ready(sandbox: Sandbox) -> None:
        pipe.send(
            Place(
                sandbox.api_url,
                sandbox.token_url,
                sandbox.client_id,
                sandbox.client_secret,
                f"{sandbox.url}/faults",
                f"{sandbox.url}/behaviour",
            )
        )

    run(tenant_of(made_up_provider()), ready=ready)


@contextmanager
def served_tenant() -> Iterator[Place]:
    """A fresh stand-in in a process of its own."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve_tenant, args=(there,), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def prepare(url: URL, place: Place) -> str:
    """Fill and sync a database, store the upload, and return its key."""
    engine, provider = create_engine(url), made_up_provider()
    with engine.begin() as connection:
        create_tutorial_tables(connection)
        migrate(connection)
        fill_tutorial_tables(connection, provider)
    with AdministrateClient(address_of(place, **FAST)) as client:
        sync_everything(engine, client, ENTITIES)
    content = event_workbook(provider, events=EVENTS, sessions=SESSIONS)
    with engine.begin() as connection:
        key = store_upload(connection, "sitting.xlsx", content, "benchmark", {}, datetime.now(UTC))
    engine.dispose()
    return key


def address_of(place: Place, **limits: int) -> TenantAddress:
    return TenantAddress(place.api_url, place.token_url, place.client_id, place.client_secret, **limits)


def measure(pipe: Pipe, url: str, place: Place, key: str, options: ImportOptions) -> None:
    engine = create_engine(url)
    with AdministrateClient(address_of(place)) as client:
        begin = time.perf_counter()
        report = import_upload(engine, client, key, options)
        seconds = time.perf_counter() - begin
        waited = client.seconds_waited
    pipe.send(
        {
            "requests": report.requests_sent,
            "mutations": report.mutations_sent,
            "seconds": round(seconds, 2),
            "waited_for_the_limit": round(waited, 2),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            "events": {str(outcome): count for outcome, count in report.counts.items() if count},
        }
    )


def benchmark(folder: Path, options: ImportOptions, latency: float, mutation_time: float) -> dict[str, Any]:
    """Return what a run took; both times are in milliseconds."""
    url = embedded_url(folder, f"benchmark_{time.time_ns()}")
    with served_tenant() as place:
        key = prepare(url, place)
        if latency:
            httpx.put(place.faults_url, json=[{"kind": "latency", "seconds": latency / 1000}]).raise_for_status()
        behaviour = {"seconds_per_mutation": mutation_time / 1000}
        httpx.put(place.behaviour_url, json=behaviour).raise_for_status()
        here, there = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(
            target=measure, args=(there, url.render_as_string(hide_password=False), place, key, options)
        )
        process.start()
        process.join()
        found: dict[str, Any] = here.recv()
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latency", type=float, default=50.0, help="milliseconds that each answer takes longer")
    parser.add_argument(
        "--mutation-times", type=float, nargs="+", default=[0.0, 20.0, 500.0], help="milliseconds that a mutation takes"
    )
    parser.add_argument("--only", choices=list(RUNS), help="one run instead of all")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for mutation_time in given.mutation_times:
            seconds: dict[str, float] = {}
            for name, options in RUNS.items():
                if given.only not in (None, name):
                    continue
                found = benchmark(Path(folder), options, given.latency, mutation_time)
                seconds[name] = found["seconds"]
                print(json.dumps({"run": name, "mutation_ms": mutation_time, **found}), flush=True)
            if {MANY, ONE} <= seconds.keys():
                print(f"one per request takes {seconds[ONE] / seconds[MANY]:.1f} times as long", flush=True)


if __name__ == "__main__":
    main()
