"""What all pages work with: settings, database, Dagster, Administrate, templates. Opened once for the application."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from dagster import DagsterInstance
from jinja2 import Environment
from sqlalchemy import Engine

from sync_assets.administrate.client import AdministrateClient
from sync_assets.assets.audit import Audit
from sync_assets.assets.resources import connection_from
from sync_assets.operations.instance.home import open_instance
from sync_assets.pages.access.sign_in_attempts import SignInAttempts
from sync_assets.pages.access.visitor import Doorkeeper
from sync_assets.pages.dagster_webserver import DagsterWebserver
from sync_assets.pages.shared_looks import SharedLooks
from sync_assets.pages.shelf import Shelf
from sync_assets.pages.upload.plan_view import PlanView
from sync_assets.settings import Settings


@dataclass(slots=True)
class Services:
    """What pages share. `close` gives back what is open."""

    settings: Settings
    engine: Engine
    doorkeeper: Doorkeeper
    templates: Environment
    dagster: DagsterWebserver
    plans: Shelf[PlanView] = field(default_factory=Shelf)
    attempts: SignInAttempts = field(default_factory=SignInAttempts)
    looks: SharedLooks = field(default_factory=SharedLooks)
    _client: AdministrateClient | None = None
    _instance: DagsterInstance | None = None
    _opening: threading.Lock = field(default_factory=threading.Lock)

    @property
    def administrate(self) -> AdministrateClient:
        """The client of the tenant, made on first use; its mutations are audited. Raises SettingsError."""
        with self._opening:
            if self._client is None:
                self._client = AdministrateClient(connection_from(self.settings), observe=Audit(self.engine, None).note)
            return self._client

    @property
    def instance(self) -> DagsterInstance:
        """Dagster's instance, for its records, opened on first use. Raises InstanceUnavailable."""
        with self._opening:
            if self._instance is None:
                self._instance = open_instance(self.settings)
            return self._instance

    def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            self._client.close()
        if self._instance is not None:
            self._instance.dispose()
        self.dagster.close()
        self.engine.dispose()
