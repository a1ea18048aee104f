"""Keeps other web sites from acting through the browser of somebody who may use a server. It is plain ASGI.

A browser that shows a page of another site sends what that page asks for, with the reader's password and from inside
the reader's network. What a browser says of the origin of a request, no page can change:
https://www.w3.org/TR/fetch-metadata/ and https://fetch.spec.whatwg.org/#origin-header
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_READING: Final = frozenset({"GET", "HEAD"})
_OWN: Final = frozenset({"same-origin", "none"})
"""What a browser says of its own page's requests, and of addresses that somebody typed."""


class SameOriginOnly:
    """Refuses what another site makes a browser send; only links may come from there.

    `hosts` are the names that the server is called by, where they are known: a page whose name was made to point at
    this machine has another one. `post_only` are the ends of paths whose queries are answered to POST alone.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None = None, post_only: tuple[str, ...] = ()) -> None:
        self._app = app
        self._hosts = None if hosts is None else frozenset(host.casefold() for host in hosts)
        self._post_only = post_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket") or (why := self._refusal(scope)) is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            # Closed before it is accepted: the server answers 403.
            await send({"type": "websocket.close", "code": 1008, "reason": why})
        else:
            await PlainTextResponse(f"{why}\n", 403)(scope, receive, send)

    def _refusal(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        if self._hosts is not None and _name_of(headers.get("host", "")) not in self._hosts:
            return "The server does not go by this name. Set SYNC_UI_URL to the address that people type."
        is_acting_path = scope["path"].rstrip("/").endswith(self._post_only) if self._post_only else False
        if is_foreign(scope) and (is_acting_path or not _is_link(scope)):
            return (
                "Requests from other sites are not taken. Behind a proxy, the proxy has to pass on the header Host as "
                "the browser sent it."
            )
        if is_acting_path and _is_read(scope) and "query" in parse_qs(scope["query_string"].decode("latin-1")):
            return "Queries are answered to POST alone."
        return None


def is_foreign(scope: Scope) -> bool:
    """Tell whether a page of another origin made a browser send a request. What no browser sends is not foreign."""
    headers = Headers(scope=scope)
    if headers.get("sec-fetch-site", "none") not in _OWN:
        return True
    origin = headers.get("origin")
    return origin is not None and _host_of(origin) != headers.get("host", "").casefold()


def _is_link(scope: Scope) -> bool:
    """Tell whether somebody has followed a link to a page, which takes the place of the one that had it."""
    headers = Headers(scope=scope)
    return (
        _is_read(scope)
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
        and "origin" not in headers
    )


def _is_read(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] in _READING


def _host_of(origin: str) -> str | None:
    """Return host and port of an origin as the header Host has them, None where it names none."""
    try:
        return urlsplit(origin).netloc.casefold() or None
    except ValueError:
        return None


def _name_of(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
