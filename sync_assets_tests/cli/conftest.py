"""A made-up provider on both sides, and an environment in which nothing else is set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets_tests.support.database_server import DatabaseServer
from sync_assets_tests.support.environment import clean_environment, settings_of
from sync_assets_tests.support.provider import tutorial_template

PROVIDER = made_up_provider(24)


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with serve(tenant_of(PROVIDER)) as sandbox:
        yield sandbox


@pytest.fixture
def provided(server: DatabaseServer) -> Iterator[Engine]:
    """The provider's database as the tutorial application has it, before the first migration."""
    with server.engine(tutorial_template(server, PROVIDER)) as engine:
        yield engine


@pytest.fixture
def process_environment(dagster_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a command, its folder and Dagster's storage, before it knows either side."""
    folder = tmp_path_factory.mktemp("local")
    return {**clean_environment(), "DAGSTER_PG_URL": dagster_url, "SYNC_LOCAL_DIR": str(folder)}


@pytest.fixture
def environment(provided: Engine, served: Sandbox, process_environment: dict[str, str]) -> dict[str, str]:
    """The environment of a command that knows both sides."""
    return {**process_environment, **settings_of(provided, served), "ADMINISTRATE_RETRY_SECONDS": "0.5"}
