"""Where Dagster keeps runs, events and schedules: the PostgreSQL of `DAGSTER_PG_URL`, else the embedded server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import dagster as dg
from dagster_postgres import DagsterPostgresStorage
from sqlalchemy.engine import URL

from sync_assets.database import REACHABLE
from sync_assets.embedded_postgres import DAGSTER_DATABASE, embedded_url
from sync_assets.operations.instance.dagster_internals import ConfigurableClassData
from sync_assets.operations.instance.kept_connections import keep_connections
from sync_assets.operations.instance.signs_of_life import INTERVAL, RunStorageWithSigns
from sync_assets.settings import Settings


class DagsterStorage(DagsterPostgresStorage):
    """dagster-postgres with its URL from the environment of each process, so that no process passes it to another."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Return what dagster.yaml may say."""
        return {
            "embedded": dg.Field(bool, default_value=True, description="Let the embedded server stand in for no URL."),
            "sign_of_life_seconds": dg.Field(
                float, default_value=INTERVAL, description="Seconds between two signs of life of a run."
            ),
        }

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """Open the storage of this process's settings. Raises SettingsError."""
        settings = Settings.read()
        if not config_value["embedded"]:
            settings.required("dagster_pg_url")
        return cls(storage_url(settings), inst_data, config_value["sign_of_life_seconds"])

    def __init__(
        self, postgres_url: str, inst_data: ConfigurableClassData | None = None, interval: float = INTERVAL
    ) -> None:
        super().__init__(postgres_url, inst_data=inst_data)
        self._runs = RunStorageWithSigns(postgres_url, interval)
        keep_connections(self._runs, self._event_log_storage, self._schedule_storage)

    @property
    def run_storage(self) -> RunStorageWithSigns:
        """The storage of runs, in which each run shows a sign of life."""
        return self._runs


def storage_url(settings: Settings) -> str:
    """Return the URL of Dagster's storage, for the driver psycopg2, which dagster-postgres listens with.

    Its sessions are in UTC. Dagster writes moments into columns without a zone: PostgreSQL stores them in the zone of
    the session, and Dagster takes what it reads for UTC. West of UTC all that is new would seem to be hours old.
    """
    url = settings.dagster_storage_url
    if url is None:
        url = embedded_url(settings.sync_local_dir, DAGSTER_DATABASE).set(drivername="postgresql+psycopg2")
    reachable = {name: str(value) for name, value in REACHABLE.items() if name not in url.query}
    return in_utc(url.update_query_dict(reachable)).render_as_string(hide_password=False)


def in_utc(url: URL) -> URL:
    """Return a URL whose sessions are in UTC; other options of the server that it names stay."""
    given = url.query.get("options", "")
    options = given if isinstance(given, str) else " ".join(given)
    utc = "-c timezone=UTC"
    return url if utc in options else url.update_query_dict({"options": f"{options} {utc}".strip()})
