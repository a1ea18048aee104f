"""The proxy of deploy/, served by the real program before servers of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from sync_assets_tests.processes.production import DEPLOY, HOST
from sync_assets_tests.support.waiting import eventually

CADDY = Path(sys.executable).parent / "caddy"
USER, PASSWORD = "staff", "correct horse"


@contextmanager
def proxy_at(address: str, folder: Path, *, webserver: str, pages: str) -> Iterator[None]:
    """Serve the proxy at an address before the webserver and the pages, each a host and a port."""
    hashed = subprocess.run(
        [CADDY, "hash-password", "--algorithm", "bcrypt", "--bcrypt-cost", "4", "--plaintext", PASSWORD],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "UI_ADDRESS": address,
        "UI_USER": USER,
        "UI_PASSWORD_HASH": hashed,
        "UI_UPSTREAM": webserver,
        "PAGES_UPSTREAM": pages,
    }
    arguments = [CADDY, "run", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"]
    with (folder / "caddy.log").open("wb") as log:
        process = subprocess.Popen(arguments, env=environment, stdout=log, stderr=log)
    try:
        eventually(lambda: _answers(address), f"the proxy answers; its log is {folder / 'caddy.log'}", within=30)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(address: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(address).status_code > 0
    return False


def upstream(port: int) -> str:
    """Return a server of this machine as the proxy names it."""
    return f"{HOST}:{port}"
