"""Both systems with the bridge between them: synced, and as an import finds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial

from sqlalchemy import Engine, inspect

from sync_assets.administrate.client import AdministrateClient
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import SyncCounts, sync_everything
from sync_assets.event_import.import_options import ImportOptions
from sync_assets.event_import.import_upload import import_upload
from sync_assets.event_import.report import EventProgress, ImportReport
from sync_assets.event_import.stored_uploads import store_upload
from sync_assets.sandbox.provider.event_workbook import event_workbook
from sync_assets.sandbox.provider.provider import Provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.support.database_server import DatabaseServer
from sync_assets_tests.support.environment import client_of
from sync_assets_tests.support.provider import filled_template, size_of
from sync_assets_tests.support.tenant_clock import TenantClock

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def synced(engine: Engine, client: AdministrateClient) -> SyncCounts:
    """Sync and link all that there is, and return what was written and linked."""
    return sync_everything(engine, client, ENTITIES)


def synced_template(server: DatabaseServer, provider: Provider, layout: LayoutName = LayoutName.MAY) -> str:
    """Return the template that is synced with the provider's tenant, and linked."""
    base = filled_template(server, provider, layout)
    return server.template(f"synced_{size_of(provider)}_{layout}", partial(_sync, provider), base=base)


def _sync(provider: Provider, engine: Engine) -> None:
    with serve(tenant_of(provider)) as sandbox, client_of(sandbox) as client:
        synced(engine, client)


@dataclass
class Systems:
    """The two sides with the bridge between them, and the uploads of a test."""

    provider: Provider
    engine: Engine
    sandbox: Sandbox
    connect: Callable[..., AdministrateClient]
    told: list[EventProgress] = field(default_factory=list)
    clock: TenantClock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = TenantClock(self.sandbox)

    @property
    def tenant(self) -> Tenant:
        return self.sandbox.tenant

    @property
    def has_pairs(self) -> bool:
        """Whether the application keeps pairs of ids in `adm.events`, as since May."""
        with self.engine.connect() as connection:
            return "title" not in {column["name"] for column in inspect(connection).get_columns("events", "adm")}

    def workbook(self, *, events: int, sessions: int, faulty: int = 0) -> bytes:
        return _workbook(self.provider, events, sessions, faulty)

    def store(self, content: bytes, name: str = "Spring events.xlsx") -> str:
        with self.engine.begin() as connection:
            return store_upload(connection, name, content, "test", {}, NOW)

    def run(self, key: str, client: AdministrateClient | None = None, **options: object) -> ImportReport:
        chosen = ImportOptions(**{"quiet_seconds": 2.0, "patience_seconds": 0.0, **options})  # type: ignore[arg-type]
        return import_upload(self.engine, client or self.connect(), key, chosen, self.told.append, self.clock)


@cache
def _workbook(provider: Provider, events: int, sessions: int, faulty: int) -> bytes:
    return event_workbook(provider, events=events, sessions=sessions, faulty=faulty)
