"""Dagster's webserver and daemon for this code location, as processes of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from sync_assets.embedded_postgres import SYNC_DATABASE, embedded_url
from sync_assets.errors import SyncError
from sync_assets.operations.instance import guarded_development
from sync_assets.operations.instance.dagster_storage import storage_url
from sync_assets.operations.instance.home import WORKSPACE, prepare_home
from sync_assets.settings import Settings

HOST = "127.0.0.1"
START = 90.0
"""Seconds within which the webserver has to answer."""


def runs_page(address: str) -> str:
    """Return the page that shows what has been done; the first page of the UI passes over runs of the command line."""
    return f"{address}/runs"


def wait_for_interrupt() -> None:
    """Wait until somebody stops the process, by Ctrl-C or by SIGTERM."""
    with suppress(KeyboardInterrupt):
        signal.pause()


@contextmanager
def serving_ui(settings: Settings, port: int) -> Iterator[str]:
    """Serve the UI while the block runs and yield its address. Raises SyncError where it does not come up."""
    # Both signals raise KeyboardInterrupt, even if a shell started this process with interrupts ignored. The processes
    # below inherit which signals are ignored, but not which are handled.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    home = prepare_home(settings)
    workspace = home / "workspace.yaml"
    if not workspace.is_file():
        workspace = settings.sync_local_dir.resolve() / "workspace.yaml"
        workspace.parent.mkdir(parents=True, exist_ok=True)
        workspace.write_text(WORKSPACE, "utf-8")
    # Only this process holds the embedded server, so that it stops with this one; the others get its address.
    database_url = settings.database_url or embedded_url(settings.sync_local_dir, SYNC_DATABASE)
    urls = {
        "SYNC_DATABASE_URL": database_url.render_as_string(hide_password=False),
        "DAGSTER_PG_URL": storage_url(settings),
    }
    port = free_port(port)
    log = home / "ui.log"
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603 - our own arguments
            [
                *(sys.executable, "-m", guarded_development.__name__),
                *("-w", str(workspace), "-h", HOST, "-p", str(port)),
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **urls, "PYTHONUNBUFFERED": "1"},
            # A process group of its own: Ctrl-C reaches this process only, which then stops the others in order.
            start_new_session=True,
        )
        try:
            address = f"http://{HOST}:{port}"
            _wait_until_up(process, address, log)
            yield address
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def free_port(port: int) -> int:
    """Return the port, or a free one if it is 0 or taken."""
    for wanted in (port, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind((HOST, wanted))
                return int(probe.getsockname()[1])
    raise SyncError("No port is free for the Dagster UI.")


def _wait_until_up(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SyncError(f"The Dagster UI ended at once with status {process.returncode}; its log is {log}.")
        with suppress(httpx.HTTPError):
            if httpx.get(f"{address}/server_info", timeout=2).status_code == httpx.codes.OK:
                _require_guard(address)
                return
        time.sleep(0.25)
    raise SyncError(f"The Dagster UI did not answer within {START:.0f} seconds; its log is {log}.")


def _require_guard(address: str) -> None:
    """Raise SyncError where another site could act through the browser, as without the guard after an upgrade."""
    foreign = {"Sec-Fetch-Site": "cross-site"}
    if httpx.get(f"{address}/graphql", headers=foreign, timeout=5).status_code != httpx.codes.FORBIDDEN:
        raise SyncError("The Dagster UI has started without its guard against other web sites, so it is stopped again.")
