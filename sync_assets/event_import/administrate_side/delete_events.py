"""Delete drafts in Administrate, and read afterwards which of them went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.payload_errors import errors_of_payload
from sync_assets.event_import.administrate_side.batches import Argument, Mutation
from sync_assets.event_import.administrate_side.event_records import ReadEvent, UnreadableEvent
from sync_assets.event_import.administrate_side.look_for_events import find_control
from sync_assets.event_import.administrate_side.read_events import read_events
from sync_assets.event_import.administrate_side.sending import Payload, Sender

LARGEST_DELETION: Final = 50
"""Events that one `event.delete` takes; a live integration deletes in groups of that size."""


def delete_events(client: AdministrateClient, sender: Sender, ids: Sequence[str]) -> dict[str, str]:
    """Delete drafts by id and return why each that did not go is still there. Raises AdministrateError."""
    if not ids:
        return {}
    step = _Delete()
    sender.send_all([ids[start : start + LARGEST_DELETION] for start in range(0, len(ids), LARGEST_DELETION)], step)
    control = find_control(client)
    left = read_events(client, ids, control)
    reasons: dict[str, str] = {}
    for id_ in ids:
        found = left[id_]
        said = step.said.get(id_)
        if isinstance(found, ReadEvent):
            reasons[id_] = f"Administrate did not delete it: {said or 'it gave no reason.'}"
        elif isinstance(found, UnreadableEvent) and (said or control is not None):
            # Where the tenant has no event left, nothing can show that the reading works; then its own word counts.
            reasons[id_] = f"Whether Administrate has deleted it is not known: {said or found.sentence} Run it again."
    return reasons


class _Delete:
    """Deletes groups of drafts."""

    def __init__(self) -> None:
        self.said: dict[str, str] = {}

    def mutation(self, item: Sequence[str]) -> Mutation:
        return Mutation(
            "event", "delete", (Argument("input", "DeleteInput!", {"eventIds": list(item)}),), "EventsDeleted"
        )

    def before(self, items: Sequence[Sequence[str]]) -> None:
        """Nothing has to be known of them afterwards."""

    def answered(self, answers: Sequence[tuple[Sequence[str], Payload]]) -> None:
        for ids, payload in answers:
            self._note(ids, " ".join(errors_of_payload(payload)))

    def not_done(self, items: Sequence[Sequence[str]], sentence: str | None) -> None:
        for ids in items if sentence else ():
            self._note(ids, sentence or "")

    def unknown(self, items: Sequence[Sequence[str]], sentence: str) -> None:
        for ids in items:
            self._note(ids, sentence)

    def _note(self, ids: Sequence[str], sentence: str) -> None:
        if sentence:
            self.said |= dict.fromkeys(ids, sentence)
