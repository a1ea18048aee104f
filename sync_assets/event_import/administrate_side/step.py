"""What the steps of the remote write have in common: what they work with, and how an event fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sync_assets.administrate.client import AdministrateClient
from sync_assets.event_import.administrate_side.sending import Sender
from sync_assets.event_import.import_tables import ImportState
from sync_assets.event_import.writing.journal import Journal
from sync_assets.event_import.writing.progress import EventInProgress

INSTRUCTOR: Final = "instructor"
ADMINISTRATOR: Final = "administrator"


@dataclass(slots=True)
class RemoteWrite:
    """A run's way into Administrate. `tell` is called with each event that has come to a new state or failed."""

    client: AdministrateClient
    sender: Sender
    journal: Journal
    tell: Callable[[EventInProgress], None]
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fail(self, event: EventInProgress, sentence: str) -> None:
        """Stop an event for this run; of several failures the first is kept."""
        with self._lock:
            if event.failure is not None:
                return
            event.failure = sentence
        self.journal.failed(event.begun, sentence)
        self.tell(event)

    def reached(self, events: Iterable[EventInProgress], state: ImportState) -> None:
        """Note that those of the events which have not failed have come to a state."""
        going_on = [event for event in events if event.failure is None and event.begun.state != state]
        self.journal.reached([event.begun for event in going_on], state)
        for event in going_on:
            self.tell(event)


def errors_of(payload: Mapping[str, Any]) -> list[str]:
    """Return the errors of a payload, each as Administrate words it, with the attribute that it is about."""
    return [
        f"{error['label']}: {error['message']}" if error.get("label") else str(error.get("message"))
        for error in payload["errors"]
    ]


def refusal(mutation: str, payload: Mapping[str, Any]) -> str:
    """Return what to say of a mutation that did not do its work."""
    said = " ".join(errors_of(payload)) or "it gave neither a record nor a reason."
    return f"Administrate refused {mutation}: {said}"
