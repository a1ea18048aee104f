"""Signs of life of runs: the process that executes a run says again and again that it does, in Dagster's records.

Whoever started a run may be gone: a code server that was reloaded does not know the runs of the one before, and a run
of the command line was never known to any. So each run is asked for its own sign, wherever it is executed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from dagster_postgres import PostgresRunStorage

from sync_assets.operations.instance.dagster_internals import KeyValueStoreTable

INTERVAL = 10.0
"""Seconds between two signs."""
_log = logging.getLogger(__name__)
_ENDS = frozenset({dg.DagsterEventType.RUN_SUCCESS, dg.DagsterEventType.RUN_FAILURE, dg.DagsterEventType.RUN_CANCELED})


def sign_key(run_id: str) -> str:
    """Return the key that a run's sign is kept under in Dagster's records."""
    return f"sync_assets.sign_of_life.{run_id}"


class RunStorageWithSigns(PostgresRunStorage):
    """The runs in PostgreSQL; while this process executes one, a thread writes its sign of life.

    A run begins with the event that it was started, which the process that executes it stores before the run counts as
    started. So there is no started run without a sign, and no job that could forget to show one.
    """

    def __init__(self, postgres_url: str, interval: float = INTERVAL) -> None:
        super().__init__(postgres_url)
        self._interval = interval

    def handle_run_event(self, run_id: str, event: dg.DagsterEvent, update_timestamp: datetime | None = None) -> None:
        """Store what an event makes of a run; begin and end its sign of life."""
        if event.event_type is dg.DagsterEventType.RUN_START:
            _begin(run_id, self.show_sign, self._interval)
        super().handle_run_event(run_id, event, update_timestamp)
        if event.event_type in _ENDS and _end(run_id):
            self._forget_sign(run_id)

    def dispose(self) -> None:
        """Close the connections that are kept."""
        super().dispose()
        self._engine.dispose()

    def delete_run(self, run_id: str) -> None:
        """Delete a run and what is left of its sign."""
        super().delete_run(run_id)
        self._forget_sign(run_id)

    def show_sign(self, run_id: str) -> None:
        """Write a sign of life, which is another each time."""
        self.set_cursor_values({sign_key(run_id): datetime.now(UTC).isoformat()})

    def _forget_sign(self, run_id: str) -> None:
        with self.connect() as connection:
            connection.execute(KeyValueStoreTable.delete().where(KeyValueStoreTable.c.key == sign_key(run_id)))


@dataclass(frozen=True, slots=True)
class _Showing:
    """The thread that shows the sign of a run, and what tells it that the run has ended."""

    ended: threading.Event
    thread: threading.Thread


_executed_here: dict[str, _Showing] = {}
_guard = threading.Lock()


def _begin(run_id: str, show: Callable[[str], None], interval: float) -> None:
    show(run_id)
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(interval):
            try:
                show(run_id)
            # A thread that dies would let a living run be taken for dead, whatever the error was.
            except Exception as error:  # noqa: BLE001
                _log.warning("The run %s could not show a sign of life: %s", run_id, type(error).__name__)

    with _guard:
        if run_id in _executed_here:
            return
        thread = threading.Thread(target=go_on, name=f"sign of life of {run_id}", daemon=True)
        _executed_here[run_id] = _Showing(ended, thread)
        thread.start()


def _end(run_id: str) -> bool:
    """End the sign of a run and return whether this process executed it."""
    with _guard:
        showing = _executed_here.pop(run_id, None)
    if showing is not None:
        showing.ended.set()
        # A sign that is being written would come after the one who forgets it.
        showing.thread.join(INTERVAL)
    return showing is not None


@dataclass(slots=True)
class _Watch:
    """What was seen of a run, since when it is the same, and when the last look was, by a clock of this process."""

    seen: Any
    since: float
    looked_at: float


@dataclass(slots=True)
class SignWatch:
    """Tells from the outside how long runs have been silent: nothing of theirs changed from look to look.

    The time counts that was watched, by the watcher's own clock: neither clocks of two machines that differ nor a
    database that was away make a living run silent. `longest_gap` are the seconds between two looks after which the
    time counts from the beginning, since nobody could write in between perhaps.
    """

    longest_gap: float
    clock: Callable[[], float] = time.monotonic
    _runs: dict[str, _Watch] = field(default_factory=dict)

    def silent_for(self, run_id: str, seen: Any) -> float:
        """Return for how many seconds `seen` is what was seen of a run; call it at every look."""
        now = self.clock()
        watch = self._runs.get(run_id)
        if watch is None or watch.seen != seen or now - watch.looked_at > self.longest_gap:
            watch = self._runs[run_id] = _Watch(seen, now, now)
        watch.looked_at = now
        # Runs that nobody asks for any more have ended.
        for ended in [name for name, other in self._runs.items() if now - other.looked_at > 10 * self.longest_gap]:
            del self._runs[ended]
        return now - watch.since
