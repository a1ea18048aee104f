"""The database of the run: the one that the settings name, else the embedded one."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine

from sync_assets.embedded_postgres import SYNC_DATABASE, embedded_url
from sync_assets.settings import Settings


def database_engine(settings: Settings) -> Engine:
    """Return an engine for the database with the schemas `acted` and `adm`. Raises SettingsError."""
    url = settings.database_url or embedded_url(settings.sync_local_dir, SYNC_DATABASE)
    return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
