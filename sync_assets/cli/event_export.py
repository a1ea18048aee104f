"""The command `events export`."""

from __future__ import annotations

from pathlib import Path

from sync_assets.administrate.client import AdministrateClient
from sync_assets.assets.resources import connection_from
from sync_assets.cli.console import say
from sync_assets.database import open_engine
from sync_assets.errors import SyncError
from sync_assets.event_export.export_events import export_events
from sync_assets.settings import Settings


def export(path: Path, sitting: str | None, upload: str | None) -> bool:
    """Write events into a workbook and return whether all could be written as they are.

    Raises SyncError where the file is there already or cannot be written; nothing half-written is left.
    """
    settings = Settings.read()
    if path.exists():
        raise SyncError(f"{path} is there already. Give the name of a new file.")
    with open_engine(settings) as engine, AdministrateClient(connection_from(settings)) as client:
        exported = export_events(
            engine, client, sitting=sitting, upload_key=upload, tax_type=settings.administrate_tax_type
        )
    try:
        with path.open("xb") as file:
            file.write(exported.content)
    except OSError as error:
        raise SyncError(f"{path} cannot be written: {error.strerror}.") from None
    for warning in exported.warnings:
        say(warning)
    counts = f"{exported.events} events with {exported.sessions} sessions"
    say(f"Wrote {counts} to {path}; {exported.requests_sent} requests.")
    return not exported.warnings
