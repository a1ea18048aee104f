"""A made-up provider on both sides, synced: each test imports into a copy of its own."""

from __future__ import annotations

import pytest

from sync_assets.sandbox.provider.provider import Provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.tenant.tenant import Tenant


@pytest.fixture
def tenant(provider: Provider) -> Tenant:
    """The provider's tenant."""
    return tenant_of(provider)
