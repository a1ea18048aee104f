"""A made-up provider on both sides, synced once: each test imports into a copy of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, text

from sync_assets.administrate.client import AdministrateClient, TenantAddress
from sync_assets.bridge.migrate import migrate
from sync_assets.embedded_postgres import embedded_url
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import link_entity, sync_entity
from sync_assets.event_import.import_options import ImportOptions
from sync_assets.event_import.import_upload import import_upload
from sync_assets.event_import.report import EventProgress, ImportReport
from sync_assets.event_import.stored_uploads import store_upload
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import Provider, made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.provider.tutorial_tables import fill_tutorial_tables
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets.tutorial.tables import LayoutName, create_tutorial_tables

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass
class Systems:
    """The two sides with the bridge between them, and the uploads of a test."""

    provider: Provider
    engine: Engine
    sandbox: Sandbox
    connect: Callable[..., AdministrateClient]
    told: list[EventProgress] = field(default_factory=list)

    @property
    def tenant(self) -> Tenant:
        return self.sandbox.tenant

    @property
    def has_pairs(self) -> bool:
        """Whether the application keeps pairs of ids in `adm.events`, as since May."""
        with self.engine.connect() as connection:
            found = connection.scalar(
                text("""select count(*) from information_schema.columns
                        where table_schema = 'adm' and table_name = 'events' and column_name = 'title'""")
            )
        return found == 0

    def workbook(self, *, events: int, sessions: int, faulty: int = 0) -> bytes:
        return _workbook(self.provider, events, sessions, faulty)

    def store(self, content: bytes, name: str = "Spring events.xlsx") -> str:
        with self.engine.begin() as connection:
            return store_upload(connection, name, content, "test", {}, NOW)

    def run(self, key: str, client: AdministrateClient | None = None, **options: object) -> ImportReport:
        chosen = ImportOptions(**{"quiet_seconds": 2.0, "patience_seconds": 0.0, **options})  # type: ignore[arg-type]
        return import_upload(self.engine, client or self.connect(), key, chosen, self.told.append)


@cache
def _workbook(provider: Provider, events: int, sessions: int, faulty: int) -> bytes:
    return event_workbook(provider, events=events, sessions=sessions, faulty=faulty)


@pytest.fixture(scope="session")
def provider() -> Provider:
    return made_up_provider(60)


@pytest.fixture(scope="session")
def synced_databases(postgres_dir: Path, provider: Provider) -> Callable[[LayoutName], str]:
    """The name of a database of a layout whose reference data is synced, for others to be made from."""

    @cache
    def synced_database(layout: LayoutName) -> str:
        name = f"synced_{uuid4().hex}"
        engine = create_engine(embedded_url(postgres_dir, name))
        with engine.begin() as connection:
            create_tutorial_tables(connection, layout)
            fill_tutorial_tables(connection, provider)
            migrate(connection)
        with serve(tenant_of(provider)) as sandbox, AdministrateClient(_connection(sandbox)) as client:
            for entity in ENTITIES.values():
                sync_entity(engine, client, entity, ENTITIES)
            for entity in ENTITIES.values():
                if entity.link:
                    link_entity(engine, entity, ENTITIES)
        engine.dispose()
        return name

    return synced_database


def _connection(sandbox: Sandbox) -> TenantAddress:
    return TenantAddress(
        sandbox.api_url, sandbox.token_url, sandbox.client_id, sandbox.client_secret, requests_per_second=1000
    )


@pytest.fixture
def tenant(provider: Provider) -> Tenant:
    """The provider's tenant."""
    return tenant_of(provider)


@pytest.fixture
def systems(
    postgres_dir: Path,
    synced_databases: Callable[[LayoutName], str],
    layout: LayoutName,
    provider: Provider,
    sandbox: Sandbox,
    connect: Callable[..., AdministrateClient],
) -> Iterator[Systems]:
    """Both sides of the provider, synced and without an event; the tutorial tables have the layout of `layout`."""
    name = f"test_{uuid4().hex}"
    server = create_engine(embedded_url(postgres_dir, "postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'create database "{name}" template "{synced_databases(layout)}"'))
        # The server is not killed in these tests, only clients of it are: commits need not reach the disk.
        connection.execute(text(f'alter database "{name}" set synchronous_commit to off'))
    engine = create_engine(embedded_url(postgres_dir, name))
    yield Systems(provider, engine, sandbox, connect)
    engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f'drop database "{name}" with (force)'))
    server.dispose()
