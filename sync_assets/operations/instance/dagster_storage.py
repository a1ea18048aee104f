"""Where Dagster keeps runs, events and schedules: the PostgreSQL of `DAGSTER_PG_URL`, else the embedded server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import dagster as dg
from dagster_postgres import DagsterPostgresStorage

from sync_assets.embedded_postgres import DAGSTER_DATABASE, embedded_url
from sync_assets.operations.instance.dagster_internals import ConfigurableClassData
from sync_assets.settings import Settings


class DagsterStorage(DagsterPostgresStorage):
    """dagster-postgres with its URL from the environment of each process, so that no process passes it to another."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Return what dagster.yaml may say: whether the embedded server may stand in for an unset URL."""
        return {"embedded": dg.Field(bool, default_value=True)}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]) -> Self:
        """Open the storage of this process's settings. Raises SettingsError."""
        settings = Settings.read()
        if not config_value["embedded"]:
            settings.required("dagster_pg_url")
        return cls(postgres_url=storage_url(settings), inst_data=inst_data)


def storage_url(settings: Settings) -> str:
    """Return the URL of Dagster's storage, for the driver psycopg2, which dagster-postgres listens with."""
    url = settings.dagster_storage_url
    if url is None:
        url = embedded_url(settings.sync_local_dir, DAGSTER_DATABASE).set(drivername="postgresql+psycopg2")
    return url.render_as_string(hide_password=False)
