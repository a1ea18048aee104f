"""Time as a run sees it: the moments that it records, and its waiting."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """The clock of this machine. A run may be given another one, by which waiting takes no time."""

    def now(self) -> datetime:
        """Return the moment that is recorded."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """Return seconds that never go back, to measure a time by."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Return when the time has passed."""
        time.sleep(seconds)
