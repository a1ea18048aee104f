"""The proxy, served by the real program before a stand-in of the webserver."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from sync_assets_tests.processes.production import HOST, free_port
from sync_assets_tests.support.waiting import eventually

CADDY = Path(sys.executable).parent / "caddy"
CADDYFILE = Path(__file__).parents[2] / "deploy" / "Caddyfile"
USER, PASSWORD = "staff", "correct horse"
seen: list[dict[str, str]] = []


class Webserver(BaseHTTPRequestHandler):
    """Answers whatever it is asked, and keeps the headers."""

    def do_GET(self) -> None:
        seen.append(dict(self.headers))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("proxy")
    hashed = subprocess.run(
        [CADDY, "hash-password", "--algorithm", "bcrypt", "--bcrypt-cost", "4", "--plaintext", PASSWORD],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    with ThreadingHTTPServer((HOST, 0), Webserver) as webserver:
        threading.Thread(target=webserver.serve_forever, daemon=True).start()
        address = f"http://{HOST}:{free_port()}"
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "UI_ADDRESS": address,
            "UI_USER": USER,
            "UI_PASSWORD_HASH": hashed,
            "UI_UPSTREAM": f"{HOST}:{webserver.server_port}",
        }
        arguments = [CADDY, "run", "--adapter", "caddyfile", "--config", CADDYFILE]
        with (folder / "caddy.log").open("wb") as log:
            process = subprocess.Popen(arguments, env=environment, stdout=log, stderr=log)
        try:
            eventually(lambda: _answers(address), (folder / "caddy.log").read_text("utf-8"), within=30)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)
            webserver.shutdown()


def _answers(address: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(address).status_code > 0
    return False


@pytest.mark.parametrize("path", ["/", "/graphql", "/graphql/", "/server_info", "/runs/1", "/logs/1", "//graphql"])
@pytest.mark.parametrize("auth", [None, (USER, "wrong"), ("other", PASSWORD)])
def test_nothing_passes_without_the_password(proxy: str, path: str, auth: tuple[str, str] | None) -> None:
    seen.clear()
    assert httpx.get(f"{proxy}{path}", auth=auth).status_code == httpx.codes.UNAUTHORIZED
    assert httpx.post(f"{proxy}{path}", auth=auth, json={}).status_code == httpx.codes.UNAUTHORIZED
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
    assert httpx.get(f"{proxy}{path}", auth=auth, headers=upgrade).status_code == httpx.codes.UNAUTHORIZED
    assert not seen


def test_with_the_password_all_of_it_passes_and_the_password_stays_behind(proxy: str) -> None:
    seen.clear()
    auth = (USER, PASSWORD)
    assert httpx.get(f"{proxy}/runs/1", auth=auth).status_code == httpx.codes.OK
    assert httpx.post(f"{proxy}/graphql", auth=auth, json={}).status_code == httpx.codes.OK
    assert len(seen) == 2
    assert not any("Authorization" in headers for headers in seen)


LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FOREIGN = [
    LINK | {"Sec-Fetch-Dest": "iframe"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
]


def test_a_link_on_another_site_leads_here_and_to_no_query(proxy: str) -> None:
    assert httpx.get(f"{proxy}/runs/1", auth=(USER, PASSWORD), headers=LINK).status_code == httpx.codes.OK
    for path in ("/graphql?query=x", "/graphql/?query=x", "//graphql?query=x", "/dagster/graphql?query=x"):
        answer = httpx.get(f"{proxy}{path}", auth=(USER, PASSWORD), headers=LINK)
        assert answer.status_code == httpx.codes.FORBIDDEN, path


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/graphql?query=x", "/runs/1"])
def test_another_site_can_do_no_more_than_link_here(proxy: str, path: str, headers: dict[str, str]) -> None:
    seen.clear()
    auth = (USER, PASSWORD)
    assert httpx.get(f"{proxy}{path}", auth=auth, headers=headers).status_code == httpx.codes.FORBIDDEN
    assert httpx.post(f"{proxy}{path}", auth=auth, headers=headers, json={}).status_code == httpx.codes.FORBIDDEN
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", **headers}
    assert httpx.get(f"{proxy}{path}", auth=auth, headers=upgrade).status_code == httpx.codes.FORBIDDEN
    assert not seen


def test_our_own_pages_pass_and_the_webserver_is_told_where_they_came_from(proxy: str) -> None:
    seen.clear()
    own = {"Sec-Fetch-Site": "same-origin", "Origin": proxy}
    assert httpx.post(f"{proxy}/graphql", auth=(USER, PASSWORD), headers=own, json={}).status_code == httpx.codes.OK
    (headers,) = seen
    assert headers["Origin"] == f"http://{headers['Host']}"
