"""What tests of every folder stand on: the embedded PostgreSQL, a database each, and the stand-in tenant over HTTP."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import pytest
import stamina
from sqlalchemy import Engine
from xdist.remote import Producer
from xdist.scheduler import Scheduling

from sync_assets.administrate.client import AdministrateClient
from sync_assets.sandbox.provider.provider import Provider, made_up_provider
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.support.database_server import DatabaseServer, plain
from sync_assets_tests.support.distribution import TestByTest, count_of_workers, long_ones_first, mark_slow
from sync_assets_tests.support.environment import client_of
from sync_assets_tests.support.systems import Systems, synced_template
from sync_assets_tests.support.temporary_folders import folder_of_server, is_worker, use_own_folder


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give the run its folder before pytest chooses one."""
    use_own_folder(config)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Deal out the tests to the workers."""
    return TestByTest(config, log)


def pytest_xdist_auto_num_workers() -> int:
    """Say how many workers there are to be."""
    return count_of_workers()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests before pytest chooses by marks; begin with the long ones where several workers share the tests."""
    mark_slow(items)
    if is_worker(config):
        long_ones_first(items)


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make, and not among all modules anew: that took a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.fixture(scope="session")
def postgres_dir(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the embedded server of this test run."""
    folder = folder_of_server(request.config, tmp_path_factory)
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def server(postgres_dir: Path) -> Iterator[DatabaseServer]:
    """The embedded server, which all workers share."""
    server = DatabaseServer(postgres_dir)
    yield server
    server.close()


@pytest.fixture
def empty_database(server: DatabaseServer) -> Iterator[Engine]:
    """A database of its own without any table."""
    with server.engine() as engine:
        yield engine


@pytest.fixture
def layout() -> LayoutName:
    """The layout of the tutorial tables; `BOTH_LAYOUTS` runs a test on each."""
    return LayoutName.MAY


@pytest.fixture
def tutorial_database(server: DatabaseServer, layout: LayoutName) -> Iterator[Engine]:
    """A database of its own with the tutorial application's tables, all empty, before any migration of ours."""
    with server.engine(server.tutorial(layout)) as engine:
        yield engine


@pytest.fixture
def database(server: DatabaseServer, layout: LayoutName) -> Iterator[Engine]:
    """A database of its own with empty tutorial tables and the schema adm."""
    with server.engine(server.migrated(layout)) as engine:
        yield engine


@pytest.fixture
def dagster_url(server: DatabaseServer) -> Iterator[str]:
    """The URL of a storage of Dagster's, its tables made, for DAGSTER_PG_URL."""
    name = server.create(server.dagster())
    yield plain(server.url(name))
    server.drop(name)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """An instance of Dagster in memory. It knows no ticks, and other processes cannot open it."""
    with dg.DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def tenant() -> Tenant:
    """A tenant without any record."""
    return Tenant()


@pytest.fixture
def sandbox(tenant: Tenant) -> Iterator[Sandbox]:
    """The tenant, served over HTTP."""
    with serve(tenant) as served:
        yield served


@pytest.fixture
def connect(sandbox: Sandbox) -> Iterator[Callable[..., AdministrateClient]]:
    """Make a client of the served tenant, with other values of its address where they are given."""
    with ExitStack() as clients:
        yield lambda **values: clients.enter_context(client_of(sandbox, **values))


@pytest.fixture
def client(connect: Callable[..., AdministrateClient]) -> AdministrateClient:
    """A client of the served tenant."""
    return connect()


@pytest.fixture(scope="session")
def provider() -> Provider:
    """A made-up provider, as both sides have it."""
    return made_up_provider(60)


@pytest.fixture
def systems(
    server: DatabaseServer,
    layout: LayoutName,
    provider: Provider,
    sandbox: Sandbox,
    connect: Callable[..., AdministrateClient],
) -> Iterator[Systems]:
    """Both sides of the provider, synced and without an event; the served tenant has to be that of the provider."""
    with server.engine(synced_template(server, provider, layout)) as engine:
        yield Systems(provider, engine, sandbox, connect)


@pytest.fixture(autouse=True)
def _without_waiting() -> Iterator[None]:
    """Retries happen as often as they would, and at once."""
    with stamina.set_testing(True, attempts=6, cap=True):
        yield
