"""What Dagster keeps of the syncs, for the overview: its storage is opened when it is first asked."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import dagster as dg

from sync_assets.operations.instance.home import open_instance
from sync_assets.operations.overview import SyncOverview, sync_overview
from sync_assets.operations.sync.schedules import timing_of
from sync_assets.settings import Settings


class DagsterRecords:
    """Dagster's storage. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._instance: dg.DagsterInstance | None = None
        self._opening = threading.Lock()

    def syncs(self) -> SyncOverview:
        """Return the last sync, the one at work and the next one. Raises InstanceUnavailable or SQLAlchemyError."""
        with self._opening:
            if self._instance is None:
                self._instance = open_instance(self._settings)
        return sync_overview(self._instance, timing_of(self._settings), datetime.now(UTC))

    def close(self) -> None:
        """Close what is open."""
        if self._instance is not None:
            self._instance.dispose()
