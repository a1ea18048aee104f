"""A provider whose two sides disagree in every way, synced once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from sync_assets.administrate.client import AdministrateClient
from sync_assets.decisions.decision import Decision, DecisionResult
from sync_assets.decisions.resolve import resolve
from sync_assets.entities import ENTITIES
from sync_assets.entities.entity_creation import Given
from sync_assets.sandbox.provider.provider import Provider, made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.decisions.both_sides import QUIET, Clock, Resolve
from sync_assets_tests.support.database_server import DatabaseServer
from sync_assets_tests.support.systems import synced_template


@pytest.fixture(scope="module")
def provider() -> Provider:
    return made_up_provider(24)


@pytest.fixture
def tenant(provider: Provider) -> Tenant:
    return tenant_of(provider)


@pytest.fixture
def clock() -> Clock:
    """The clock that decisions go by."""
    return Clock()


@pytest.fixture
def synced(server: DatabaseServer, provider: Provider, layout: LayoutName) -> Iterator[Engine]:
    with server.engine(synced_template(server, provider, layout)) as engine:
        yield engine


@pytest.fixture
def decide(synced: Engine, client: AdministrateClient, tenant: Tenant, clock: Clock) -> Resolve:
    given = Given(region_id=next(iter(tenant.regions)), account_id=next(iter(tenant.accounts)))

    def carry_out(
        *decided: Decision, dry_run: bool = False, defaults: Given = given, **options: Any
    ) -> list[DecisionResult]:
        known = {"who": "Ada", "run_id": "r1", "quiet_seconds": QUIET, "now": clock, **options}
        using = known.pop("client", client)
        return resolve(synced, lambda: using, ENTITIES, decided, dry_run=dry_run, defaults=defaults, **known)

    return carry_out
