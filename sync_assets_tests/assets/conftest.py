"""A made-up provider on both sides, and the environment by which the code location finds it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.provider.tutorial_tables import fill_tutorial_tables
from sync_assets.sandbox.server.server import Sandbox, serve


@pytest.fixture(scope="package")
def shared_sandbox() -> Iterator[Sandbox]:
    with serve(tenant_of(made_up_provider(24))) as served:
        yield served


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Iterator[Sandbox]:
    shared_sandbox.requests.clear()
    yield shared_sandbox
    shared_sandbox.faults.clear()


@pytest.fixture
def provided(database: Engine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Engine:
    with database.begin() as connection:
        fill_tutorial_tables(connection, made_up_provider(24))
    monkeypatch.setenv("SYNC_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("ADMINISTRATE_API_URL", sandbox.api_url)
    monkeypatch.setenv("ADMINISTRATE_TOKEN_URL", sandbox.token_url)
    monkeypatch.setenv("ADMINISTRATE_CLIENT_ID", sandbox.client_id)
    monkeypatch.setenv("ADMINISTRATE_CLIENT_SECRET", sandbox.client_secret)
    monkeypatch.setenv("ADMINISTRATE_REQUESTS_PER_SECOND", "1000")
    return database
