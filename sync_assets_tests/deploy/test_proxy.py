"""The proxy, served by the real program before stand-ins of the webserver and of the pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from sync_assets_tests.deploy.caddy import PASSWORD, USER, proxy_at, upstream
from sync_assets_tests.processes.production import HOST, free_port

seen: list[dict[str, str]] = []
may_end = threading.Event()


class Upstream(BaseHTTPRequestHandler):
    """Answers whatever it is asked with its own name, and keeps the headers."""

    name = ""

    def do_GET(self) -> None:
        seen.append(dict(self.headers))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        if self.path == "/progress":
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            self.wfile.write(b"data: first\n\n")
            self.wfile.flush()
            may_end.wait(30)
            return
        self.send_header("Content-Length", str(len(self.name)))
        self.end_headers()
        self.wfile.write(self.name.encode())

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


class Webserver(Upstream):
    """Dagster's webserver."""

    name = "webserver"


class Pages(Upstream):
    """The pages."""

    name = "pages"


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with ThreadingHTTPServer((HOST, 0), Webserver) as webserver, ThreadingHTTPServer((HOST, 0), Pages) as pages:
        for server in (webserver, pages):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://{HOST}:{free_port()}"
        upstreams = {"webserver": upstream(webserver.server_port), "pages": upstream(pages.server_port)}
        with proxy_at(address, tmp_path_factory.mktemp("proxy"), **upstreams):
            yield address
        webserver.shutdown()
        pages.shutdown()


@pytest.mark.parametrize("path", ["/", "/graphql", "/graphql/", "/server_info", "/runs/1", "/logs/1", "//graphql"])
@pytest.mark.parametrize("prefix", ["/dagster", "//dagster", "/./dagster", "/%64agster", "/x/../dagster", "/DAGSTER"])
def test_no_address_leads_to_the_webserver_without_the_password(proxy: str, prefix: str, path: str) -> None:
    answer = httpx.get(f"{proxy}{prefix}{path}")
    assert answer.status_code == httpx.codes.UNAUTHORIZED or answer.text == "pages"


@pytest.mark.parametrize("path", ["/", "/graphql", "/graphql/", "/server_info", "/runs/1", "/logs/1", "//graphql"])
@pytest.mark.parametrize("auth", [None, (USER, "wrong"), ("other", PASSWORD)])
def test_nothing_passes_without_the_password(proxy: str, path: str, auth: tuple[str, str] | None) -> None:
    seen.clear()
    assert httpx.get(f"{proxy}/dagster{path}", auth=auth).status_code == httpx.codes.UNAUTHORIZED
    assert httpx.post(f"{proxy}/dagster{path}", auth=auth, json={}).status_code == httpx.codes.UNAUTHORIZED
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
    answer = httpx.get(f"{proxy}/dagster{path}", auth=auth, headers=upgrade)
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert not seen


def test_with_the_password_all_of_it_passes_and_the_password_stays_behind(proxy: str) -> None:
    seen.clear()
    auth = (USER, PASSWORD)
    assert httpx.get(f"{proxy}/dagster/runs/1", auth=auth).text == "webserver"
    assert httpx.post(f"{proxy}/dagster/graphql", auth=auth, json={}).text == "webserver"
    assert len(seen) == 2
    assert not any("Authorization" in headers for headers in seen)


def test_the_pages_ask_who_it_is_themselves_and_see_nobodys_password(proxy: str) -> None:
    seen.clear()
    assert httpx.get(f"{proxy}/").text == "pages"
    assert httpx.post(f"{proxy}/uploads", auth=(USER, PASSWORD), json={}).text == "pages"
    assert len(seen) == 2
    assert not any("Authorization" in headers for headers in seen)
    assert all(headers["X-Forwarded-For"] == HOST for headers in seen)


def test_a_browser_cannot_say_for_itself_where_it_is(proxy: str) -> None:
    seen.clear()
    httpx.get(f"{proxy}/", headers={"X-Forwarded-For": "203.0.113.9"})
    assert [headers["X-Forwarded-For"] for headers in seen] == [HOST]


def test_the_address_of_dagster_may_be_typed_without_its_slash(proxy: str) -> None:
    answer = httpx.get(f"{proxy}/dagster", auth=(USER, PASSWORD), follow_redirects=True)
    assert (answer.text, answer.url.path) == ("webserver", "/dagster/")


def test_progress_passes_as_it_comes_and_not_when_it_is_whole(proxy: str) -> None:
    with httpx.stream("GET", f"{proxy}/progress", headers={"Accept-Encoding": "gzip"}) as answer:
        assert next(answer.iter_text()) == "data: first\n\n"
        may_end.set()


LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FOREIGN = [
    LINK | {"Sec-Fetch-Dest": "iframe"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
]


def test_a_link_on_another_site_leads_here_and_to_no_query(proxy: str) -> None:
    assert httpx.get(f"{proxy}/dagster/runs/1", auth=(USER, PASSWORD), headers=LINK).status_code == httpx.codes.OK
    for path in (
        "/graphql?query=x",
        "/dagster/graphql?query=x",
        "/dagster/graphql/?query=x",
        "//dagster//graphql?query=x",
    ):
        answer = httpx.get(f"{proxy}{path}", auth=(USER, PASSWORD), headers=LINK)
        assert answer.status_code == httpx.codes.FORBIDDEN, path


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/dagster/graphql?query=x", "/dagster/runs/1", "/", "/events"])
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
    assert (
        httpx.post(f"{proxy}/dagster/graphql", auth=(USER, PASSWORD), headers=own, json={}).status_code
        == httpx.codes.OK
    )
    (headers,) = seen
    assert headers["Origin"] == f"http://{headers['Host']}"
