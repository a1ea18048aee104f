"""The pages over HTTP, with an empty database and an empty tenant, and a person who is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine

from sync_assets.sandbox.provider.provider import Provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets.settings import Settings
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.pages.served_pages import Person, person_at, served_pages
from sync_assets_tests.support.database_server import DatabaseServer
from sync_assets_tests.support.environment import client_of, set_environment, settings_of
from sync_assets_tests.support.systems import Systems, synced_template

NO_DAGSTER = "http://127.0.0.1:9"
"""An address at which nothing answers."""


@pytest.fixture
def settings(database: Engine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of the pages; a test sets more of them in the environment before it asks for `address`."""
    set_environment(monkeypatch, {**settings_of(database, sandbox), "SYNC_DAGSTER_URL": NO_DAGSTER})
    return Settings.read()


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    """The address of the pages."""
    del settings
    with served_pages(Settings.read()) as address:
        yield address


@pytest.fixture
def stranger(address: str) -> Iterator[Person]:
    """Somebody who has not signed in."""
    with person_at(address) as person:
        yield person


@pytest.fixture
def person(stranger: Person) -> Person:
    """Ada, signed in."""
    assert stranger.sign_in().status_code == 200
    return stranger


@pytest.fixture
def systems(
    server: DatabaseServer, layout: LayoutName, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Systems]:
    """Both sides of a made-up provider, synced and without an event, in the settings of the pages."""
    with (
        serve(tenant_of(provider)) as sandbox,
        server.engine(synced_template(server, provider, layout)) as engine,
        ExitStack() as clients,
    ):
        set_environment(monkeypatch, {**settings_of(engine, sandbox), "SYNC_DAGSTER_URL": NO_DAGSTER})
        yield Systems(provider, engine, sandbox, lambda **values: clients.enter_context(client_of(sandbox, **values)))


@pytest.fixture
def planner(systems: Systems) -> Iterator[Person]:
    """Ada, signed in at the pages of both systems."""
    del systems
    with served_pages(Settings.read()) as address, person_at(address) as person:
        assert person.sign_in().status_code == 200
        yield person
