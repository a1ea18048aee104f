"""The Retry-After header of an HTTP answer."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx


def retry_after_seconds(response: httpx.Response) -> float | None:
    """Return the seconds that the answer asks to wait, at least 0, or None where it does not say."""
    value = response.headers.get("Retry-After", "").strip()
    # Other signs that count as digits (², ٣) are no numbers of HTTP.
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
