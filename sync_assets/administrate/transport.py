"""The only way out: every request waits for the rate limit and is counted, including token requests and retries."""

from __future__ import annotations

import ssl
import threading
import time
from functools import cache

import httpx
from pyrate_limiter import Duration, Limiter, Rate


@cache
def shared_limiter(host: str, requests_per_second: int, requests_per_minute: int) -> Limiter:
    """Return the process's limiter for a host, so that all clients in it stay below one limit together.

    Administrate allows 6,000 requests in 5 minutes per IP address, 20 a second on average (vendor's documentation of
    rate limits).
    """
    # A little more than the time itself, so that requests that are held up on their way do not crowd into one.
    burst = Rate(requests_per_second, int(Duration.SECOND) * 105 // 100)
    lasting = Rate(requests_per_minute, int(Duration.MINUTE) * 101 // 100)
    if requests_per_minute <= requests_per_second:
        return Limiter([lasting], buffer_ms=5)
    is_bounded_by_bursts = lasting.limit / lasting.interval >= burst.limit / burst.interval
    return Limiter([burst] if is_bounded_by_bursts else [burst, lasting], buffer_ms=5)


@cache
def shared_tls_context() -> ssl.SSLContext:
    """Return the process's context for TLS. To read the trusted certificates takes longer than many a request."""
    return httpx.create_ssl_context()


class MeteredTransport(httpx.BaseTransport):
    """Waits for the rate limit before each request, and counts the requests and the seconds waited."""

    def __init__(self, inner: httpx.BaseTransport, limiter: Limiter) -> None:
        self._inner = inner
        self._limiter = limiter
        self._lock = threading.Lock()
        self.requests_sent = 0
        self.seconds_waited = 0.0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request once the limit allows it."""
        begin = time.monotonic()
        self._limiter.try_acquire("administrate")
        with self._lock:
            self.requests_sent += 1
            self.seconds_waited += time.monotonic() - begin
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()
