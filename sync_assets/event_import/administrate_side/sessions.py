"""Sessions into Administrate: those that the template made are changed, missing ones made, further ones cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sync_assets.event_import.administrate_side.batches import Argument, Mutation
from sync_assets.event_import.administrate_side.create_events import recorded_by_name
from sync_assets.event_import.administrate_side.find_events import read_events
from sync_assets.event_import.administrate_side.inputs import session_create_input, session_update_input
from sync_assets.event_import.administrate_side.sending import Payload
from sync_assets.event_import.administrate_side.step import RemoteWrite, errors_of, refusal
from sync_assets.event_import.import_tables import ImportState
from sync_assets.event_import.writing.progress import EventInProgress, ImportedSession


@dataclass(frozen=True, slots=True)
class _Day:
    """A session of an event, to be made or changed."""

    event: EventInProgress
    begun: ImportedSession


def schedule(write: RemoteWrite, events: Sequence[EventInProgress]) -> None:
    """Make the sessions of created events those of the workbook. Raises AdministrateError."""
    going_on = [event for event in events if event.failure is None and event.begun.state == ImportState.CREATED]
    missing = [_Day(event, day) for event in going_on for day in event.begun.sessions if day.external_id is None]
    write.sender.send_all(missing, _Create(write))
    unsent = [
        _Day(event, day)
        for event in going_on
        for day in event.begun.sessions
        if day.external_id is not None and not day.is_sent
    ]
    write.sender.send_all(unsent, _Update(write))
    for event in going_on:
        if made := sum(each.event is event for each in missing):
            event.done.append(f"{made} sessions made")
        if event.begun.sessions:
            event.done.append(f"{sum(day.is_sent for day in event.begun.sessions)} sessions set")
    write.reached(going_on, ImportState.SCHEDULED)


class _Create:
    """Makes sessions beyond those of the template; their code tells after a lost answer whether they were made."""

    def __init__(self, write: RemoteWrite) -> None:
        self._write = write

    def mutation(self, item: _Day) -> Mutation:
        event = item.event
        given = session_create_input(event.external_id, event.event, event.session_of(item.begun))
        return Mutation("session", "create", (Argument("input", "SessionCreateInput!", given),), "SessionChanged")

    def record(self, answered: Sequence[tuple[_Day, Payload]]) -> None:
        made: dict[ImportedSession, str] = {}
        for item, payload in answered:
            node = payload.get("session")
            if node:
                made[item.begun] = node["id"]
                self._write.journal.warned(item.event.begun, errors_of(payload))
            else:
                self._write.fail(item.event, refusal(f"session.create for day {item.begun.day}", payload))
        self._write.journal.sessions_found(made)

    def outstanding(self, items: Sequence[_Day]) -> Sequence[_Day]:
        events = {item.event.external_id: item.event for item in items}
        there = read_events(self._write.client, list(events))
        wanted = {item.begun for item in items}
        made = {
            begun: id_
            for event in events.values()
            if event.external_id in there
            for begun, id_ in recorded_by_name(event, there[event.external_id].sessions).items()
            # A day of the same event may be on its way in another request.
            if begun in wanted
        }
        self._write.journal.sessions_found(made)
        return [item for item in items if item.begun not in made]

    def fail(self, items: Sequence[_Day], sentence: str) -> None:
        for item in items:
            self._write.fail(item.event, sentence)


class _Update:
    """Changes sessions; the same values may be sent again."""

    def __init__(self, write: RemoteWrite) -> None:
        self._write = write

    def mutation(self, item: _Day) -> Mutation:
        arguments = (
            Argument("sessionId", "ID!", item.begun.external_id),
            Argument("input", "SessionUpdateInput!", self._input(item)),
        )
        return Mutation("session", "update", arguments, "SessionChanged")

    @staticmethod
    def _input(item: _Day) -> dict[str, Any]:
        if item.begun.day is None:
            return {"lifecycleState": "cancelled"}
        return session_update_input(item.event.session_of(item.begun))

    def record(self, answered: Sequence[tuple[_Day, Payload]]) -> None:
        sent: dict[ImportedSession, dict[str, Any]] = {}
        for item, payload in answered:
            if payload["errors"] or not payload.get("session"):
                what = "of the template" if item.begun.day is None else f"for day {item.begun.day}"
                self._write.fail(item.event, refusal(f"session.update {what}", payload))
            else:
                sent[item.begun] = self._input(item)
        self._write.journal.sessions_sent(sent)

    def outstanding(self, items: Sequence[_Day]) -> Sequence[_Day]:
        return items

    def fail(self, items: Sequence[_Day], sentence: str) -> None:
        for item in items:
            self._write.fail(item.event, sentence)
