"""The command `sandbox`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from sync_assets.errors import SyncError

if TYPE_CHECKING:
    from sync_assets.sandbox.server.server import Sandbox


def serve_sandbox(
    port: int,
    templates: int,
    *,
    latency: float,
    mutation_time: float,
    read_lag: float,
    proxy_timeout: float | None,
) -> None:
    """Serve the made-up tenant in the foreground and print the settings that reach it. Times are in seconds."""
    try:
        from sync_assets.sandbox.provider.provider import made_up_provider
        from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
        from sync_assets.sandbox.server.active_faults import Faults
        from sync_assets.sandbox.server.faults import Latency, ProxyGivesUp
        from sync_assets.sandbox.server.server import run
        from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
    except ModuleNotFoundError as error:
        raise SyncError(f"The sandbox needs {error.name}: pip install 'sync-assets[sandbox]'.") from None

    def say(sandbox: Sandbox) -> None:
        typer.echo(f"A made-up tenant with {templates} course templates. To use it:")
        typer.echo(f"export ADMINISTRATE_API_URL={sandbox.api_url}")
        typer.echo(f"export ADMINISTRATE_TOKEN_URL={sandbox.token_url}")
        typer.echo(f"export ADMINISTRATE_CLIENT_ID={sandbox.client_id}")
        typer.echo(f"export ADMINISTRATE_CLIENT_SECRET={sandbox.client_secret}")

    tenant = tenant_of(made_up_provider(templates))
    tenant.behaviour = TenantBehaviour(seconds_per_mutation=mutation_time, read_lag_seconds=read_lag)
    faults = Faults()
    if latency:
        faults.add(Latency(seconds=latency))
    if proxy_timeout is not None:
        faults.add(ProxyGivesUp(seconds=proxy_timeout))
    run(tenant, port=port, faults=faults, ready=say)
