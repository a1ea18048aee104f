"""The guard before a small application, over real HTTP: what browsers say of a request decides."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from sync_assets.operations.instance.guarded_webserver import names_of
from sync_assets.operations.instance.same_origin import LOOPBACK, SameOriginOnly
from sync_assets_tests.support.waiting import eventually

LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
IMAGE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
FRAME = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
OTHER_PORT = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
ELSEWHERE = {"Origin": "https://elsewhere.example"}
MUTATION = "/graphql?query=mutation%7Blaunch%7D"


async def _answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.method)


async def _greet(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("hello")
    await socket.close()


APPLICATION = Starlette(
    routes=[
        Route("/{path:path}", _answer, methods=["GET", "POST", "DELETE"]),
        WebSocketRoute("/graphql", _greet),
    ]
)


@contextmanager
def guarded(hosts: frozenset[str] | None) -> Iterator[str]:
    guard = SameOriginOnly(APPLICATION, hosts, ("/graphql",))
    server = uvicorn.Server(uvicorn.Config(guard, port=0, log_level="error", ws="websockets-sansio"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        eventually(lambda: server.started, "the server has started", within=30)
        yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with guarded(LOOPBACK) as host:
        yield host


def status(host: str, path: str, headers: dict[str, str], method: str = "GET") -> int:
    return httpx.request(method, f"http://{host}{path}", headers=headers).status_code


@pytest.mark.parametrize("path", ["/graphql", "/graphql/", "/dagster/graphql", MUTATION])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("headers", [IMAGE, FRAME, LINK, OTHER_PORT, ELSEWHERE, {"Origin": "null"}])
def test_no_other_site_reaches_what_acts(host: str, path: str, method: str, headers: dict[str, str]) -> None:
    assert status(host, path, headers, method) == httpx.codes.FORBIDDEN


@pytest.mark.parametrize("headers", [IMAGE, FRAME, OTHER_PORT, ELSEWHERE])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_no_other_site_puts_a_page_into_one_of_its_own_or_sends_a_form(
    host: str, method: str, headers: dict[str, str]
) -> None:
    assert status(host, "/runs", headers, method) == httpx.codes.FORBIDDEN


def test_a_link_on_another_site_leads_here_and_a_form_that_looks_like_one_does_not(host: str) -> None:
    assert status(host, "/runs/1", LINK) == httpx.codes.OK
    assert status(host, "/runs/1", LINK, "POST") == httpx.codes.FORBIDDEN


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_pages_do_everything(host: str, site: str) -> None:
    headers = {"Sec-Fetch-Site": site, "Origin": f"http://{host}"}
    assert status(host, "/graphql", headers, "POST") == httpx.codes.OK
    assert status(host, "/runs", headers) == httpx.codes.OK


def test_a_program_that_is_no_browser_is_taken_and_its_queries_are_too_if_they_are_posted(host: str) -> None:
    assert status(host, "/graphql", {}, "POST") == httpx.codes.OK
    assert status(host, "/graphql", {}) == httpx.codes.OK
    # An old browser says nothing of where an image is shown.
    assert status(host, MUTATION, {}) == httpx.codes.FORBIDDEN


@pytest.mark.parametrize("name", ["rebound.example", "127.0.0.1.example", "", "[", "127.0.0.2"])
def test_a_name_that_was_made_to_point_here_is_refused(host: str, name: str) -> None:
    answer = httpx.get(f"http://{host}/runs", headers={"Host": name, "Origin": f"http://{name}"})
    assert answer.status_code == httpx.codes.FORBIDDEN
    assert "SYNC_UI_URL" in answer.text


@pytest.mark.parametrize("name", ["localhost:3000", "LOCALHOST", "[::1]:3000", "127.0.0.1"])
def test_the_names_of_this_machine_are_taken(host: str, name: str) -> None:
    assert status(host, "/runs", {"Host": name, "Origin": f"http://{name.casefold()}"}) == httpx.codes.OK


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://127.0.0.1:9"])
def test_no_other_site_opens_a_websocket(host: str, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, connect(f"ws://{host}/graphql", origin=origin):  # type: ignore[arg-type]
        pass
    assert refused.value.response.status_code == httpx.codes.FORBIDDEN


def test_our_own_pages_open_a_websocket(host: str) -> None:
    with connect(f"ws://{host}/graphql", origin=f"http://{host}") as socket:  # type: ignore[arg-type]
        assert socket.recv() == "hello"


def test_behind_a_proxy_any_name_is_taken_and_the_origin_has_to_be_that_name() -> None:
    with guarded(None) as host:
        asked = {"Host": "sync.example.org", "Origin": "https://sync.example.org"}
        assert status(host, "/graphql", asked, "POST") == httpx.codes.OK
        assert status(host, "/graphql", {**asked, "Host": "webserver:3000"}, "POST") == httpx.codes.FORBIDDEN


def test_a_webserver_of_this_machine_knows_its_names_and_another_leaves_them_to_its_proxy() -> None:
    assert names_of("127.0.0.1", None) == LOOPBACK
    assert names_of("localhost", "https://sync.example.org/dagster") == LOOPBACK | {"sync.example.org"}
    assert names_of("0.0.0.0", "https://sync.example.org") is None  # noqa: S104 - nothing listens
