"""A page of another site in a real browser, before Dagster's own webserver and before the one with the guard."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import dagster as dg
import pytest
from playwright.sync_api import Browser, Page

from sync_assets.cli.ui import runs_page
from sync_assets_tests.processes.dagster_ui import LOCATION, DagsterUI
from sync_assets_tests.processes.production import BIN, HOST, PREFIX, Production, free_port
from sync_assets_tests.support.database_server import DatabaseServer, plain
from sync_assets_tests.support.waiting import eventually

pytestmark = pytest.mark.slow

JOB = ", ".join(f'{name}: "{value}"' for name, value in {**LOCATION, "pipelineName": "prune_runs"}.items())
PARAMETERS = f'{{ mode: "default", selector: {{ {JOB} }} }}'
MUTATION = f"mutation {{ launchPipelineExecution(executionParams: {PARAMETERS}) {{ __typename }} }}"
IN_AN_ADDRESS = f"/graphql?query={quote(MUTATION)}"
WAYS = {
    "an image": "<img src='{target}{query}'>",
    "a script": "<script src='{target}{query}'></script>",
    "a frame": "<iframe src='{target}{query}'></iframe>",
    "a form": "<form method=post enctype=text/plain action='{target}{query}'></form>"
    "<script>document.forms[0].submit()</script>",
    "a request without an answer": "<script>fetch('{target}/graphql', {{method: 'POST', mode: 'no-cors', "
    "headers: {{'Content-Type': 'text/plain'}}, body: {body}}})</script>",
    "a request for a query in the address": "<script>fetch('{target}{query}', {{mode: 'no-cors'}})</script>",
    "a beacon": "<script>navigator.sendBeacon('{target}{query}', 'x')</script>",
    "a websocket": "<script>new WebSocket('{websocket}/graphql', 'graphql-ws')</script>",
}


@dataclass
class OtherSite:
    """A web site of somebody else, whose page is what a test writes."""

    page: str = ""
    server: ThreadingHTTPServer = field(init=False)

    @property
    def url(self) -> str:
        """Its address: another site than 127.0.0.1, though it is this machine."""
        return f"http://localhost:{self.server.server_port}/"


@pytest.fixture(scope="module")
def other_site() -> Iterator[OtherSite]:
    site = OtherSite()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(site.page.encode())

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer((HOST, 0), Handler) as site.server:
        threading.Thread(target=site.server.serve_forever, daemon=True).start()
        yield site
        site.server.shutdown()


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, server: DatabaseServer) -> Iterator[Production]:
    """A code server, the guarded webserver and, at the port `unguarded`, Dagster's own."""
    folder: Path = tmp_path_factory.mktemp("webservers")
    storage = plain(server.url(server.create(server.dagster(), prefix="dagster")))
    production = Production(folder, {"DAGSTER_PG_URL": storage, "SYNC_LOCAL_DIR": str(folder / "local")})
    production.prepare()
    try:
        production.start("code server")
        production.wait_for_code_server()
        production.start("webserver")
        production.wait_for_webserver()
        yield production
    finally:
        production.stop_all()


@pytest.fixture(scope="module")
def unguarded(servers: Production) -> str:
    """The address of Dagster's own webserver over the same storage."""
    port = free_port()
    workspace = ["-w", str(servers.home / "workspace.yaml")]
    command = [str(BIN / "dagster-webserver"), *workspace, "-h", HOST, "-p", str(port)]
    servers.running["unguarded"] = servers.run("unguarded", command)
    servers.wait_for_address("unguarded", f"http://{HOST}:{port}")
    return f"http://{HOST}:{port}"


@dataclass
class Seen:
    """What became of the requests that the browser sent to a webserver: their statuses, and failures."""

    statuses: list[int] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def visit(page: Page, site: OtherSite, way: str, target: str) -> Seen:
    """Show a page of the other site that sends a request to a webserver, and return what became of it."""
    seen = Seen()
    page.on("response", lambda answer: seen.statuses.append(answer.status) if answer.url.startswith(target) else None)
    page.on("requestfailed", lambda asked: seen.failed.append(asked.url) if asked.url.startswith(target) else None)
    page.on("websocket", lambda socket: socket.on("socketerror", lambda _: seen.failed.append(socket.url)))
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: seen.statuses.append(101)))
    values = {
        "target": target,
        "websocket": target.replace("http:", "ws:"),
        "query": IN_AN_ADDRESS,
        "body": json.dumps(json.dumps({"query": MUTATION})),
    }
    site.page = f"<!doctype html><title>Elsewhere</title>{WAYS[way].format(**values)}"
    page.goto(site.url)

    def is_over() -> bool:
        page.wait_for_timeout(50)
        return bool(seen.statuses or seen.failed)

    eventually(is_over, f"the browser has sent {way}", within=30)
    return seen


def test_without_the_guard_an_image_on_another_site_starts_a_run(
    page: Page, other_site: OtherSite, unguarded: str
) -> None:
    before = len(DagsterUI(unguarded).runs())
    visit(page, other_site, "an image", unguarded)
    assert len(DagsterUI(unguarded).runs()) == before + 1


@pytest.mark.parametrize("way", WAYS)
def test_with_the_guard_nothing_of_another_site_is_taken(
    page: Page, other_site: OtherSite, servers: Production, way: str
) -> None:
    before = len(DagsterUI(servers.url).runs())
    seen = visit(page, other_site, way, servers.url)
    assert set(seen.statuses) <= {403}
    assert len(DagsterUI(servers.url).runs()) == before


def test_a_link_on_another_site_leads_to_dagsters_pages(page: Page, other_site: OtherSite, servers: Production) -> None:
    other_site.page = f"<!doctype html><a href='{servers.url}/runs'>Dagster</a>"
    page.goto(other_site.url)
    page.click("a")
    page.wait_for_url(f"{servers.url}/runs**")
    page.wait_for_selector("text=Runs")


def test_the_address_that_is_printed_shows_runs_of_the_command_line(
    page: Page, servers: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in servers.settings.items():
        monkeypatch.setenv(name, value)
    run = dg.DagsterRun(job_name="sync_all", run_id=str(uuid4()), status=dg.DagsterRunStatus.SUCCESS)
    with dg.DagsterInstance.from_config(str(servers.home)) as instance:
        instance.add_run(run)
    page.goto(runs_page(servers.url))
    page.wait_for_selector(f"text={run.run_id[:8]}")


def test_dagsters_own_pages_work_and_start_runs(page: Page, servers: Production) -> None:
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)
    page.goto(f"{servers.url}/jobs")
    page.wait_for_selector("text=prune_runs")
    before = len(DagsterUI(servers.url).runs())
    started = page.evaluate(
        f"query => fetch('{PREFIX}/graphql', "
        "{method: 'POST', headers: {'Content-Type': 'application/json'}, "
        "body: JSON.stringify({query})}).then(answer => answer.json())",
        MUTATION,
    )
    assert started["data"]["launchPipelineExecution"]["__typename"] == "LaunchRunSuccess"
    assert len(DagsterUI(servers.url).runs()) == before + 1
    assert refused == []


def test_a_name_that_was_made_to_point_here_shows_nothing(page: Page, servers: Production) -> None:
    # A browser takes every name below localhost for this machine, as if somebody had pointed it here.
    answer = page.goto(f"http://rebound.localhost:{servers.port}/")
    assert answer
    assert answer.status == 403
