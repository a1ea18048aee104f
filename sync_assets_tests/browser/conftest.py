"""A real browser before the real pages: Debian's Chromium, led by Playwright, with Dagster, PostgreSQL and a tenant.

A machine without Chromium leaves these tests out, and says so.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import create_engine

from sync_assets.administrate.client import TenantAddress
from sync_assets.cli.pages import serving_pages
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.settings import Settings
from sync_assets_tests.browser.office import Office
from sync_assets_tests.pages.served_pages import PASSWORD
from sync_assets_tests.processes.both_systems import BothSystems
from sync_assets_tests.processes.dagster_ui import DagsterUI
from sync_assets_tests.processes.production import BIN, Production, eventually, settings_of_sandbox
from sync_assets_tests.support.database_server import DatabaseServer, plain
from sync_assets_tests.support.environment import set_environment
from sync_assets_tests.support.systems import synced_template

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_BROWSER = "There is no Chromium on this machine: the tests in a real browser are left out."
PROVIDER = made_up_provider(60)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the tests of this folder out where there is no browser."""
    if CHROMIUM is None:
        for item in items:
            if "sync_assets_tests/browser" in item.path.as_posix():
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser, without a window. Its event loop would be in the way of tests of other files."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def tenant_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings that reach a made-up tenant, which is a process of its own."""
    output = tmp_path_factory.mktemp("tenant") / "tenant.log"
    command = [str(BIN / "sync-assets"), "sandbox", "--port", "0", "--templates", "60"]
    with output.open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            yield settings_of_sandbox(process, output)
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def systems(server: DatabaseServer, tenant_settings: dict[str, str]) -> Iterator[BothSystems]:
    """Both sides of a made-up provider, synced and without an event."""
    engine = create_engine(server.url(server.create(synced_template(server, PROVIDER), prefix="browser")))
    known = TenantAddress(
        tenant_settings["ADMINISTRATE_API_URL"],
        tenant_settings["ADMINISTRATE_TOKEN_URL"],
        tenant_settings["ADMINISTRATE_CLIENT_ID"],
        tenant_settings["ADMINISTRATE_CLIENT_SECRET"],
    )
    yield BothSystems(engine, tenant_settings["ADMINISTRATE_API_URL"].removesuffix("/graphql"), known)
    engine.dispose()


@pytest.fixture(scope="module")
def production(
    tmp_path_factory: pytest.TempPathFactory,
    server: DatabaseServer,
    tenant_settings: dict[str, str],
    systems: BothSystems,
) -> Iterator[Production]:
    """Dagster's processes, as in production, once for each file of tests."""
    folder: Path = tmp_path_factory.mktemp("production")
    settings = {
        **tenant_settings,
        "SYNC_DATABASE_URL": plain(systems.engine.url),
        "DAGSTER_PG_URL": plain(server.url(server.create(prefix="dagster"))),
        "SYNC_LOCAL_DIR": str(folder / "local"),
        "SYNC_UPLOAD_DIR": str(folder / "uploads"),
        "ADMINISTRATE_REQUESTS_PER_SECOND": "1000",
        "ADMINISTRATE_REQUESTS_PER_MINUTE": "60000",
        "ADMINISTRATE_QUIET_SECONDS": "5",
        "ADMINISTRATE_RETRY_SECONDS": "1",
        "ADMINISTRATE_EVENT_URL": "https://administrate.example.org/events/{number}",
    }
    production = Production(folder, settings)
    production.prepare()
    try:
        production.start_all()
        ui = DagsterUI(production.url)
        eventually(lambda: not ui.unhealthy_daemons(), "the daemons give a sign of life")
        yield production
    finally:
        production.stop_all()


@pytest.fixture(scope="module")
def address(production: Production) -> Iterator[str]:
    """The address of the pages, which start runs in that Dagster."""
    with pytest.MonkeyPatch.context() as patch:
        dagster = {"SYNC_DAGSTER_URL": production.url, "DAGSTER_HOME": str(production.home)}
        set_environment(patch, {**production.settings, **dagster})
        with serving_pages(Settings.read(), 0, PASSWORD) as address:
            yield address


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page of a browser in which nobody is signed in; an error of a script or of the policy fails the test."""
    context = chromium.new_context(base_url=address, accept_downloads=True)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if "Content Security Policy" in said.text else None)
    page.on("dialog", lambda dialog: troubles.append(f"a dialog: {dialog.message}"))
    yield page
    context.close()
    assert troubles == []


@pytest.fixture
def office(page: Page, systems: BothSystems, tmp_path: Path) -> Office:
    """Ada at her desk, signed in."""
    office = Office(page, systems, tmp_path)
    office.sign_in()
    return office
