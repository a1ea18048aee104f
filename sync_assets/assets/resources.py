"""What the steps of a run share: the database, the client of the tenant, and what the run was asked for.

Nothing of the environment is in the run's config: both are opened from the settings when a step first needs them, so a
missing setting is that step's sentence.
"""

from __future__ import annotations

import dagster as dg
from pydantic import Field, PrivateAttr
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from sync_assets.administrate.client import AdministrateClient, TenantAddress
from sync_assets.assets.audit import Audit
from sync_assets.database import database_engine
from sync_assets.event_actions.action_report import ActionReport
from sync_assets.event_drift.drift_decision import DriftReport
from sync_assets.event_import.report import EventProgress, ImportReport
from sync_assets.settings import Settings


class DatabaseResource(dg.ConfigurableResource[None]):
    """The database with the schemas `acted` and `adm`."""

    _engine: Engine | None = PrivateAttr(default=None)

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Close the connections when the run ends."""
        del context
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @property
    def engine(self) -> Engine:
        """The engine, made on first use. Raises SettingsError."""
        if self._engine is None:
            self._engine = database_engine(Settings.read())
        return self._engine


class AdministrateResource(dg.ConfigurableResource[None]):
    """The client of the tenant: one token, one rate limit and one count of requests for all steps of a run.

    Its mutations are written into the audit with the run's id; a run that asked the tenant prunes the audit when it
    ends, so that its retention needs nobody who remembers it.
    """

    _client: AdministrateClient | None = PrivateAttr(default=None)
    _engine: Engine | None = PrivateAttr(default=None)
    _run_id: str | None = PrivateAttr(default=None)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Remember which run the client is for."""
        self._run_id = context.run.run_id if context.run else None

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Prune the audit and close the connections when the run ends."""
        if self._client is not None:
            self._client.close()
            self._client = None
        if self._engine is not None:
            try:
                Audit(self._engine, self._run_id).prune(Settings.read().sync_audit_days)
            except SQLAlchemyError as error:
                if context.log:
                    context.log.warning("The audit could not be pruned: %s", type(error).__name__)
            self._engine.dispose()
            self._engine = None

    @property
    def client(self) -> AdministrateClient:
        """The client, made on first use. Raises SettingsError."""
        if self._client is None:
            settings = Settings.read()
            connection = connection_from(settings)
            # An engine of its own: a note is not to wait for a connection that the work of the run holds.
            self._engine = database_engine(settings)
            self._client = AdministrateClient(connection, observe=Audit(self._engine, self._run_id).note)
        return self._client


class ImportProgress(dg.ConfigurableResource[None]):
    """Who is told of an import's events while it runs: nobody, unless an entry point gives another one."""

    def tell(self, event: EventProgress) -> None:
        """Hear of an event that has come to a new state."""

    def finished(self, report: ImportReport) -> None:
        """Hear what the import did."""


class ActionProgress(dg.ConfigurableResource[None]):
    """Who is told what an action on events did: nobody, unless an entry point gives another one."""

    def finished(self, report: ActionReport) -> None:
        """Hear what it did, or would do."""


class DriftProgress(dg.ConfigurableResource[None]):
    """Who is told what became of decisions about differences: nobody, unless an entry point gives another one."""

    def finished(self, report: DriftReport) -> None:
        """Hear what was done, or would be."""


class SyncOptions(dg.ConfigurableResource[None]):
    """What a run of the reference sync was asked for."""

    stop_on_error: bool = Field(
        default=False,
        description="Stop at the first step that fails. Otherwise what does not depend on it goes on.",
    )
    changes_only: bool = Field(
        default=False,
        description="Read only what changed since the last sync, where Administrate says it: of events. What is gone "
        "is seen by the next whole sync.",
    )
    allow_removals: bool = Field(
        default=False,
        description=(
            "Mark records as removed even where more than a fifth of an entity's rows, counted over SYNC_REMOVAL_DAYS, "
            "or all of them no longer come from Administrate. Set it only after a look into Administrate."
        ),
    )


def connection_from(settings: Settings) -> TenantAddress:
    """Return where Administrate is. Raises SettingsError, which names the settings that are missing."""
    settings.required(
        "administrate_api_url", "administrate_token_url", "administrate_client_id", "administrate_client_secret"
    )
    return TenantAddress(
        api_url=settings.administrate_api_url or "",
        token_url=settings.administrate_token_url or "",
        client_id=settings.administrate_client_id or "",
        client_secret=settings.administrate_client_secret.get_secret_value()
        if settings.administrate_client_secret
        else "",
        requests_per_second=settings.administrate_requests_per_second,
        requests_per_minute=settings.administrate_requests_per_minute,
        concurrency=settings.administrate_concurrency,
        timeout=settings.administrate_timeout_seconds,
        retry_for=settings.administrate_retry_seconds,
    )
