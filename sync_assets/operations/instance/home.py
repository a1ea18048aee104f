"""Dagster's instance as the command line uses it: the one of DAGSTER_HOME, else one in the local folder."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path

import dagster as dg
from dagster_postgres.utils import DagsterPostgresException
from sqlalchemy.exc import DBAPIError

from sync_assets.errors import SyncError, database_said
from sync_assets.settings import Settings


class InstanceUnavailable(SyncError):
    """Dagster's own storage cannot be reached."""


LOCATION = "sync_assets"
WORKSPACE = f"""load_from:
  - python_module:
      module_name: sync_assets.definitions
      location_name: {LOCATION}
"""


def prepare_home(settings: Settings) -> Path:
    """Return the folder that Dagster writes to, made ready and named in DAGSTER_HOME for this process and its children.

    A DAGSTER_HOME that is set is used as it is. Else it is `dagster` in the local folder, with this package's
    dagster.yaml, and a workspace.yaml that names the code location from anywhere.
    """
    if home := os.environ.get("DAGSTER_HOME"):
        return Path(home)
    folder = (settings.sync_local_dir / "dagster").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    folder.joinpath("dagster.yaml").write_text(_instance_yaml(), "utf-8")
    folder.joinpath("workspace.yaml").write_text(WORKSPACE, "utf-8")
    os.environ["DAGSTER_HOME"] = str(folder)
    return folder


def open_instance(settings: Settings) -> dg.DagsterInstance:
    """Return Dagster's instance; an embedded storage is started and brought up. Raises InstanceUnavailable."""
    prepare_home(settings)
    try:
        return dg.DagsterInstance.get()
    except (DBAPIError, DagsterPostgresException) as error:
        cause = error if isinstance(error, DBAPIError) else error.__cause__ or error
        raise InstanceUnavailable(
            f"Dagster's storage could not be opened: {database_said(cause)}. Check DAGSTER_PG_URL, or unset it for the "
            "embedded one."
        ) from None


def _instance_yaml() -> str:
    """Return dagster.yaml: packed into the package where that is installed, beside it in a checkout."""
    packed = files("sync_assets").joinpath("dagster.yaml")
    if packed.is_file():
        return packed.read_text("utf-8")
    return Path(__file__).parents[3].joinpath("dagster.yaml").read_text("utf-8")
