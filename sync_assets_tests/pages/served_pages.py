"""The real application over HTTP, and somebody who visits it: forms are sent as a browser would send them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx

from sync_assets.cli.pages import serving_pages
from sync_assets.settings import Settings

PASSWORD = "correct horse battery"
_TOKEN = re.compile(r'name="token" value="([0-9a-f]+)"')
_TAG = re.compile(r"<[^>]+>")


@dataclass
class Person:
    """Somebody with a browser of their own."""

    http: httpx.Client

    def sign_in(self, name: str = "Ada Fernsby", password: str = PASSWORD) -> httpx.Response:
        return self.http.post("/sign-in", data={"name": name, "password": password, "next": "/upload"})

    def get(self, path: str, **values: Any) -> httpx.Response:
        return self.http.get(path, **values)

    def token(self, path: str = "/upload") -> str:
        found = _TOKEN.search(self.get(path).text)
        assert found, path
        return found[1]

    def send(
        self, path: str, fields: Mapping[str, Any] | None = None, files: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        """Send a form with the token of the session."""
        return self.http.post(path, data={"token": self.token(), **(fields or {})}, files=files)


def text_of(answer: httpx.Response) -> str:
    """The words of a page, without its tags."""
    return " ".join(unescape(_TAG.sub(" ", answer.text)).split())


@contextmanager
def served_pages(settings: Settings, password: str = PASSWORD) -> Iterator[str]:
    """Serve the application on a free port and yield its address."""
    with serving_pages(settings, 0, password) as address:
        yield address


@contextmanager
def person_at(address: str, **values: Any) -> Iterator[Person]:
    """A person who is not signed in."""
    with httpx.Client(base_url=address, timeout=60, follow_redirects=True, **values) as http:
        yield Person(http)
