"""Production on this machine: every process apart, over the embedded PostgreSQL and a made-up tenant."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from sync_assets.administrate.client import TenantAddress
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import Provider, made_up_provider
from sync_assets_tests.operations.http_sink import Sink, http_sink
from sync_assets_tests.processes.both_systems import BothSystems, parts_of
from sync_assets_tests.processes.dagster_ui import DagsterUI
from sync_assets_tests.processes.production import BIN, Production, settings_of_sandbox
from sync_assets_tests.support.database_server import DatabaseServer, plain
from sync_assets_tests.support.systems import synced_template
from sync_assets_tests.support.waiting import eventually

TEMPLATES = 60
PROVIDER = made_up_provider(TEMPLATES)


@pytest.fixture(scope="package")
def provider() -> Provider:
    """The made-up provider of both sides."""
    return PROVIDER


@pytest.fixture(scope="package")
def workbooks() -> list[bytes]:
    """Workbooks without an event in common."""
    return parts_of(event_workbook(PROVIDER, events=45, sessions=180), 9)


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("production")


@pytest.fixture(scope="package")
def tenant_settings(folder: Path) -> Iterator[dict[str, str]]:
    """The settings that reach a made-up tenant, which is a process of its own."""
    output = folder / "tenant.log"
    command = [str(BIN / "sync-assets"), "sandbox", "--port", "0", "--templates", str(TEMPLATES)]
    with output.open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            yield settings_of_sandbox(process, output)
        finally:
            process.terminate()


@pytest.fixture(scope="package")
def sink() -> Iterator[Sink]:
    """Where alerts go."""
    with http_sink() as sink:
        yield sink


@pytest.fixture(scope="package")
def systems(server: DatabaseServer, tenant_settings: dict[str, str]) -> Iterator[BothSystems]:
    """Both sides of a made-up provider, synced and without an event."""
    engine = create_engine(server.url(server.create(synced_template(server, PROVIDER), prefix="production")))
    known = TenantAddress(
        tenant_settings["ADMINISTRATE_API_URL"],
        tenant_settings["ADMINISTRATE_TOKEN_URL"],
        tenant_settings["ADMINISTRATE_CLIENT_ID"],
        tenant_settings["ADMINISTRATE_CLIENT_SECRET"],
    )
    yield BothSystems(engine, tenant_settings["ADMINISTRATE_API_URL"].removesuffix("/graphql"), known)
    engine.dispose()


@pytest.fixture(scope="package")
def production(
    folder: Path,
    server: DatabaseServer,
    tenant_settings: dict[str, str],
    systems: BothSystems,
    sink: Sink,
) -> Iterator[Production]:
    """The processes of production, running."""
    dagster_url = server.url(server.create(prefix="dagster"))
    settings = {
        **tenant_settings,
        # Without a driver, as people write them.
        "SYNC_DATABASE_URL": plain(systems.engine.url),
        "DAGSTER_PG_URL": plain(dagster_url),
        "SYNC_LOCAL_DIR": str(folder / "local"),
        "SYNC_UPLOAD_DIR": str(folder / "uploads"),
        "SYNC_FREQUENT_CRON": "* * * * *",
        "SYNC_ALERT_URLS": sink.url,
        "ADMINISTRATE_REQUESTS_PER_SECOND": "1000",
        "ADMINISTRATE_REQUESTS_PER_MINUTE": "60000",
        "ADMINISTRATE_QUIET_SECONDS": "5",
    }
    production = Production(folder, settings)
    production.prepare()
    try:
        production.start_all()
        yield production
    finally:
        production.stop_all()


@pytest.fixture(scope="package")
def ui(production: Production) -> DagsterUI:
    """The webserver, once it sees all daemons at work."""
    ui = DagsterUI(production.url)
    eventually(lambda: not ui.unhealthy_daemons(), "the daemons give a sign of life")
    return ui
