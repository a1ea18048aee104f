"""How tests are dealt out to the processes of a run: long ones first, and each alone unless they share processes."""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

PRODUCTION = "sync_assets_tests/processes/"
"""The folder whose tests share one set of processes, and so one worker."""


class TestByTest(LoadScopeScheduling):
    """Deals out test by test, in the order of collection, and the tests of production as one."""

    __test__ = False

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return PRODUCTION if nodeid.startswith(PRODUCTION) else nodeid


def long_ones_first(items: list[pytest.Item]) -> None:
    """Bring those that take long to the front, so that no worker begins one when the others are about to end."""
    items.sort(key=lambda item: (not item.nodeid.startswith(PRODUCTION), item.get_closest_marker("slow") is None))
