"""The pages over HTTP, with an empty database and an empty tenant, and a person who is signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from sync_assets.sandbox.server.server import Sandbox
from sync_assets.settings import Settings
from sync_assets_tests.pages.served_pages import Person, person_at, served_pages
from sync_assets_tests.support.environment import set_environment, settings_of


@pytest.fixture
def settings(database: Engine, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of the pages; a test sets more of them in the environment before it asks for `address`."""
    set_environment(monkeypatch, {**settings_of(database, sandbox), "SYNC_DAGSTER_URL": "http://127.0.0.1:9"})
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
