"""What tests of every folder stand on: the embedded PostgreSQL, a database each, and the stand-in tenant over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import stamina
from sqlalchemy import Engine, create_engine, text

from sync_assets.administrate.client import AdministrateClient, TenantAddress
from sync_assets.bridge.migrate import migrate
from sync_assets.embedded_postgres import embedded_url
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets.tutorial.tables import LayoutName, create_tutorial_tables


@pytest.fixture(scope="session")
def postgres_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the embedded server of this test run."""
    return tmp_path_factory.mktemp("embedded")


@pytest.fixture
def empty_database(postgres_dir: Path) -> Iterator[Engine]:
    """A database of its own without any table."""
    name = f"test_{uuid4().hex}"
    engine = create_engine(embedded_url(postgres_dir, name))
    yield engine
    engine.dispose()
    server = create_engine(embedded_url(postgres_dir, "postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'drop database "{name}" with (force)'))
    server.dispose()


@pytest.fixture
def layout() -> LayoutName:
    """The layout of the tutorial tables; `BOTH_LAYOUTS` runs a test on each."""
    return LayoutName.MAY


@pytest.fixture
def tutorial_database(empty_database: Engine, layout: LayoutName) -> Engine:
    """A database of its own with the tutorial application's tables, all empty, before any migration of ours."""
    with empty_database.begin() as connection:
        create_tutorial_tables(connection, layout)
    return empty_database


@pytest.fixture
def database(tutorial_database: Engine) -> Engine:
    """The tutorial application's tables, all empty, and the schema adm as this version needs it."""
    with tutorial_database.begin() as connection:
        migrate(connection)
    return tutorial_database


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
    """Make a client of the served tenant, with other values of its connection where they are given."""
    clients: list[AdministrateClient] = []

    def make(**values: object) -> AdministrateClient:
        known = {
            "api_url": sandbox.api_url,
            "token_url": sandbox.token_url,
            "client_id": sandbox.client_id,
            "client_secret": sandbox.client_secret,
            "requests_per_second": 1000,
        }
        clients.append(AdministrateClient(TenantAddress(**{**known, **values})))  # type: ignore[arg-type]
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(connect: Callable[..., AdministrateClient]) -> AdministrateClient:
    """A client of the served tenant."""
    return connect()


@pytest.fixture(autouse=True)
def _without_waiting() -> Iterator[None]:
    """Retries happen as often as they would, and at once."""
    with stamina.set_testing(True, attempts=6, cap=True):
        yield
