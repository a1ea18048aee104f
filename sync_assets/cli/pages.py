"""The command `pages`: serves the pages for those who schedule events, until somebody stops it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import typer
import uvicorn
from starlette.types import ASGIApp

from sync_assets.cli.ui import HOST, free_port
from sync_assets.errors import SyncError
from sync_assets.pages.application import create_application
from sync_assets.settings import Settings

LOCAL = ("127.0.0.1", "localhost", "::1")
START = 30.0
"""Seconds within which the server has to be there."""


def serve_pages(host: str, port: int) -> None:
    """Serve the pages in the foreground, and say where they are. Raises SyncError."""
    settings = Settings.read()
    if host not in LOCAL and settings.sync_pages_password is None and settings.sync_pages_user_header is None:
        raise SyncError(
            f"The pages are to be served at {host}, where others reach them: set SYNC_PAGES_PASSWORD, or "
            "SYNC_PAGES_USER_HEADER for a proxy that asks who it is."
        )
    port = free_port(port) if host == HOST else port
    password, is_new = password_of(settings)
    application = create_application(settings, password, hosts=(host,))
    typer.echo(f"The pages are at {settings.sync_pages_url or f'http://{host}:{port}'} (Ctrl-C stops them)")
    if is_new:
        typer.echo(f"Password until they stop: {password}")
    _server(application, host, port).run()


@contextmanager
def serving_pages(settings: Settings, port: int, password: str) -> Iterator[str]:
    """Serve the pages on this machine while the block runs, and yield their address. Raises SyncError."""
    port = free_port(port)
    server = _server(create_application(settings, password), HOST, port)
    thread = threading.Thread(target=server.run, name="pages", daemon=True)
    thread.start()
    try:
        waited = threading.Event()
        for _ in range(int(START / 0.05)):
            if server.started or not thread.is_alive():
                break
            waited.wait(0.05)
        if not server.started:
            raise SyncError(f"The pages could not be served on port {port}.")
        yield f"http://{HOST}:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def password_of(settings: Settings) -> tuple[str, bool]:
    """Return the password of the pages, and whether it was made for this start."""
    if settings.sync_pages_password is not None:
        return settings.sync_pages_password.get_secret_value(), False
    return secrets.token_urlsafe(12), True


def _server(application: ASGIApp, host: str, port: int) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            application,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            # Who a proxy speaks for is decided by the pages themselves.
            proxy_headers=False,
            server_header=False,
            date_header=True,
            timeout_graceful_shutdown=2,
        )
    )
