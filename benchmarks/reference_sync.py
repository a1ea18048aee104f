"""Prints what a full reference sync costs: requests, seconds of waiting, peak memory.

    python benchmarks/reference_sync.py [--templates 10000] [--latency 50] [--requests-per-second 15]

The tenant runs in a process of its own, so that its memory and its time on the processor are not counted.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from sqlalchemy import create_engine

from sync_assets.administrate.client import AdministrateClient, TenantAddress
from sync_assets.bridge.migrate import migrate
from sync_assets.embedded_postgres import embedded_url
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import sync_everything
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tutorial_tables import fill_tutorial_tables
from sync_assets.tutorial.tables import create_tutorial_tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--templates", type=int, default=10_000)
    parser.add_argument("--latency", type=float, default=50, help="milliseconds")
    parser.add_argument("--requests-per-second", type=int, default=15)
    parser.add_argument("--concurrency", type=int, default=8)
    arguments = parser.parse_args()

    command = "from sync_assets.cli import main; main()"
    options = ["--port", "0", "--templates", str(arguments.templates), "--latency", str(arguments.latency)]
    tenant = subprocess.Popen(  # noqa: S603
        [sys.executable, "-u", "-c", command, "sandbox", *options], stdout=subprocess.PIPE, text=True
    )
    try:
        assert tenant.stdout
        tenant.stdout.readline()
        values = dict(tenant.stdout.readline().removeprefix("export ").strip().split("=", 1) for _ in range(4))
        connection = TenantAddress(
            values["ADMINISTRATE_API_URL"],
            values["ADMINISTRATE_TOKEN_URL"],
            values["ADMINISTRATE_CLIENT_ID"],
            values["ADMINISTRATE_CLIENT_SECRET"],
            requests_per_second=arguments.requests_per_second,
            concurrency=arguments.concurrency,
        )
        with tempfile.TemporaryDirectory() as folder:
            measure(connection, Path(folder), arguments)
    finally:
        tenant.terminate()
        tenant.wait()


def measure(connection: TenantAddress, folder: Path, arguments: argparse.Namespace) -> None:
    engine = create_engine(embedded_url(folder, "benchmark"))
    with engine.begin() as database:
        create_tutorial_tables(database)
        fill_tutorial_tables(database, made_up_provider(arguments.templates))
        migrate(database)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name in ("first", "second"):
        with AdministrateClient(connection) as client:
            start = time.perf_counter()
            counts = sync_everything(engine, client, ENTITIES)
            seconds = time.perf_counter() - start
            rows = sum(item.rows_written for item in counts.written.values())
            rows += sum(item.newly_linked for item in counts.linked.values())
            waiting = client.requests_sent * arguments.latency / 1000
            print(
                f"{name} sync: {client.requests_sent} requests, {rows} rows written, {seconds:.1f} s; "
                f"requests x latency / concurrency {waiting / arguments.concurrency:.1f} s, "
                f"requests / rate limit {client.requests_sent / arguments.requests_per_second:.1f} s"
            )
    root = connection.api_url.removesuffix("/graphql")
    log = httpx.get(f"{root}/requests").json()
    print(f"most requests within one second, as the tenant saw them: {log['peak_requests_per_second']}")
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"peak memory {after / 1024:.0f} MB ({before / 1024:.0f} MB before the first sync)")
    engine.dispose()


if __name__ == "__main__":
    main()
