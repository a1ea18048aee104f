"""Bring about in Administrate what is planned and not yet so; read this first.

Each step ends for all events before the next one begins. An event that waits or is refused holds up no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sync_assets.administrate.errors import AdministrateError
from sync_assets.bridge.planned_tables import EventState
from sync_assets.event_import.administrate_side.approvals import approve_instructors
from sync_assets.event_import.administrate_side.change_events import (
    Seen,
    cancel_events,
    cancel_sessions,
    change_fields,
    change_staff,
    create_sessions,
)
from sync_assets.event_import.administrate_side.create_events import find_or_create, ours_of, record_sessions, several
from sync_assets.event_import.administrate_side.event_records import Gone, UnreadableEvent
from sync_assets.event_import.administrate_side.look_for_events import Wanted, find_control, look_for
from sync_assets.event_import.administrate_side.read_events import read_events
from sync_assets.event_import.administrate_side.run import AdministrateRun
from sync_assets.event_import.writing.planned_event import PlannedEvent

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 8.0

GONE: Final = (
    "The event was deleted in Administrate. Upload its file again to make it again, or withdraw it with "
    "`sync-assets events withdraw`."
)


def bring_about(run: AdministrateRun, events: Sequence[PlannedEvent], *, patience: float) -> AdministrateError | None:
    """Bring planned events to what is planned, from where each of them is.

    Events that wait are looked at again for `patience` seconds. Returns the error where Administrate could not be asked
    any more; the events that are not as planned by then wait for another run.
    """
    open_events = [event for event in events if event.state not in (EventState.AGREED, EventState.WITHDRAWN)]
    created = [event for event in open_events if event.external_id is None]
    deadline, pause = run.clock.seconds() + patience, FIRST_PAUSE
    error: AdministrateError | None = None
    while open_events:
        error = _one_pass(run, open_events)
        open_events = [
            event for event in open_events if event.id in run.waits and event.state is not EventState.REFUSED
        ]
        if error is not None or not open_events or run.clock.seconds() + pause > deadline:
            break
        if not any(_is_worth_looking(event) for event in open_events):
            break
        run.clock.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
        for event in open_events:
            event.is_stopped, event.is_created_now, event.is_outcome_unknown = False, False, False
            run.waits.pop(event.id, None)
    if error is not None:
        unfinished = [
            event
            for event in events
            if event.state not in (EventState.AGREED, EventState.REFUSED, EventState.WITHDRAWN)
        ]
        for event in unfinished:
            event.is_stopped = False
        run.wait(unfinished, str(error))
    else:
        error = _last_look(run, created)
    waiting = [(event, run.waits[event.id]) for event in events if event.id in run.waits]
    run.journal.waiting(waiting, run.now())
    run.tell_all([event for event, _ in waiting])
    return error


def _is_worth_looking(event: PlannedEvent) -> bool:
    """Tell whether time alone may help: what has left without an answer may still be carried out."""
    creates = (event.stamp, *(session.stamp for session in event.sessions if session.day is not None))
    return event.is_outcome_unknown or any(stamp.sent_at is not None and stamp.external_id is None for stamp in creates)


def _one_pass(run: AdministrateRun, events: Sequence[PlannedEvent]) -> AdministrateError | None:
    try:
        run.control = find_control(run.client)
        find_or_create(run, events)
        seen = _read(run, _going_on(events))
        create_sessions(run, _going_on(events), seen)
        change_fields(run, _going_on(events), seen)
        approve_instructors(run, _going_on(events))
        change_staff(run, _going_on(events), seen)
        cancelled = cancel_events(run, _going_on(events), seen)
        if left := [event for event in cancelled if event.sessions]:
            cancel_sessions(run, left, _read(run, left))
        agreed = _going_on(events)
        run.journal.agreed(agreed)
        run.tell_all(agreed)
    except AdministrateError as error:
        return error
    return None


def _going_on(events: Sequence[PlannedEvent]) -> list[PlannedEvent]:
    return [event for event in events if not event.is_stopped and event.external_id is not None]


def _read(run: AdministrateRun, events: Sequence[PlannedEvent]) -> Seen:
    """Read the events that this pass has not created; one that is gone needs somebody, one that is unreadable waits."""
    asked = [event for event in events if not event.is_created_now]
    there = read_events(run.client, [event.the_external_id for event in asked], run.control)
    seen: Seen = {}
    for event in asked:
        found = there[event.the_external_id]
        if isinstance(found, Gone):
            run.refuse(event, GONE)
        elif isinstance(found, UnreadableEvent):
            run.wait([event], found.sentence)
        elif found.lifecycle_state == "cancelled" and not event.the_plan.cancelled:
            run.refuse(event, f"The event {found.external_id} was cancelled in Administrate, so it is left as it is.")
        else:
            record_sessions(run, event, found)
            seen[event.id] = found
    return seen


def _last_look(run: AdministrateRun, created: Sequence[PlannedEvent]) -> AdministrateError | None:
    """Look once more for all that was created: more than one living event for a plan is an error that names them."""
    made = [event for event in created if event.external_id is not None]
    if not made:
        return None
    wanted = {event.id: Wanted(event.the_plan.title, event.code) for event in made}
    try:
        found = look_for(run.client, list(wanted.values()), run.control)
    except AdministrateError as error:
        return error
    for event in made:
        findings = found[wanted[event.id]]
        ours = ours_of(event, findings)
        if len({each.external_id for each in ours} | {event.the_external_id}) > 1 and len(ours) > 1:
            event.is_stopped = False
            run.refuse(event, several(event.title, ours))
    return None
