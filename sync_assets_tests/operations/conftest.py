"""An instance of Dagster, a place that alerts go to, and a made-up provider on both sides."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import pytest
from sqlalchemy import Engine

from sync_assets.administrate.client import AdministrateClient, TenantAddress
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import link_entity, sync_entity
from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.provider.tutorial_tables import fill_tutorial_tables
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets_tests.operations.http_sink import Sink, http_sink


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def kept_instance() -> Iterator[dg.DagsterInstance]:
    """An instance with files: it alone knows ticks, and can be opened by its reference."""
    with dg.DagsterInstance.local_temp(overrides={"telemetry": {"enabled": False}}) as local:
        yield local


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """A channel, named in the environment."""
    with http_sink() as served:
        monkeypatch.setenv("SYNC_ALERT_URLS", served.url)
        yield served


@pytest.fixture(scope="module")
def shared_sandbox() -> Iterator[Sandbox]:
    with serve(tenant_of(made_up_provider(24))) as served:
        yield served


@pytest.fixture
def provided(database: Engine, shared_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The provider's database, and the environment by which the code location finds both sides."""
    with database.begin() as connection:
        fill_tutorial_tables(connection, made_up_provider(24))
    monkeypatch.setenv("SYNC_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("ADMINISTRATE_API_URL", shared_sandbox.api_url)
    monkeypatch.setenv("ADMINISTRATE_TOKEN_URL", shared_sandbox.token_url)
    monkeypatch.setenv("ADMINISTRATE_CLIENT_ID", shared_sandbox.client_id)
    monkeypatch.setenv("ADMINISTRATE_CLIENT_SECRET", shared_sandbox.client_secret)
    monkeypatch.setenv("ADMINISTRATE_REQUESTS_PER_SECOND", "1000")
    yield database
    shared_sandbox.faults.clear()


@pytest.fixture
def synced(provided: Engine, shared_sandbox: Sandbox) -> Engine:
    """The provider's database after a sync of everything."""
    connection = TenantAddress(
        shared_sandbox.api_url,
        shared_sandbox.token_url,
        shared_sandbox.client_id,
        shared_sandbox.client_secret,
        requests_per_second=1000,
    )
    with AdministrateClient(connection) as client:
        for entity in ENTITIES.values():
            sync_entity(provided, client, entity, ENTITIES)
    for entity in ENTITIES.values():
        if entity.link:
            link_entity(provided, entity, ENTITIES)
    return provided
