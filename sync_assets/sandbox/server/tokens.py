"""The tokens that the stand-in gives out for client credentials."""

from __future__ import annotations

import secrets
import time
from urllib.parse import parse_qsl

from starlette.responses import JSONResponse, Response


class Tokens:
    """Gives out bearer tokens for one client, each with a life of so many seconds."""

    def __init__(self, client_id: str, client_secret: str, seconds: int) -> None:
        self._client = (client_id, client_secret)
        self._seconds = seconds
        self._known: dict[str, float] = {}

    def issue(self, body: bytes, content_type: str) -> Response:
        """Return the answer to a token request with that body."""
        form = dict(parse_qsl(body.decode(errors="replace")))
        if not content_type.startswith("application/x-www-form-urlencoded"):
            return JSONResponse({"error": "invalid_request"}, 400)
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        if (form.get("client_id"), form.get("client_secret")) != self._client:
            return JSONResponse({"error": "invalid_client"}, 401)
        token = secrets.token_urlsafe(24)
        self._known[token] = time.monotonic() + self._seconds
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": self._seconds, "scope": "instance"}
        return JSONResponse(answer)

    def revoke(self) -> None:
        """Make every token that was given out a bad one."""
        self._known.clear()

    def admits(self, authorization: str) -> bool:
        """Return whether an `Authorization` header holds a token that is good."""
        scheme, _, token = authorization.partition(" ")
        return scheme.lower() == "bearer" and self._known.get(token, 0) > time.monotonic()
