"""Who is there: the person of a request, by a signed cookie or by the header of a proxy that is trusted."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from sync_assets.settings import Settings
from sync_assets.shown_text import one_line

COOKIE: Final = "sync_assets_pages"
SESSION_SECONDS: Final = 12 * 3600
"""How long somebody stays signed in: a working day."""
LONGEST_NAME: Final = 80
_SCRYPT_COST: Final = 2**14


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person who is signed in: the name that stands in every decision, upload and action, and the forms' token."""

    name: str
    token: str
    is_of_proxy: bool = False


def shown_name(text: str) -> str:
    """Return the name that a person gave, on one line and not too long."""
    return one_line(text)[:LONGEST_NAME].strip()


class Doorkeeper:
    """Tells who a request comes from, and lets people in by the password."""

    def __init__(self, settings: Settings, password: str) -> None:
        # The key is that of the password: sessions outlive a restart, and end when the password changes.
        key = hashlib.scrypt(password.encode(), salt=b"sync-assets pages", n=_SCRYPT_COST, r=8, p=1)
        self._key = key
        self._password = password.encode()
        self._signer = URLSafeTimedSerializer(key, salt="session")
        self._header = settings.sync_pages_user_header
        self._proxies = settings.trusted_proxies
        self._is_secure = (settings.sync_pages_url or "").startswith("https://")

    def visitor_of(self, request: HTTPConnection) -> Visitor | None:
        """Return who a request comes from, None for nobody who is known."""
        if self._header and self.is_from_proxy(request) and (name := shown_name(request.headers.get(self._header, ""))):
            return Visitor(name, self._token(f"proxy:{name}"), is_of_proxy=True)
        try:
            session = self._signer.loads(request.cookies.get(COOKIE, ""), max_age=SESSION_SECONDS)
            name, nonce = session["name"], session["nonce"]
        except (BadSignature, KeyError, TypeError):
            return None
        return Visitor(name, self._token(f"session:{nonce}"))

    def is_password(self, given: str) -> bool:
        """Tell whether somebody knows the password."""
        return hmac.compare_digest(given.encode(errors="replace"), self._password)

    def is_token_of(self, visitor: Visitor, given: str) -> bool:
        """Tell whether a form was made for this visitor."""
        return hmac.compare_digest(given.encode(errors="replace"), visitor.token.encode())

    def let_in(self, response: Response, name: str) -> None:
        """Give the browser a session of the person."""
        value = self._signer.dumps({"name": name, "nonce": secrets.token_urlsafe(16)})
        response.set_cookie(
            COOKIE, value, max_age=SESSION_SECONDS, httponly=True, samesite="strict", secure=self._is_secure
        )

    def let_out(self, response: Response) -> None:
        """Take the session from the browser."""
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=self._is_secure)

    def is_from_proxy(self, request: HTTPConnection) -> bool:
        """Tell whether a request comes from a proxy whose headers are believed."""
        if request.client is None:
            return False
        try:
            peer = ip_address(request.client.host)
        except ValueError:
            return False
        return any(peer in network for network in self._proxies)

    def address_of(self, request: HTTPConnection) -> str:
        """Return the address that a request comes from; behind a trusted proxy, what the proxy says of it."""
        if self.is_from_proxy(request) and (forwarded := request.headers.get("x-forwarded-for")):
            return forwarded.rpartition(",")[2].strip()
        return request.client.host if request.client else ""

    def _token(self, session: str) -> str:
        return hmac.new(self._key, f"form:{session}".encode(), hashlib.sha256).hexdigest()
