"""How many mutations travel in one request: few at first, more while requests stay short."""

from __future__ import annotations

import threading
from typing import Final

FIRST: Final = 4
LONGEST_REQUEST: Final = 3.0
"""Seconds that a request may take before it is thought too large."""


class BatchSize:
    """The size in use, and how long a request of it may be waited for. Safe to use from several threads."""

    def __init__(self, largest: int, timeout: float) -> None:
        """Begin small; `timeout` is the time in seconds that any request is given at least."""
        self._largest = largest
        self._timeout = timeout
        self._size = min(FIRST, largest)
        self._seconds_each = 0.0
        self._lock = threading.Lock()

    @property
    def now(self) -> int:
        """How many mutations go into the next request."""
        with self._lock:
            return self._size

    def timeout(self, count: int) -> float:
        """Return how long a request of that many mutations is waited for, in seconds."""
        with self._lock:
            return max(self._timeout, 4 * count * self._seconds_each)

    def took(self, count: int, seconds: float) -> None:
        """Note a request that was answered: double the size while there is room, shrink it where there is none."""
        with self._lock:
            each = seconds / count
            self._seconds_each = max(each, 0.7 * self._seconds_each)
            fitting = int(LONGEST_REQUEST / self._seconds_each) if self._seconds_each > 0 else self._largest
            grown = self._size * 2 if count >= self._size else self._size
            self._size = max(1, min(grown, fitting, self._largest))

    def failed(self, count: int) -> None:
        """Note a request of that size without an answer, or that was too large: this run never sends so many again."""
        with self._lock:
            self._largest = max(1, min(self._largest, count // 2))
            self._size = min(self._size, self._largest)
