"""An instance of Dagster, a place that alerts go to, and a made-up provider on both sides."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from sqlalchemy import Engine

from sync_assets.sandbox.provider.provider import made_up_provider
from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
from sync_assets.sandbox.server.server import Sandbox, serve
from sync_assets_tests.operations.http_sink import Sink, http_sink
from sync_assets_tests.support.database_server import DatabaseServer
from sync_assets_tests.support.environment import set_environment, settings_of
from sync_assets_tests.support.provider import filled_template
from sync_assets_tests.support.systems import synced_template

PROVIDER = made_up_provider(24)
QUIET = {"telemetry": {"enabled": False}}


@pytest.fixture(scope="session")
def files_of_an_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of an instance that has seen nothing, its tables made."""
    folder = tmp_path_factory.mktemp("instance")
    with dg.DagsterInstance.local_temp(str(folder), overrides=QUIET) as instance:
        # Each of its three databases is made when it is asked for something.
        instance.get_runs(limit=1)
        instance.get_asset_keys(limit=1)
        instance.all_instigator_state()
    return folder


@pytest.fixture
def kept_instance(files_of_an_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    """An instance with files: it alone knows ticks, and can be opened by its reference."""
    folder = tmp_path_factory.mktemp("kept") / "instance"
    shutil.copytree(files_of_an_instance, folder)
    with dg.DagsterInstance.local_temp(str(folder), overrides=QUIET) as local:
        yield local


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    """A channel, named in the environment."""
    with http_sink() as served:
        monkeypatch.setenv("SYNC_ALERT_URLS", served.url)
        yield served


@pytest.fixture(scope="module")
def shared_sandbox() -> Iterator[Sandbox]:
    with serve(tenant_of(PROVIDER)) as served:
        yield served


@pytest.fixture
def provided(server: DatabaseServer, shared_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The provider's database, and the environment by which the code location finds both sides."""
    with server.engine(filled_template(server, PROVIDER)) as engine:
        set_environment(monkeypatch, settings_of(engine, shared_sandbox))
        yield engine
    shared_sandbox.faults.clear()


@pytest.fixture
def synced(server: DatabaseServer, shared_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The provider's database after a sync of everything, and the environment."""
    with server.engine(synced_template(server, PROVIDER)) as engine:
        set_environment(monkeypatch, settings_of(engine, shared_sandbox))
        yield engine
    shared_sandbox.faults.clear()
