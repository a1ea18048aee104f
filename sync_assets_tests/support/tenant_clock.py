"""A clock by which the waiting of a run takes as long as the tenant works, and no longer."""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx

from sync_assets.event_import.administrate_side.clock import Clock
from sync_assets.sandbox.server.server import Sandbox

A_MOMENT = 0.005


class TenantClock(Clock):
    """The clock of a run and of its tenant. It goes as others do while the tenant works, and jumps while it does not.

    What a run sees after a wait is what it would have seen after all of it: by itself, nothing changes in a tenant but
    how old its records are, and that is told by this clock, too.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._ahead = 0.0
        sandbox.tenant.clock = self.seconds

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self._ahead)

    def seconds(self) -> float:
        return super().seconds() + self._ahead

    def sleep(self, seconds: float) -> None:
        end = self.seconds() + seconds
        # What was sent before this request has come to the tenant when this one is answered.
        httpx.get(f"{self._sandbox.url}/behaviour").raise_for_status()
        while self._sandbox.under_way() and self.seconds() < end:
            super().sleep(A_MOMENT)
        self._ahead += max(0.0, end - self.seconds())
