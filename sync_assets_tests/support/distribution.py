"""How tests are dealt out to the processes of a run: long ones first, and each alone unless its file is one story."""

from __future__ import annotations

import os

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

STORIES = "sync_assets_tests/processes/"
"""The folder whose files are stories: each test goes on where the one before it has left the processes."""
WORKERS_PER_PROCESSOR = 2
"""Many tests wait for another process, or for a tick of Dagster's: meanwhile another worker has the processor."""


class TestByTest(LoadScopeScheduling):
    """Deals out test by test, in the order of collection, and stories as a whole."""

    __test__ = False

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.split("::")[0] if nodeid.startswith(STORIES) else nodeid


def long_ones_first(items: list[pytest.Item]) -> None:
    """Bring those that take long to the front, so that no worker begins one when the others are about to end."""
    items.sort(key=lambda item: (not item.nodeid.startswith(STORIES), item.get_closest_marker("slow") is None))


def count_of_workers() -> int:
    """Return how many workers `-n auto` means."""
    return WORKERS_PER_PROCESSOR * len(os.sched_getaffinity(0))
