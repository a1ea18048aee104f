"""Production on this machine: every process apart, over the embedded PostgreSQL and a made-up tenant."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine

from sync_assets.administrate.client import TenantAddress
from sync_assets.bridge.migrate import migrate
from sync_assets.embedded_postgres import embedded_url
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tutorial_tables import fill_tutorial_tables
from sync_assets.tutorial.tables import create_tutorial_tables
from sync_assets_tests.operations.http_sink import Sink, http_sink
from sync_assets_tests.processes.both_systems import BothSystems, parts_of
from sync_assets_tests.processes.dagster_ui import DagsterUI
from sync_assets_tests.processes.production import BIN, Production, settings_of_sandbox

TEMPLATES = 60


@pytest.fixture(scope="package")
def workbooks() -> list[bytes]:
    """Workbooks without an event in common."""
    return parts_of(event_workbook(made_up_provider(TEMPLATES), events=40, sessions=160), 8)


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
def systems(postgres_dir: Path, tenant_settings: dict[str, str]) -> Iterator[BothSystems]:
    """Both sides of a made-up provider, not yet synced."""
    engine = create_engine(embedded_url(postgres_dir, f"production_{uuid4().hex}"))
    with engine.begin() as connection:
        create_tutorial_tables(connection)
        fill_tutorial_tables(connection, made_up_provider(TEMPLATES))
        migrate(connection)
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
    postgres_dir: Path,
    tenant_settings: dict[str, str],
    systems: BothSystems,
    sink: Sink,
) -> Iterator[Production]:
    """The processes of production, running; their reference data is synced."""
    dagster_url = embedded_url(postgres_dir, f"dagster_{uuid4().hex}")
    settings = {
        **tenant_settings,
        "SYNC_DATABASE_URL": systems.engine.url.render_as_string(hide_password=False),
        # Without a driver, as people write it.
        "DAGSTER_PG_URL": dagster_url.set(drivername="postgresql").render_as_string(hide_password=False),
        "SYNC_LOCAL_DIR": str(folder / "local"),
        "SYNC_UPLOAD_DIR": str(folder / "uploads"),
        "SYNC_FREQUENT_CRON": "* * * * *",
        "SYNC_ALERT_URLS": sink.url,
        "ADMINISTRATE_REQUESTS_PER_SECOND": "1000",
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
    """The webserver, with the reference data synced by a run."""
    ui = DagsterUI(production.url)
    run = ui.wait_until_over(ui.launch("sync_all"))
    assert run.status == "SUCCESS", ui.messages(run.run_id)
    return ui
