"""Dagster's webserver and daemon together with the pages, until somebody stops them: what `ui` and `demo` end with."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import typer

from sync_assets.cli.pages import password_of, serving_pages
from sync_assets.cli.ui import runs_page, serving_ui, wait_for_interrupt
from sync_assets.settings import Settings


def serve_all(settings: Settings, port: int, pages_port: int) -> None:
    """Serve both in the foreground and say where they are. Raises SyncError."""
    with serving_ui(settings, port) as address:
        public = {} if settings.sync_ui_url else {"SYNC_UI_URL": address}
        with environment({**os.environ, "SYNC_DAGSTER_URL": address, **public}):
            known = Settings.read()
        password, is_new = password_of(known)
        with serving_pages(known, pages_port, password) as pages:
            typer.echo(f"Dagster is at {runs_page(address)}")
            until = f" (password until they stop: {password})" if is_new else ""
            typer.echo(f"The pages for those who schedule events are at {known.sync_pages_url or pages}{until}")
            typer.echo("Ctrl-C stops them.")
            wait_for_interrupt()


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Let these be the only variables of the environment while the block runs."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
