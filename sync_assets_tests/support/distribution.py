"""How tests are dealt out to the processes of a run: long ones first, each alone unless others share its processes."""

from __future__ import annotations

import os

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

STORIES = "sync_assets_tests/processes/"
"""The folder whose files are stories: each test goes on where the one before it has left the processes."""
BROWSER = "sync_assets_tests/browser/"
"""The folder whose files each start processes of their own, once for all tests of the file."""
WAITING = ("test_by_itself.py", "test_signs_of_life.py")
"""The stories that wait most of the time: processes of their own run beside those of the others."""

SLOW_FIXTURES = frozenset({"server", "postgres_dir"})
"""What gives a test a database."""


class TestByTest(LoadScopeScheduling):
    """Deals out test by test, in the order of collection; stories and the files of a browser as a whole."""

    __test__ = False

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(BROWSER):
            return nodeid.split("::")[0]
        if not nodeid.startswith(STORIES):
            return nodeid
        return "stories that wait" if nodeid.split("::")[0].endswith(WAITING) else "stories"


def mark_slow(items: list[pytest.Item]) -> None:
    """Mark the tests as slow that need a database or processes: `make check` leaves them out."""
    for item in items:
        needed = getattr(item, "fixturenames", ())
        if item.nodeid.startswith((STORIES, BROWSER)) or not SLOW_FIXTURES.isdisjoint(needed):
            item.add_marker(pytest.mark.slow)


def long_ones_first(items: list[pytest.Item]) -> None:
    """Bring those that take long to the front, so that no worker begins one when the others are about to end."""
    items.sort(key=lambda item: (not item.nodeid.startswith(STORIES), not _is_marked_by_itself(item)))


def _is_marked_by_itself(item: pytest.Item) -> bool:
    """Tell whether a test is slow for another reason than that it needs a database."""
    needed = getattr(item, "fixturenames", ())
    marks = sum(mark.name == "slow" for mark in item.iter_markers())
    return marks > (not SLOW_FIXTURES.isdisjoint(needed))


def count_of_workers() -> int:
    """Return how many workers `-n auto` means."""
    # One more than processors: one of them waits for processes or a browser most of the time. More are no faster.
    return len(os.sched_getaffinity(0)) + 1
