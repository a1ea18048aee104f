"""Wrong passwords are counted by the address that they come from, so that nobody tries out many."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Final

MOST_WRONG: Final = 10
PERIOD: Final = 300.0
"""Seconds in which so many wrong passwords may come from one address."""
_MOST_ADDRESSES: Final = 10_000


class SignInAttempts:
    """The wrong passwords of the last minutes."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, list[float]] = OrderedDict()

    def note_wrong(self, address: str) -> None:
        """Note a wrong password."""
        self._wrong[address] = [*self._recent(address), time.monotonic()]
        self._wrong.move_to_end(address)
        while len(self._wrong) > _MOST_ADDRESSES:
            self._wrong.popitem(last=False)

    def are_too_many(self, address: str) -> bool:
        """Tell whether an address has to wait before it may try again."""
        return len(self._recent(address)) >= MOST_WRONG

    def _recent(self, address: str) -> list[float]:
        since = time.monotonic() - PERIOD
        return [moment for moment in self._wrong.get(address, ()) if moment > since]
