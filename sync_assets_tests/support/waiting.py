"""Waiting for what another thread or process brings about: until it is seen, and never for a length of time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 150.0
SHORTEST, LONGEST = 0.005, 0.3
"""Seconds between two looks: the longer nothing is seen, the rarer they are."""

Seen = TypeVar("Seen")


def eventually(look: Callable[[], Seen], what: str = "what was waited for", within: float = PATIENCE) -> Seen:
    """Return what is seen once it is anything at all; fail the test if that takes longer than `within` seconds."""
    end, pause = time.monotonic() + within, SHORTEST
    while not (seen := look()):
        assert time.monotonic() < end, f"not within {within:.0f} seconds: {what}"
        time.sleep(pause)
        pause = min(pause * 2, LONGEST)
    return seen
