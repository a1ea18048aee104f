"""Dagster's webserver behind a guard: it starts a run for whoever asks, and carries out what an `<img>` of a page says.

`sync-assets-webserver` takes the options of `dagster-webserver`. The image has it under that name, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import click
import dagster_webserver.cli
from starlette.types import ASGIApp

from sync_assets.operations.instance.same_origin import LOOPBACK, SameOriginOnly
from sync_assets.settings import Settings

GRAPHQL: Final = "/graphql"
"""The end of the path at which the webserver carries out mutations, whatever stands before it."""
_unguarded_app: Final[Callable[..., ASGIApp]] = vars(dagster_webserver.cli)["create_app_from_workspace_process_context"]


def main() -> None:
    """Serve the webserver with the guard before it. Raises SystemExit, as Dagster's command does."""
    vars(dagster_webserver.cli)["create_app_from_workspace_process_context"] = _guarded_app
    dagster_webserver.cli.main()  # type: ignore[no-untyped-call]


def names_of(host: str, ui_url: str | None) -> frozenset[str] | None:
    """Return the names that a webserver at an address is called by, None where only the proxy before it knows them.

    At an address of this machine alone, often nobody asks for a password.
    """
    if host not in LOOPBACK:
        return None
    public = urlsplit(ui_url or "").hostname
    return LOOPBACK | ({public} if public else set())


def _guarded_app(*arguments: Any, **options: Any) -> ASGIApp:
    host = click.get_current_context().params["host"]
    hosts = names_of(host, Settings.read().sync_ui_url)
    return SameOriginOnly(_unguarded_app(*arguments, **options), hosts, (GRAPHQL,))


if __name__ == "__main__":
    main()
