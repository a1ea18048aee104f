"""The pages and Dagster behind the proxy, as the compose file arranges them: one address, two doors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from sync_assets_tests.deploy.caddy import PASSWORD as ENGINEERS_PASSWORD
from sync_assets_tests.deploy.caddy import USER, proxy_at, upstream
from sync_assets_tests.pages.served_pages import PASSWORD, Person
from sync_assets_tests.pages.upload.uploading import key_of, upload
from sync_assets_tests.processes.dagster_ui import DagsterUI
from sync_assets_tests.processes.production import BIN, HOST, PREFIX, Production, free_port
from sync_assets_tests.support.waiting import eventually


@pytest.fixture(scope="module")
def address(production: Production, ui: DagsterUI, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the proxy; the pages are a process of their own."""
    assert not ui.unhealthy_daemons()
    address, port = f"http://{HOST}:{free_port()}", free_port()
    settings = {
        "SYNC_PAGES_URL": address,
        "SYNC_UI_URL": f"{address}{PREFIX}",
        "SYNC_DAGSTER_URL": production.url,
        "SYNC_PAGES_PASSWORD": PASSWORD,
        "SYNC_ALERT_URLS": "",
    }
    beside = replace(production, settings={**production.settings, **settings})
    pages = beside.run("pages", [str(BIN / "sync-assets"), "pages", "--port", str(port)])
    folder: Path = tmp_path_factory.mktemp("proxy")
    try:
        with proxy_at(address, folder, webserver=upstream(production.port), pages=upstream(port)):
            eventually(lambda: httpx.get(f"{address}/alive").text == "alive", "the pages answer")
            yield address
    finally:
        pages.terminate()
        pages.wait(timeout=30)


@pytest.fixture
def planner(address: str) -> Iterator[Person]:
    """Somebody who knows the password of the pages, and not that of Dagster."""
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as http:
        person = Person(http)
        assert person.sign_in().status_code == httpx.codes.OK
        yield person


def test_a_planner_imports_a_workbook_and_the_run_leads_to_dagster(
    address: str, planner: Person, ui: DagsterUI, workbooks: list[bytes]
) -> None:
    key = key_of(upload(planner, workbooks[0]))
    started = planner.send(f"/uploads/{key}/import")
    assert started.status_code == httpx.codes.OK, started.text
    run = ui.run_of_partition(key)
    assert ui.wait_until_over(run.run_id).status == "SUCCESS"
    assert f"{address}{PREFIX}/runs/{run.run_id}" in planner.get(f"/uploads/{key}").text


def test_a_planner_does_not_reach_dagster_and_an_engineer_does(address: str, planner: Person) -> None:
    assert planner.get(f"{PREFIX}/runs").status_code == httpx.codes.UNAUTHORIZED
    page = httpx.get(f"{address}{PREFIX}/runs", auth=(USER, ENGINEERS_PASSWORD))
    assert page.status_code == httpx.codes.OK
    scripts = re.findall(r'src="([^"]+\.js)"', page.text)
    assert scripts
    assert all(script.startswith(f"{PREFIX}/") for script in scripts)
    script = httpx.get(f"{address}{scripts[0]}", auth=(USER, ENGINEERS_PASSWORD))
    assert script.status_code == httpx.codes.OK
