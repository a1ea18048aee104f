"""The command `demo`: a made-up tenant, an embedded database with its tutorial side, a sync, an import, and pages."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import typer
from sqlalchemy import text

from sync_assets.bridge.migrate import migrate
from sync_assets.cli.import_events import import_file
from sync_assets.cli.servers import environment, serve_all
from sync_assets.cli.sync import sync_tenant
from sync_assets.database import open_database
from sync_assets.errors import SyncError
from sync_assets.operations.imports.import_config import ImportConfig
from sync_assets.settings import Settings
from sync_assets.tutorial.tables import LayoutName, create_tutorial_tables

EVENTS, SESSIONS, FAULTY = 40, 148, 3


def run_demo(
    folder: Path | None,
    *,
    port: int | None,
    pages_port: int = 8000,
    templates: int,
    layout: LayoutName = LayoutName.MAY,
) -> bool:
    """Run the demo and return whether its sync succeeded; without a port it ends after the tables."""
    with made_up_systems(folder, templates, layout) as (settings, workbook):
        typer.echo(f"A made-up tenant with {templates} course templates, synced into an embedded PostgreSQL:")
        success = sync_tenant(None, stop_on_error=False, allow_removals=False)
        typer.echo(f"An upload with {EVENTS} events, {FAULTY} of them in error:")
        # Its result is not ours: the workbook has events in error on purpose.
        import_file(workbook, ImportConfig())
        typer.echo(f"For other commands to see its database: export SYNC_LOCAL_DIR='{settings.sync_local_dir}'")
        if port is not None:
            typer.echo(f"A workbook that is put into '{settings.sync_upload_dir}' is imported by itself.")
            serve_all(settings, port, pages_port)
    return success


@contextmanager
def made_up_systems(
    folder: Path | None, templates: int, layout: LayoutName = LayoutName.MAY
) -> Iterator[tuple[Settings, Path]]:
    """Serve a made-up tenant for the block, with a database that has its tutorial side; nothing is synced yet.

    Yields the settings, which are those of the environment in the block, and a workbook of events. A database or a
    tenant that the environment names is never touched. The database is made anew each time, since the tenant is, too;
    `layout` is that of its tutorial tables. Raises SyncError where the sandbox is not installed.
    """
    try:
        from sync_assets.sandbox.provider.event_workbook import event_workbook
        from sync_assets.sandbox.provider.provider import made_up_provider
        from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
        from sync_assets.sandbox.provider.tutorial_tables import fill_tutorial_tables
        from sync_assets.sandbox.server.server import serve
    except ModuleNotFoundError as error:
        raise SyncError(f"The demo needs {error.name}: pip install 'sync-assets[sandbox]'.") from None

    provider = made_up_provider(templates)
    local_dir = folder or Path(os.environ.get("SYNC_LOCAL_DIR") or ".local") / "demo"
    with serve(tenant_of(provider)) as sandbox:
        own = {
            "SYNC_LOCAL_DIR": str(local_dir.resolve()),
            "SYNC_UPLOAD_DIR": str(local_dir.resolve() / "drop folder"),
            "ADMINISTRATE_API_URL": sandbox.api_url,
            "ADMINISTRATE_TOKEN_URL": sandbox.token_url,
            "ADMINISTRATE_CLIENT_ID": sandbox.client_id,
            "ADMINISTRATE_CLIENT_SECRET": sandbox.client_secret,
        }
        with _own_settings(own):
            settings = Settings.read()
            drop_folder = local_dir.resolve() / "drop folder"
            drop_folder.mkdir(parents=True, exist_ok=True)
            with open_database(settings) as connection:
                connection.execute(text("drop schema if exists adm, acted cascade"))
                connection.execute(text("drop table if exists public.auth_user cascade"))
                create_tutorial_tables(connection, layout)
                fill_tutorial_tables(connection, provider)
                migrate(connection)
            workbook = settings.sync_local_dir / "events 2026A.xlsx"
            workbook.write_bytes(event_workbook(provider, events=EVENTS, sessions=SESSIONS, faulty=FAULTY))
            yield settings, workbook


@contextmanager
def _own_settings(own: Mapping[str, str]) -> Iterator[None]:
    """Set these variables, and no other setting of the shell, for the block: it may be full of live ones."""
    settings = {name.upper() for name in Settings.model_fields} | {"DAGSTER_HOME"}
    kept = {name: value for name, value in os.environ.items() if name not in settings}
    with environment({**kept, **own}):
        yield
