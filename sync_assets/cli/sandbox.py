"""The command `sandbox`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from sync_assets.database import database_engine
from sync_assets.errors import SyncError
from sync_assets.settings import Settings
from sync_assets.tutorial.tables import LayoutName, create_tutorial_tables, has_tutorial_tables

if TYPE_CHECKING:
    from sync_assets.sandbox.provider.provider import Provider
    from sync_assets.sandbox.server.server import Sandbox


def serve_sandbox(
    port: int,
    templates: int,
    *,
    latency: float,
    mutation_time: float,
    read_lag: float,
    proxy_timeout: float | None,
    fill: LayoutName | None = None,
) -> None:
    """Serve the made-up tenant in the foreground and print the settings that reach it. Times are in seconds.

    With `fill` the database of the settings gets the tutorial tables of that layout first, filled with the tenant's
    provider. Raises SyncError where it has tutorial tables already.
    """
    try:
        from sync_assets.sandbox.provider.provider import made_up_provider
        from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
        from sync_assets.sandbox.server.active_faults import Faults
        from sync_assets.sandbox.server.faults import Latency, ProxyGivesUp
        from sync_assets.sandbox.server.server import run
        from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
    except ModuleNotFoundError as error:
        raise SyncError(f"The sandbox needs {error.name}: pip install 'sync-assets[sandbox]'.") from None

    provider = made_up_provider(templates)
    if fill is not None:
        _fill(provider, fill)

    def say(sandbox: Sandbox) -> None:
        typer.echo(f"A made-up tenant with {templates} course templates. To use it:")
        typer.echo(f"export ADMINISTRATE_API_URL={sandbox.api_url}")
        typer.echo(f"export ADMINISTRATE_TOKEN_URL={sandbox.token_url}")
        typer.echo(f"export ADMINISTRATE_CLIENT_ID={sandbox.client_id}")
        typer.echo(f"export ADMINISTRATE_CLIENT_SECRET={sandbox.client_secret}")

    tenant = tenant_of(provider)
    tenant.behaviour = TenantBehaviour(seconds_per_mutation=mutation_time, read_lag_seconds=read_lag)
    faults = Faults()
    if latency:
        faults.add(Latency(seconds=latency))
    if proxy_timeout is not None:
        faults.add(ProxyGivesUp(seconds=proxy_timeout))
    run(tenant, port=port, faults=faults, ready=say)


def _fill(provider: Provider, layout: LayoutName) -> None:
    from sync_assets.sandbox.provider.tutorial_tables import fill_tutorial_tables

    engine = database_engine(Settings.read())
    try:
        with engine.begin() as connection:
            if has_tutorial_tables(connection):
                raise SyncError("The database has tutorial tables already; --fill is for an empty one.")
            create_tutorial_tables(connection, layout)
            fill_tutorial_tables(connection, provider)
    finally:
        engine.dispose()
    typer.echo(
        f"The database has the provider's tutorial tables now ({layout} 2026). `sync-assets migrate` comes next."
    )
