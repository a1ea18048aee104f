"""Prints what an upload of a whole sitting takes in the pages, and by how much the progress that is shown lags.

    python -m benchmarks.upload_pages --latency 50 --viewers 1 20

The pages are served by a process of their own, and the stand-in tenant by another, which answers as much later as
`--latency` says. First the workbook (348 events, 1,288 sessions) is dropped on the page, in Chromium where there is one
and over HTTP in any case: the time until its plan is there, and the peak of the memory of the process that serves the
pages. Then it is imported, by a third process, while as many people as `--viewers` says follow it: how long after the
tables each number of events is told to the last of them. The tables are looked at every 20 ms.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx
from playwright.sync_api import sync_playwright
from sqlalchemy import Engine, create_engine, text

from benchmarks.event_import import EVENTS, SESSIONS, Place, measure, prepare, served_tenant
from benchmarks.pages import PASSWORD, Used, served_pages
from sync_assets.embedded_postgres import embedded_url
from sync_assets.event_import.import_options import ImportOptions
from sync_assets.event_import.upload_list import begin_import, note_run
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import made_up_provider

MOST_BEHIND: Final = 2.0
"""Seconds by which the progress may lag behind the tables."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
COUNTS = text("""
    select count(*) as known, count(*) filter (where state = 'agreed') as done
    from adm.planned_events where upload_key = :key and state <> 'withdrawn'
""")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latency", type=float, default=50.0, help="milliseconds that each answer takes longer")
    parser.add_argument("--viewers", type=int, nargs="+", default=[1, 20], help="people who follow an import")
    given = parser.parse_args()
    provider = made_up_provider()
    for viewers in given.viewers:
        with tempfile.TemporaryDirectory() as folder, served_tenant() as place:
            url = embedded_url(Path(folder), f"benchmark_{time.time_ns()}")
            key = prepare(url, place)
            httpx.put(place.faults_url, json=[{"kind": "latency", "seconds": given.latency / 1000}]).raise_for_status()
            workbook = Path(folder) / "dropped.xlsx"
            workbook.write_bytes(event_workbook(provider, events=EVENTS, sessions=SESSIONS))
            engine = create_engine(url)
            with served_pages(environment_of(url.render_as_string(hide_password=False), folder, place)) as (http, used):
                if viewers == given.viewers[0]:
                    upload(http, used, workbook)
                follow_import(http, used, engine, place, key, viewers)
            engine.dispose()


def environment_of(database_url: str, folder: str, place: Place) -> dict[str, str]:
    return {
        "SYNC_DATABASE_URL": database_url,
        "SYNC_LOCAL_DIR": folder,
        "SYNC_DAGSTER_URL": "http://127.0.0.1:9",
        "ADMINISTRATE_API_URL": place.api_url,
        "ADMINISTRATE_TOKEN_URL": place.token_url,
        "ADMINISTRATE_CLIENT_ID": place.client_id,
        "ADMINISTRATE_CLIENT_SECRET": place.client_secret,
    }


def upload(http: httpx.Client, used: Callable[[], Used], workbook: Path) -> None:
    """Print what it takes from a workbook to its plan, over HTTP and in a browser, twice each."""
    before = used()
    print(f"before the upload: {before.peak_mb:.0f} MB", flush=True)
    ways = {"over HTTP": over_http, **({"in a browser": in_browser} if CHROMIUM else {})}
    for name, way in ways.items():
        for _ in range(2):
            before = used()
            seconds = way(http, workbook)
            after = used()
            print(
                f"from dropping {EVENTS} events to their plan, {name}: {seconds:.1f} s; processor of the pages "
                f"{after.seconds - before.seconds:.1f} s; peak {after.peak_mb:.0f} MB",
                flush=True,
            )


def over_http(http: httpx.Client, workbook: Path) -> float:
    token = http.get("/upload").text.split('name="token" value="')[1].split('"')[0]
    begin = time.perf_counter()
    files = {"workbook": (workbook.name, workbook.read_bytes())}
    answer = http.post("/upload", data={"token": token}, files=files, follow_redirects=True)
    seconds = time.perf_counter() - begin
    answer.raise_for_status()
    assert f"{EVENTS} events" in answer.text or str(EVENTS) in answer.text
    return seconds


def in_browser(http: httpx.Client, workbook: Path) -> float:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(base_url=str(http.base_url))
        page.goto("/sign-in")
        page.fill("[name=name]", "Ada")
        page.fill("[name=password]", PASSWORD)
        page.click("button")
        page.goto("/upload")
        begin = time.perf_counter()
        page.set_input_files("input[name=workbook]", workbook)
        page.wait_for_selector("form[action$='/import'] button")
        seconds = time.perf_counter() - begin
        browser.close()
    return seconds


def follow_import(
    http: httpx.Client, used: Callable[[], Used], engine: Engine, place: Place, key: str, viewers: int
) -> None:
    """Import the upload and print by how much what is told of it lags behind the tables."""
    with engine.begin() as connection:
        begin_import(connection, key, {}, "Ada", datetime.now(UTC))
        note_run(connection, key, "a run of a benchmark")
    there: dict[tuple[str, int], float] = {}
    told: list[dict[tuple[str, int], float]] = [{} for _ in range(viewers)]
    ended = threading.Event()
    before = used()
    threads = [threading.Thread(target=watch_tables, args=(engine, key, there, ended))]
    threads += [threading.Thread(target=watch_stream, args=(http, key, each, ended)) for each in told]
    for thread in threads:
        thread.start()
    time.sleep(2)
    url = engine.url.render_as_string(hide_password=False)
    here, over_there = multiprocessing.Pipe()
    begin = time.perf_counter()
    process = multiprocessing.get_context("spawn").Process(
        target=measure, args=(over_there, url, place, key, ImportOptions())
    )
    process.start()
    process.join()
    seconds = time.perf_counter() - begin
    events = here.recv()["events"]
    time.sleep(MOST_BEHIND + 1)
    ended.set()
    for thread in threads:
        thread.join(timeout=10)
    after = used()
    lags = sorted(lag for each in told for lag in lags_of(there, each))
    late = sum(lag > MOST_BEHIND for lag in lags)
    print(
        f"{viewers} followed an import of {seconds:.1f} s ({json.dumps(events)}): behind by "
        f"{statistics.median(lags):.2f} s (median), {lags[-1]:.2f} s (longest); {late} of {len(lags)} numbers told "
        f"more than {MOST_BEHIND:.0f} s late; processor of the pages {after.seconds - before.seconds:.1f} s; "
        f"peak {after.peak_mb:.0f} MB",
        flush=True,
    )


def watch_tables(engine: Engine, key: str, seen: dict[tuple[str, int], float], ended: threading.Event) -> None:
    while not ended.wait(0.02):
        with engine.connect() as connection:
            row = connection.execute(COUNTS, {"key": key}).one()
        now = time.perf_counter()
        seen.setdefault(("events", row.known), now)
        seen.setdefault(("done", row.done), now)


def watch_stream(http: httpx.Client, key: str, seen: dict[tuple[str, int], float], ended: threading.Event) -> None:
    with (
        httpx.Client(base_url=http.base_url, cookies=http.cookies, timeout=30) as own,
        own.stream("GET", f"/uploads/{key}/progress") as answer,
    ):
        for line in answer.iter_lines():
            if ended.is_set():
                return
            if line.startswith('data: {"done"'):
                now, message = time.perf_counter(), json.loads(line.removeprefix("data: "))
                seen.setdefault(("events", message["all"]), now)
                seen.setdefault(("done", message["done"]), now)


def lags_of(there: dict[tuple[str, int], float], told: dict[tuple[str, int], float]) -> list[float]:
    """Return for each number of the tables how much later it, or a higher one, was told."""
    lags = []
    for (kind, number), moment in there.items():
        later = [at for (of_kind, other), at in told.items() if of_kind == kind and other >= number and other > 0]
        if number > 0:
            lags.append(min(later) - moment if later else float("inf"))
    return lags


if __name__ == "__main__":
    main()
