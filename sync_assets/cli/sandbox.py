"""The command `sandbox`."""

from __future__ import annotations

import typer

from sync_assets.errors import SyncError


def serve_sandbox(port: int, templates: int, latency: float) -> None:
    """Serve the made-up tenant in the foreground and print the settings that reach it; `latency` is in seconds."""
    try:
        from sync_assets.sandbox.provider.provider import made_up_provider
        from sync_assets.sandbox.provider.tenant_of_provider import tenant_of
        from sync_assets.sandbox.server.active_faults import Faults
        from sync_assets.sandbox.server.faults import Latency
        from sync_assets.sandbox.server.server import Sandbox, run
    except ModuleNotFoundError as error:
        raise SyncError(f"The sandbox needs {error.name}: pip install 'sync-assets[sandbox]'.") from None

    def say(sandbox: Sandbox) -> None:
        typer.echo(f"A made-up tenant with {templates} course templates. To use it:")
        typer.echo(f"export ADMINISTRATE_API_URL={sandbox.api_url}")
        typer.echo(f"export ADMINISTRATE_TOKEN_URL={sandbox.token_url}")
        typer.echo(f"export ADMINISTRATE_CLIENT_ID={sandbox.client_id}")
        typer.echo(f"export ADMINISTRATE_CLIENT_SECRET={sandbox.client_secret}")

    run(
        tenant_of(made_up_provider(templates)),
        port=port,
        faults=Faults([Latency(seconds=latency)] if latency else []),
        ready=say,
    )
