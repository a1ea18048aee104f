"""Prints what each page takes with many events, discrepancies, differences and uploads.

    python -m benchmarks.pages [--rows 5000]

A sitting is imported into a stand-in tenant, and copied until there are as many events on both sides as asked for. The
pages are served by a process of their own, and asked over HTTP. The time that its processor worked for a page says most
on a machine that has other things to do; that of PostgreSQL is in the time that an answer took, and not in it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from benchmarks.event_import import served_tenant
from benchmarks.many_rows import fill_database
from sync_assets.cli.pages import serving_pages
from sync_assets.embedded_postgres import embedded_url
from sync_assets.settings import Settings

PASSWORD = "password of a benchmark"  # noqa: S105 - of a server that ends with the benchmark
ASKED = 9
MOST = 300.0
"""Milliseconds within which a page is to answer."""
PAGES = (
    "/overview",
    "/overview/syncs",
    "/discrepancies",
    "/discrepancies/locations",
    "/discrepancies/locations?page=60",
    "/discrepancies/locations?q=hamlet+49",
    "/discrepancies/course_templates",
    "/discrepancies/course_templates?side=administrate&page=20",
    "/discrepancies/events",
    "/drift",
    "/drift?page=40",
    "/drift?kind=changed+here&q=26A+3",
    "/events",
    "/events?page=30",
    "/events?state=agreed&q=2",
    "/events?lifecycle=draft&sale=no&sitting=2026S",
    "/uploads",
    "/upload",
)


class Used(NamedTuple):
    """What a process has used: seconds of its processor, and the peak of its memory in MB."""

    seconds: float
    peak_mb: float


def serve(pipe: Pipe, environment: dict[str, str]) -> None:
    """Serve the pages, and say what that has used whenever somebody asks."""
    os.environ.update(environment)
    with serving_pages(Settings.read(), 0, PASSWORD) as address:
        pipe.send(address)
        while pipe.recv():
            pipe.send(Used(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


@contextmanager
def served_pages(environment: dict[str, str]) -> Iterator[tuple[httpx.Client, Callable[[], Used]]]:
    """Yield a browser that is signed in at the pages of another process, and what says what that process has used."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(there, environment), daemon=True)
    process.start()

    def used() -> Used:
        here.send(True)
        answer: Used = here.recv()
        return answer

    try:
        with httpx.Client(base_url=here.recv(), timeout=60) as http:
            http.post("/sign-in", data={"name": "Ada", "password": PASSWORD, "next": "/upload"})
            yield http, used
    finally:
        here.send(False)
        process.join(timeout=20)
        process.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        url = embedded_url(Path(folder), f"benchmark_{time.time_ns()}")
        with served_tenant() as place:
            key = fill_database(url, place, rows)
        environment = {"SYNC_DATABASE_URL": url.render_as_string(hide_password=False), "SYNC_LOCAL_DIR": folder}
        measure_pages(environment, (*PAGES, f"/uploads/{key}"))


def measure_pages(environment: dict[str, str], pages: tuple[str, ...]) -> None:
    with served_pages(environment) as (http, used):
        slow = [page for page in pages if measure(http, used, page) > MOST]
        print(f"{len(pages) - len(slow)} of {len(pages)} pages within {MOST:.0f} ms; peak {used().peak_mb:.0f} MB")


def measure(http: httpx.Client, used: Callable[[], Used], page: str) -> float:
    """Print what several answers took after a first one, and return the median in milliseconds."""
    http.get(page).raise_for_status()
    taken, worked = [], []
    answer: Any = None
    for _ in range(ASKED):
        before, begin = used(), time.perf_counter()
        answer = http.get(page)
        taken.append((time.perf_counter() - begin) * 1000)
        worked.append((used().seconds - before.seconds) * 1000)
    median = statistics.median(taken)
    print(
        f"{page}: median {median:.0f} ms, worst {max(taken):.0f} ms; processor of the pages "
        f"{statistics.median(worked):.0f} ms; {len(answer.content) / 1024:.0f} KB",
        flush=True,
    )
    return median


if __name__ == "__main__":
    main()
