"""Things that take seconds to make and are looked at for minutes: a few are kept, and few are made at a time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Final, Generic, TypeVar

from sync_assets.errors import SyncError

Thing = TypeVar("Thing")
MOST_KEPT: Final = 8
MOST_AT_ONCE: Final = 2
KEPT_FOR: Final = 300.0
"""Seconds after which a thing is made anew."""
PATIENCE: Final = 60.0
"""Seconds that a request waits for its turn."""


class Busy(SyncError):
    """So many others ask for the same kind of work that this one would wait too long."""


class Shelf(Generic[Thing]):
    """Keeps the things that were made last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[float, Thing]] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(MOST_AT_ONCE)

    def kept(self, key: Hashable) -> Thing | None:
        """Return what is kept under a key, None where that is nothing or too old."""
        with self._lock:
            made_at, thing = self._kept.get(key, (0.0, None))
            return thing if thing is not None and time.monotonic() - made_at < KEPT_FOR else None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until few others do such work, and count among them for the block. Raises Busy."""
        if not self._turns.acquire(timeout=PATIENCE):
            raise Busy("Several people upload at this moment. Try again in a minute.")
        try:
            yield
        finally:
            self._turns.release()

    def make(self, key: Hashable, maker: Callable[[], Thing]) -> Thing:
        """Make a thing anew and keep it. Raises Busy, and what the maker raises."""
        with self.turn():
            thing = maker()
        with self._lock:
            self._kept[key] = time.monotonic(), thing
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return thing

    def forget(self) -> None:
        """Forget all that is kept: what it was made from has changed."""
        with self._lock:
            self._kept.clear()
