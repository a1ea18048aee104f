"""The environment by which a process, or this one, finds both sides; and clients of a served tenant."""

from __future__ import annotations

import os
from collections.abc import Mapping

import pytest
from sqlalchemy import Engine

from sync_assets.administrate.client import AdministrateClient, TenantAddress
from sync_assets.sandbox.server.server import Sandbox
from sync_assets_tests.support.database_server import plain

OURS = ("SYNC_", "ADMINISTRATE_", "DAGSTER_")


def environment_of(sandbox: Sandbox) -> dict[str, str]:
    """Return the settings that reach a served tenant, with limits on requests that no test feels."""
    return {
        "ADMINISTRATE_API_URL": sandbox.api_url,
        "ADMINISTRATE_TOKEN_URL": sandbox.token_url,
        "ADMINISTRATE_CLIENT_ID": sandbox.client_id,
        "ADMINISTRATE_CLIENT_SECRET": sandbox.client_secret,
        "ADMINISTRATE_REQUESTS_PER_SECOND": "1000",
        "ADMINISTRATE_REQUESTS_PER_MINUTE": "60000",
    }


def settings_of(engine: Engine, sandbox: Sandbox) -> dict[str, str]:
    """Return the settings that reach a database and a served tenant."""
    return {"SYNC_DATABASE_URL": plain(engine.url), **environment_of(sandbox)}


def set_environment(patch: pytest.MonkeyPatch, values: Mapping[str, str]) -> None:
    """Set variables of this process until the test ends."""
    for name, value in values.items():
        patch.setenv(name, value)


def address_of(sandbox: Sandbox, **values: object) -> TenantAddress:
    """Return the address of a served tenant, with other values where they are given."""
    known: dict[str, object] = {
        "api_url": sandbox.api_url,
        "token_url": sandbox.token_url,
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "requests_per_second": 1000,
        "requests_per_minute": 60_000,
    }
    return TenantAddress(**{**known, **values})  # type: ignore[arg-type]


def client_of(sandbox: Sandbox, **values: object) -> AdministrateClient:
    """Return a client of a served tenant, to be closed by the caller, with other values of its address if given."""
    return AdministrateClient(address_of(sandbox, **values))


def clean_environment() -> dict[str, str]:
    """Return this process's environment without any setting of ours or of Dagster's."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
