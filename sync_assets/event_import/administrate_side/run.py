"""What every step of a run in Administrate works with, and how an event waits or is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.payload_errors import errors_of_payload
from sync_assets.event_import.administrate_side.clock import Clock
from sync_assets.event_import.administrate_side.look_for_events import FoundEvent
from sync_assets.event_import.administrate_side.sending import Payload, Sender
from sync_assets.event_import.writing.journal import Journal
from sync_assets.event_import.writing.planned_event import PlannedEvent


@dataclass(slots=True)
class AdministrateRun:
    """A run's means. `tell` is called with each event that has come to a new state, waits or was refused.

    `quiet` is the time after which a create without an answer may be sent again. `control` is an event that a look must
    find, None while the tenant has none.
    """

    client: AdministrateClient
    sender: Sender
    journal: Journal
    tell: Callable[[PlannedEvent], None]
    quiet: timedelta
    clock: Clock = field(default_factory=Clock)
    control: FoundEvent | None = None
    waits: dict[int, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> datetime:
        """Return the moment that is recorded."""
        return self.clock.now()

    def refuse(self, event: PlannedEvent, sentence: str) -> None:
        """Stop an event: it needs somebody. Of several sentences the first is kept."""
        with self._lock:
            if event.is_stopped:
                return
            event.is_stopped = True
        self.journal.refused(event, sentence)
        self.tell(event)

    def wait(self, events: Iterable[PlannedEvent], sentence: str, *, is_outcome_unknown: bool = False) -> None:
        """Stop events for this pass: they need time. Of several sentences the first is kept."""
        with self._lock:
            for event in events:
                event.is_outcome_unknown |= is_outcome_unknown
                if not event.is_stopped:
                    event.is_stopped = True
                    self.waits.setdefault(event.id, sentence)

    def tell_all(self, events: Sequence[PlannedEvent]) -> None:
        """Tell of events that have come to a new state."""
        for event in events:
            self.tell(event)


def refusal(mutation: str, payload: Payload) -> str:
    """Return what to say of a mutation that did not do its work."""
    said = " ".join(errors_of_payload(payload)) or "it gave neither a record nor a reason."
    return f"Administrate refused {mutation}: {said}"
