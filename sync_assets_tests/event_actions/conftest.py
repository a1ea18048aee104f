"""A made-up provider on both sides, synced: each test acts on events of its own copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from sync_assets.administrate.client import AdministrateClient
from sync_assets.sandbox.provider.provider import Provider, made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.server import Sandbox
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.support.database_server import DatabaseServer
from sync_assets_tests.support.systems import Systems, synced_template


@pytest.fixture(scope="session")
def provider() -> Provider:
    return made_up_provider(60)


@pytest.fixture
def tenant(provider: Provider) -> Tenant:
    """The provider's tenant."""
    return tenant_of(provider)


@pytest.fixture
def systems(
    server: DatabaseServer,
    layout: LayoutName,
    provider: Provider,
    sandbox: Sandbox,
    connect: Callable[..., AdministrateClient],
) -> Iterator[Systems]:
    """Both sides of the provider, synced and without an event; the tutorial tables have the layout of `layout`."""
    with server.engine(synced_template(server, provider, layout)) as engine:
        yield Systems(provider, engine, sandbox, connect)
