"""Make the sessions, the fields and the staff of events in Administrate what is planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sync_assets.administrate.create_once import Look, NextStep, after_look
from sync_assets.administrate.payload_errors import errors_of_payload
from sync_assets.bridge.planned_tables import SessionState
from sync_assets.event_import.administrate_side.batches import Mutation
from sync_assets.event_import.administrate_side.event_records import ReadEvent
from sync_assets.event_import.administrate_side.operations import (
    Operation,
    cancellation,
    cancellation_of_sessions,
    session_creates,
    staff_changes,
    updates,
)
from sync_assets.event_import.administrate_side.run import AdministrateRun, refusal
from sync_assets.event_import.administrate_side.sending import Payload
from sync_assets.event_import.writing.planned_event import PlannedEvent

Seen = dict[int, ReadEvent]
"""Events as they were read, by the row's id; one that was created just now is not in it."""


def create_sessions(run: AdministrateRun, events: Sequence[PlannedEvent], seen: Seen) -> None:
    """Create the planned sessions that Administrate does not have. Raises AdministrateError."""
    operations: list[Operation] = []
    now = run.now()
    for event in events:
        stamps = []
        for operation in session_creates(event):
            session = operation.session
            if session is None:
                continue
            # A create of an earlier run may still be worked on; what was read just now shows the others.
            look = Look(is_controlled=session.stamp.sent_at is None or event.id in seen)
            stamp, step = after_look(session.stamp, look, now, run.quiet)
            stamps.append((session, stamp))
            if step is NextStep.CREATE:
                operations.append(operation)
            else:
                run.wait(
                    [event],
                    f"The session of day {session.day} was sent and no answer came. It is looked for again, and sent "
                    "again only when it is certain that it was not carried out.",
                )
        run.journal.sessions_stamped(stamps)
    counts = Counter(operation.event.id for operation in operations)
    run.sender.send_all([each for each in operations if not each.event.is_stopped], _CreateSession(run))
    for event in events:
        if made := counts[event.id]:
            event.done.append(f"{made} sessions made")


def change_fields(run: AdministrateRun, events: Sequence[PlannedEvent], seen: Seen) -> None:
    """Send the fields that differ, of events and sessions. Raises AdministrateError."""
    operations = [each for event in events for each in updates(event, seen.get(event.id))]
    run.sender.send_all(operations, _Change(run))
    _count(operations, "session", "sessions set")
    _count(operations, "event", "fields of the event set")


def change_staff(run: AdministrateRun, events: Sequence[PlannedEvent], seen: Seen) -> None:
    """Book whoever is missing, and take off whoever the plan no longer has. Raises AdministrateError."""
    operations = [each for event in events for each in staff_changes(event, seen.get(event.id))]
    run.sender.send_all(operations, _Change(run))
    for event in events:
        if people := sum(each.people for each in operations if each.event is event):
            event.done.append(f"{people} people booked")


def cancel_events(run: AdministrateRun, events: Sequence[PlannedEvent], seen: Seen) -> list[PlannedEvent]:
    """Cancel the events that are planned so and return those that were. Raises AdministrateError."""
    operations = [each for event in events for each in cancellation(event, seen.get(event.id))]
    run.sender.send_all(operations, _Change(run))
    cancelled = [each.event for each in operations if not each.event.is_stopped]
    for event in cancelled:
        event.done.append("cancelled")
    return cancelled


def cancel_sessions(run: AdministrateRun, events: Sequence[PlannedEvent], seen: Seen) -> None:
    """Cancel the sessions that cancelled events have left standing. Raises AdministrateError."""
    operations = [
        each for event in events if event.id in seen for each in cancellation_of_sessions(event, seen[event.id])
    ]
    run.sender.send_all(operations, _Change(run))


def _count(operations: Sequence[Operation], group: str, words: str) -> None:
    of_group = Counter(each.event for each in operations if each.mutation.group == group)
    for event, count in of_group.items():
        if not event.is_stopped:
            event.done.append(words if group == "event" else f"{count} {words}")


class _Change:
    """Sends what may be sent twice without harm: the same values, and people whom Administrate books once."""

    def __init__(self, run: AdministrateRun) -> None:
        self._run = run

    def mutation(self, item: Operation) -> Mutation:
        return item.mutation

    def before(self, items: Sequence[Operation]) -> None:
        """Nothing has to be known of them afterwards."""

    def answered(self, answers: Sequence[tuple[Operation, Payload]]) -> None:
        done: dict[SessionState, list[Operation]] = {SessionState.AGREED: [], SessionState.CANCELLED: []}
        for operation, payload in answers:
            errors = errors_of_payload(payload)
            if errors and _is_booked_already(operation, errors):
                continue
            if errors or not payload.get(operation.mutation.group):
                self._run.refuse(operation.event, refusal(operation.words, payload))
            elif operation.session is not None:
                done[SessionState.CANCELLED if operation.cancels else SessionState.AGREED].append(operation)
        for state, operations in done.items():
            self._run.journal.sessions_done([each.session for each in operations if each.session], state)

    def not_done(self, items: Sequence[Operation], sentence: str | None) -> None:
        for operation in items if sentence else ():
            self._run.refuse(operation.event, sentence or "")

    def unknown(self, items: Sequence[Operation], sentence: str) -> None:
        self._run.wait([operation.event for operation in items], sentence, is_outcome_unknown=True)


def _is_booked_already(operation: Operation, errors: Sequence[str]) -> bool:
    """Tell whether a booking was refused since it is there: an earlier try without an answer had made it."""
    return operation.mutation.field == "addStaff" and all("already" in error for error in errors)


class _CreateSession(_Change):
    """Creates sessions, each with its intention recorded before."""

    def before(self, items: Sequence[Operation]) -> None:
        self._run.journal.about_to_create_sessions([each.session for each in items if each.session], self._run.now())

    def answered(self, answers: Sequence[tuple[Operation, Payload]]) -> None:
        for operation, payload in answers:
            session, node = operation.session, payload.get("session")
            if session is None:
                continue
            if node and node.get("id"):
                self._run.journal.warned(operation.event, errors_of_payload(payload))
                self._run.journal.sessions_found(operation.event, {session.id: str(node["id"])}, self._run.now())
            elif errors_of_payload(payload):
                self._run.journal.sessions_not_created([session])
                self._run.refuse(operation.event, refusal(operation.words, payload))
            else:
                self.unknown([operation], refusal(operation.words, payload))

    def not_done(self, items: Sequence[Operation], sentence: str | None) -> None:
        self._run.journal.sessions_not_created([each.session for each in items if each.session])
        super().not_done(items, sentence)
