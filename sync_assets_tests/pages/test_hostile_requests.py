"""Hundreds of hostile requests: no defect, no file, nothing imported, no run started, nothing of others seen."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from sync_assets.event_import.upload_list import UploadState, list_uploads
from sync_assets.settings import Settings
from sync_assets_tests.pages.hostile_requests import Hostile, Known, hostile_requests
from sync_assets_tests.pages.hostile_values import NAMES
from sync_assets_tests.pages.served_pages import Person, person_at, served_pages
from sync_assets_tests.pages.upload.uploading import key_of, rows_written, upload
from sync_assets_tests.support.systems import Systems

ROOT = Path(__file__).parents[2]
COOKIE = "sync_assets_pages"
SECRET = "Spring events"
"""The name of the upload that only those see who are signed in."""


@dataclass
class Listener:
    """An address in the place of Dagster's webserver that notes what it is asked, and is out of order."""

    asked: list[bytes] = field(default_factory=list)
    url: str = ""

    @property
    def started(self) -> list[bytes]:
        """The requests that would have started something."""
        return [body for body in self.asked if b"mutation" in body]


@pytest.fixture
def dagster() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            listener.asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_error(503)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        listener.url = f"http://127.0.0.1:{server.server_port}"
        yield listener
        server.shutdown()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the pages work and keep what is temporary, four folders deep."""
    here = tmp_path / "a" / "b" / "c" / "d"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.setattr(tempfile, "tempdir", str(here))
    return tmp_path


@pytest.fixture
def dagster_home(dagster_url: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dagster's own records, which the overview reads, elsewhere."""
    home = tmp_path_factory.mktemp("home")
    shutil.copy(ROOT / "dagster.yaml", home)
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    monkeypatch.setenv("DAGSTER_PG_URL", dagster_url)


@pytest.fixture
def attacked(
    systems: Systems, dagster: Listener, dagster_home: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Person]:
    """Ada, signed in at pages that believe the header of a proxy elsewhere."""
    del systems, dagster_home, folder
    monkeypatch.setenv("SYNC_DAGSTER_URL", dagster.url)
    monkeypatch.setenv("SYNC_PAGES_USER_HEADER", "X-Remote-User")
    monkeypatch.setenv("SYNC_PAGES_TRUSTED_PROXIES", "10.1.0.0/16")
    with served_pages(Settings.read()) as address, person_at(address) as person:
        person.sign_in()
        yield person


@pytest.fixture
def known(attacked: Person, systems: Systems) -> Known:
    """What an attacker may have found out, of an upload that was not imported."""
    address = str(attacked.http.base_url)
    with person_at(address) as grace:
        grace.sign_in("Grace")
        stolen = grace.token()
    former = attacked.token()
    attacked.http.cookies.clear()
    attacked.sign_in()
    key = key_of(upload(attacked, systems.workbook(events=2, sessions=4)))
    return Known(key, attacked.token(), attacked.http.cookies[COOKIE], stolen, former)


def send(person: Person, hostile: Hostile) -> httpx.Response | None:
    """Send a request as it is; None where the client cannot say it."""
    cookie = person.http.cookies[COOKIE] if hostile.cookie is None else hostile.cookie
    headers = {**hostile.values.get("headers", {}), "Cookie": f"{COOKIE}={cookie}"}
    values = {**hostile.values, "headers": headers}
    try:
        with httpx.Client(base_url=person.http.base_url, timeout=60) as client:
            return client.request(hostile.method, hostile.path, follow_redirects=False, **values)
    except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeEncodeError):
        return None


def faults_of(hostile: Hostile, answer: httpx.Response, known: Known) -> Iterator[str]:
    """What is wrong with an answer."""
    if answer.status_code >= 500 and not (answer.status_code in (502, 503) and "answer" in answer.text):
        yield f"HTTP {answer.status_code}"
    if "Traceback" in answer.text:
        yield "a traceback"
    if hostile.what == "a stranger":
        if answer.status_code not in (303, 400, 401, 403, 404, 405):
            yield f"a stranger got HTTP {answer.status_code}"
        if SECRET in answer.text or "Grace" in answer.text:
            yield "a stranger saw something"
    if hostile.what in ("a forged token", "another site") and answer.status_code not in (400, 403, 413):
        yield f"it was taken: HTTP {answer.status_code}"
    place = answer.headers.get("location", "/")
    if not place.startswith("/") or place.startswith(("//", "/\\")):
        yield f"it leads to {place}"
    if any(known.cookie not in given for given in answer.headers.get_list("set-cookie") if "=a" in given):
        yield "it sets a cookie"


# The parser of forms leaves the file of a body that is cut off to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_hundreds_of_hostile_requests(
    attacked: Person, systems: Systems, dagster: Listener, folder: Path, known: Known
) -> None:
    before, files = rows_written(systems.engine), sorted(folder.rglob("*"))
    answers: Counter[int] = Counter()
    faults = []
    for hostile in hostile_requests(known):
        answer = send(attacked, hostile)
        if answer is None:
            continue
        answers[answer.status_code] += 1
        faults += [
            (each, hostile.what, hostile.method, hostile.path, str(hostile.values)[:300])
            for each in faults_of(hostile, answer, known)
        ]
    assert faults == []
    assert answers.total() >= 300, answers
    assert rows_written(systems.engine) == before
    assert sorted(folder.rglob("*")) == files
    assert dagster.started == []
    with systems.engine.connect() as connection:
        uploads = list_uploads(connection, limit=200)
    assert {each.state for each in uploads} == {UploadState.NEW}
    assert attacked.get(f"/uploads/{known.key}/plan").status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_a_good_workbook_with_a_hostile_name_is_kept_in_its_place(
    attacked: Person, systems: Systems, folder: Path, name: str
) -> None:
    before = sorted(folder.rglob("*"))
    answer = upload(attacked, systems.workbook(events=2, sessions=4), name)
    assert answer.status_code in (200, 400, 422)
    assert "<script>" not in answer.text
    if answer.status_code == 200:
        file = attacked.get(f"/uploads/{key_of(answer)}/file")
        assert file.status_code == 200
        assert "set-cookie" not in file.headers
        assert not {"/", "\\"} & set(file.headers["content-disposition"].replace("''", ""))
    assert sorted(folder.rglob("*")) == before


RAW = (
    b"GET /upload HTTP/1.1\r\n\r\n",
    b"GET http://evil.example/upload HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"GET /upload HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
    b"GET /upload HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n",
    b"GET /upload HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Remote-User: a\x00b\r\n\r\n",
    b"GET /upload HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + b"a=b; " * 30_000 + b"\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /uploads/%zz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET //evil.example/%2e%2e HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\nname=a",
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 90\r\n\r\nx",
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx",
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx",
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    b"CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /upload HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"\x00" * 1000,
)


REFUSED = (b"303", b"400", b"401", b"403", b"404", b"405", b"413", b"431")


def test_what_is_no_request_is_refused_or_cut_off(attacked: Person) -> None:
    url = attacked.http.base_url
    for raw in RAW:
        with socket.create_connection((url.host, url.port), timeout=10) as connection:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            with suppress(ConnectionError):
                answer = connection.recv(100)
        assert not answer or answer.split()[1] in (b"303", b"400", b"401", b"403", b"404", b"405", b"431"), (
            raw,
            answer,
        )
    assert attacked.get("/upload").status_code == 200


def test_guessing_the_password_is_not_helped_by_made_up_addresses(attacked: Person) -> None:
    with person_at(str(attacked.http.base_url)) as stranger:
        answers = [
            stranger.http.post(
                "/sign-in", data={"name": "Ada", "password": "wrong"}, headers={"X-Forwarded-For": f"10.1.0.{number}"}
            ).status_code
            for number in range(15)
        ]
    assert answers[0] == 403
    assert answers[-1] == 429
