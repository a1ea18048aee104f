"""A made-up provider on both sides, and the environment by which the code location finds it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets_tests.support.database_server import DatabaseServer
from sync_assets_tests.support.environment import set_environment, settings_of
from sync_assets_tests.support.provider import filled_template

PROVIDER = made_up_provider(24)


@pytest.fixture(scope="package")
def shared_sandbox() -> Iterator[Sandbox]:
    with serve(tenant_of(PROVIDER)) as served:
        yield served


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Iterator[Sandbox]:
    shared_sandbox.requests.clear()
    yield shared_sandbox
    shared_sandbox.faults.clear()


@pytest.fixture
def provided(server: DatabaseServer, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    with server.engine(filled_template(server, PROVIDER)) as engine:
        set_environment(monkeypatch, settings_of(engine, sandbox))
        yield engine
