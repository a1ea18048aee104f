"""What stands before every page: limits and headers that hold whatever a page does. All of it is plain ASGI."""

from __future__ import annotations

import re
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync_assets.event_import.workbook.sheet import MAX_BYTES

MOST_BYTES: Final = MAX_BYTES + 1024 * 1024
"""Bytes of a request: a workbook of the largest size, and a form around it."""
LONGEST_ADDRESS: Final = 4096
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
STRICT_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_CONTROL: Final = re.compile(r"%(?:0|1|7f)", re.IGNORECASE)


class Headed:
    """Puts the headers that keep browsers strict on every answer. What is not said to be kept is not kept."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def send_headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in STRICT_HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_headed if scope["type"] == "http" else send)


class PlainAddresses:
    """Refuses addresses that no page has."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and _is_odd(scope):
            await PlainTextResponse("There is no such address.", 400)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_odd(scope: Scope) -> bool:
    raw = bytes(scope.get("raw_path") or scope["path"].encode()) + b"?" + scope["query_string"]
    return len(raw) > LONGEST_ADDRESS or _CONTROL.search(raw.decode("latin-1")) is not None


class TooLarge(Exception):
    """A body has more bytes than a request may have."""


class Limited:
    """Refuses a body that is too large before anything is parsed, whether its length is said or not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = PlainTextResponse(f"The file is too large: at most {MAX_BYTES:,} bytes are taken.", 413)
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdecimal() or int(announced) > MOST_BYTES:
            await refusal(scope, receive, send)
            return
        seen = 0
        has_begun = False

        async def receive_counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > MOST_BYTES:
                raise TooLarge
            return message

        async def send_noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive_counted, send_noted)
        except TooLarge:
            if not has_begun:
                await refusal(scope, receive, send)
