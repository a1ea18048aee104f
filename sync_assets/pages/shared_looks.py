"""What several requests want to know at the same moment: it is found out once, for all of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

from starlette.concurrency import run_in_threadpool

Thing = TypeVar("Thing")
MOMENT: Final = 0.35
"""Seconds for which a look is as good as a new one."""


class SharedLooks:
    """Looks that are under way or began a moment ago, by key. They belong to one event loop."""

    def __init__(self) -> None:
        self._looks: dict[Hashable, tuple[float, asyncio.Future[Any]]] = {}

    async def look(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """Return what a look finds that began a moment ago, or else what `make` returns in a thread of its own.

        Raises what `make` raises.
        """
        now = time.monotonic()
        self._looks = {each: look for each, look in self._looks.items() if now - look[0] < MOMENT or not look[1].done()}
        if key not in self._looks:
            self._looks[key] = now, asyncio.ensure_future(run_in_threadpool(make))
        # Who goes away does not end the look of the others.
        found: Thing = await asyncio.shield(self._looks[key][1])
        return found
