"""OAuth 2 client credentials as an httpx auth flow: one token for all requests of a client, renewed when needed."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from typing import Any

import httpx
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error

from sync_assets.administrate.errors import ServerFailure, TooManyRequests, Unauthorized
from sync_assets.administrate.retry_after import retry_after_seconds

EARLY = 30.0
"""Seconds before its end at which a token counts as expired, so that none expires on its way."""


class ClientCredentials(httpx.Auth):
    """Adds the bearer token. It fetches a new one when the token has expired and, once per request, after a 401.

    Credentials go in the form body (vendor's documentation of the client credentials flow).
    """

    def __init__(self, token_url: str, client_id: str, client_secret: str) -> None:
        self._token_url = token_url
        self._client_id = client_id
        self._client_secret = client_secret
        self._lock = threading.Lock()
        self._token: str | None = None
        self._expires_at = 0.0

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send `request` with a token. Raises Unauthorized, TooManyRequests or ServerFailure if there is no token."""
        token = yield from self._usable_token(refused=None)
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            token = yield from self._usable_token(refused=token)
            request.headers["Authorization"] = f"Bearer {token}"
            yield request

    def _usable_token(self, *, refused: str | None) -> Generator[httpx.Request, httpx.Response, str]:
        # The lock is kept during the token request, so that concurrent requests wait for one token.
        with self._lock:
            if self._token is None or self._token == refused or time.monotonic() >= self._expires_at:
                response = yield self._token_request()
                response.read()
                self._store(response)
            assert self._token is not None  # noqa: S101 - _store sets it or raises
            return self._token

    def _token_request(self) -> httpx.Request:
        protocol = BackendApplicationClient(client_id=self._client_id)
        body: str = protocol.prepare_request_body(include_client_id=True, client_secret=self._client_secret)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        return httpx.Request("POST", self._token_url, content=body, headers=headers)

    def _store(self, response: httpx.Response) -> None:
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise TooManyRequests(
                "Administrate's token endpoint answered 429 (too many requests).",
                retry_after=retry_after_seconds(response),
            )
        if response.is_server_error:
            raise ServerFailure(
                f"Administrate's token endpoint answered HTTP {response.status_code}; try again later.",
                nothing_done=True,
            )
        advice = "Check ADMINISTRATE_TOKEN_URL, ADMINISTRATE_CLIENT_ID and ADMINISTRATE_CLIENT_SECRET."
        try:
            token: dict[str, Any] = BackendApplicationClient(self._client_id).parse_request_body_response(response.text)
            value, lifetime = str(token["access_token"]), float(token.get("expires_in") or 0)
        except OAuth2Error as error:
            said = f"{error.error}: {error.description}" if error.description else str(error.error)
            # An endpoint may repeat the secret that it received.
            said = said.replace(self._client_secret, "(hidden)") if self._client_secret else said
            raise Unauthorized(f"Administrate gave no token (HTTP {response.status_code}, {said}). {advice}") from None
        except (KeyError, TypeError, ValueError):
            raise Unauthorized(
                f"Administrate's token endpoint answered HTTP {response.status_code} without a token. {advice}"
            ) from None
        if not (value.isascii() and value.isprintable()):
            # httpx would refuse it as a header, and its error would contain the token.
            raise Unauthorized(f"Administrate's token endpoint gave a token that no header can carry. {advice}")
        # The lifetime is not documented. A token without one is used until a 401 says that it has expired.
        self._expires_at = time.monotonic() + max(lifetime - EARLY, lifetime / 2) if lifetime else float("inf")
        self._token = value
