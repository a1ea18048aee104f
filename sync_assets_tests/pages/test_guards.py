"""What holds for every request, whatever page it is for."""

from __future__ import annotations

import socket

import httpx
import pytest

from sync_assets.pages.access.guards import MOST_BYTES
from sync_assets_tests.pages.served_pages import Person

PATHS = ["/sign-in", "/upload", "/nowhere", "/static/pages.css"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_keeps_browsers_strict(person: Person, path: str) -> None:
    headers = person.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"


def test_pages_are_not_kept_and_our_own_files_are(person: Person) -> None:
    assert person.get("/upload").headers["cache-control"] == "no-store"
    assert "immutable" in person.get("/static/pages.css").headers["cache-control"]


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(stranger: Person) -> None:
    answer = stranger.http.post(
        "/sign-in", data={"name": "Ada", "password": "correct horse battery"}, follow_redirects=False
    )
    cookie = answer.headers["set-cookie"].casefold()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_a_page_that_is_not_there_says_so(person: Person) -> None:
    answer = person.get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
def test_other_sites_cannot_send_forms(person: Person, headers: dict[str, str]) -> None:
    answer = person.http.post("/sign-out", data={"token": person.token()}, headers=headers)
    assert answer.status_code == 403


def test_a_form_without_its_token_is_refused(person: Person) -> None:
    for data in ({}, {"token": ""}, {"token": "0" * 64}):
        assert person.http.post("/sign-out", data=data).status_code == 403


def test_the_token_of_another_person_is_refused(person: Person, address: str) -> None:
    with httpx.Client(base_url=address, follow_redirects=True) as http:
        other = Person(http)
        other.sign_in("Grace")
        stolen = other.token()
    assert person.http.post("/sign-out", data={"token": stolen}).status_code == 403


def test_a_name_that_nobody_gave_the_server_is_refused(person: Person) -> None:
    assert person.get("/upload", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("length", [str(MOST_BYTES + 1), "9" * 400])
def test_a_body_that_is_too_large_is_refused_before_it_comes(address: str, length: str) -> None:
    url = httpx.URL(address)
    with socket.create_connection((url.host, url.port), timeout=10) as connection:
        connection.sendall(f"POST /sign-in HTTP/1.1\r\nHost: {url.netloc.decode()}\r\n".encode())
        connection.sendall(f"Content-Length: {length}\r\n\r\n".encode())
        assert connection.recv(100).split()[1] in (b"413", b"400")


def test_a_body_whose_length_is_not_said_is_cut_off(person: Person) -> None:
    block = b"x" * 1024 * 1024

    def endless() -> object:
        for _ in range(MOST_BYTES // len(block) + 2):
            yield block

    head = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        answer = person.http.post("/sign-out", content=endless(), headers=head)
    except httpx.WriteError:
        # The server closed the connection.
        return
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize("path", ["/upload?x=%00", "/up%0aload", "/" + "x" * 5000])
def test_addresses_that_no_page_has_are_refused(person: Person, path: str) -> None:
    assert person.get(path).status_code == 400


def test_no_file_of_the_server_is_reached_by_a_path(person: Person) -> None:
    for path in ("/static/../application.py", "/static/%2e%2e/application.py", "/static/..%2f..%2fsettings.py"):
        assert person.get(path).status_code in (400, 404)
