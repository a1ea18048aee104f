"""From a plan and what Administrate has to the mutations that are left to send. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sync_assets.bridge.planned_tables import SessionState
from sync_assets.event_import.administrate_side.batches import Argument, Mutation
from sync_assets.event_import.administrate_side.event_records import ReadEvent, ReadSession, Staff
from sync_assets.event_import.administrate_side.inputs import (
    UPDATABLE,
    session_create_input,
    session_update_input,
    update_input,
)
from sync_assets.event_import.administrate_side.seen_event import ADMINISTRATOR, INSTRUCTOR, seen_there
from sync_assets.event_import.planning.fields import END, SESSION, START, Field, View, wanted_there
from sync_assets.event_import.planning.plan import SessionPlan, external_ids
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.writing.planned_event import PlannedEvent, PlannedSession

_NOT_KNOWN: Final = object()
_SESSION_COLUMNS: Final = (columns.SESSION_TITLE, START, END, columns.LOCATION, columns.VENUE)


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One mutation for an event; `words` names it in sentences.

    `session` is the planned session that it is about, `cancels` says that it cancels that session, and `people` counts
    those that it books.
    """

    event: PlannedEvent
    mutation: Mutation
    words: str
    session: PlannedSession | None = None
    cancels: bool = False
    people: int = 0


def assign_sessions(event: PlannedEvent, there: tuple[ReadSession, ...] | list[ReadSession]) -> dict[int, str]:
    """Return which session of Administrate (id) belongs to which planned session (row id), for those without one yet.

    A session with our code is the day's. Else, before any is assigned, the living ones that the template made are
    taken in the order of their ids for the days in their order.
    """
    recorded = {session.external_id for session in event.sessions if session.external_id}
    unknown = [each for each in there if each.external_id not in recorded and not each.is_cancelled]
    matched: dict[int, str] = {}
    waiting = sorted(
        (session for session in event.sessions if session.day is not None and session.external_id is None),
        key=lambda session: session.day or 0,
    )
    for session in list(waiting):
        coded = next((each for each in unknown if session.code and each.code == session.code), None)
        if coded is not None:
            matched[session.id] = coded.external_id
            unknown.remove(coded)
            waiting.remove(session)
    is_first_time = not any(session.day is not None and session.external_id for session in event.sessions)
    if is_first_time:
        for session, each in zip(waiting, unknown, strict=False):
            matched[session.id] = each.external_id
    return matched


def surplus_sessions(event: PlannedEvent, there: tuple[ReadSession, ...] | list[ReadSession]) -> list[ReadSession]:
    """Return the living sessions of Administrate that no planned session has, once all that can be are assigned."""
    recorded = {session.external_id for session in event.sessions}
    return [each for each in there if each.external_id not in recorded and not each.is_cancelled]


def session_creates(event: PlannedEvent) -> list[Operation]:
    """Return the creates of planned sessions that Administrate does not have."""
    operations = []
    for session in event.sessions:
        planned = event.plan_of(session)
        if planned is None or session.external_id is not None:
            continue
        given = session_create_input(event.the_external_id, event.code, event.the_plan, planned)
        mutation = Mutation("session", "create", (Argument("input", "SessionCreateInput!", given),), "SessionChanged")
        operations.append(Operation(event, mutation, f"session.create for day {session.day}", session))
    return operations


def updates(event: PlannedEvent, there: ReadEvent | None) -> list[Operation]:
    """Return the updates of the event and its sessions, cancellations of single sessions among them.

    `there` is None for an event that was created just now from its whole plan.
    """
    wanted, agreed = wanted_there(event.the_plan), event.agreed.there or {}
    seen = None if there is None else seen_there(there, event.the_plan, days_by_id(event))
    operations = []
    if seen is not None:
        fields = {each.name for each in event.the_plan.custom_fields} | UPDATABLE
        changed = {column for column in fields if _differs(Field(None, column), wanted, seen, agreed)}
        if given := update_input(event.the_plan, changed):
            operations.append(Operation(event, _event_update(event, given), "event.update"))
    for session in event.sessions:
        if session.external_id is None:
            continue
        planned = event.plan_of(session)
        if planned is None or planned.cancelled:
            if session.state is not SessionState.CANCELLED and not event.the_plan.cancelled:
                operations.append(_session_update(event, session, {"lifecycleState": "cancelled"}, cancels=True))
            continue
        if event.the_plan.cancelled and session.state is SessionState.CANCELLED:
            # Cancelled with its event by a run that did not come to its end.
            continue
        given = _session_changes(planned, session, wanted, seen, agreed)
        if given:
            operations.append(_session_update(event, session, given))
    return operations


def _session_changes(
    planned: SessionPlan, session: PlannedSession, wanted: View, seen: View | None, agreed: View
) -> dict[str, Any]:
    names = {*_SESSION_COLUMNS, *(each.name for each in planned.custom_fields)}
    if seen is None or not seen.get(Field(planned.day, SESSION)):
        changed = names
    else:
        changed = {column for column in names if _differs(Field(planned.day, column), wanted, seen, agreed)}
    given = session_update_input(planned, changed)
    if session.state is SessionState.CANCELLED:
        given["lifecycleState"] = "draft"
    return given


def _differs(field: Field, wanted: View, seen: View, agreed: View) -> bool:
    """Tell whether a field is to be sent: the plan has moved since the agreement, and Administrate has it otherwise."""
    want, before = wanted.get(field), agreed.get(field, _NOT_KNOWN)
    if field not in seen or want == before or want == seen[field]:
        return False
    if want is None and before is _NOT_KNOWN:
        # What the workbook leaves blank is not emptied there; but a session without a venue has none.
        return field.day is not None and field.column == columns.VENUE
    return True


def staff_changes(event: PlannedEvent, there: ReadEvent | None) -> list[Operation]:
    """Return who is to be booked and who is not to be any longer, on the event and on its sessions.

    Whoever was booked by somebody else stays.
    """
    plan, agreed = event.the_plan, event.agreed.there or {}
    booked = there.staff if there is not None else ()
    operations = list(_staff_of_event(event, ADMINISTRATOR, external_ids(plan.administrators), booked, agreed))
    if not plan.sessions:
        operations += _staff_of_event(event, INSTRUCTOR, external_ids(plan.instructors), booked, agreed)
    sessions = {each.external_id: each for each in there.sessions} if there is not None else {}
    for session in event.sessions:
        planned = event.plan_of(session)
        if planned is None or planned.cancelled or session.external_id is None:
            continue
        on_session = sessions[session.external_id].staff if session.external_id in sessions else ()
        wanted = list(dict.fromkeys(each.external_id for each in planned.instructors if each.external_id))
        before = set(agreed.get(Field(session.day, columns.SESSION_INSTRUCTOR)) or ())
        have = {each.contact for each in on_session if each.staff_type == INSTRUCTOR}
        if missing := [contact for contact in wanted if contact not in have and contact not in before]:
            given = {"sessionId": session.external_id, "contactIds": missing, "staffType": INSTRUCTOR}
            argument = Argument("input", "SessionAddStaffInput!", given)
            mutation = Mutation("session", "addStaff", (argument,), "SessionChanged")
            words = f"session.addStaff for day {session.day}"
            operations.append(Operation(event, mutation, words, session, people=len(missing)))
        for each in on_session:
            if each.staff_type == INSTRUCTOR and each.contact in before and each.contact not in wanted:
                argument = Argument("input", "SessionRemoveStaffInput!", {"staffId": each.id})
                mutation = Mutation("session", "removeStaff", (argument,), "SessionChanged")
                operations.append(Operation(event, mutation, f"session.removeStaff for day {session.day}", session))
    return operations


def _staff_of_event(
    event: PlannedEvent, staff_type: str, wanted: list[str], booked: tuple[Staff, ...], agreed: View
) -> Iterator[Operation]:
    column = columns.ADMINISTRATOR if staff_type == ADMINISTRATOR else columns.INSTRUCTOR
    before = set(agreed.get(Field(None, column)) or ())
    have = {each.contact for each in booked if each.staff_type == staff_type}
    for contact in wanted:
        if contact not in have and contact not in before:
            given = {"eventId": event.the_external_id, "contactId": contact, "staffType": staff_type}
            argument = Argument("input", "EventStaffInput!", given)
            yield Operation(
                event, Mutation("event", "addStaff", (argument,), "EventChanged"), "event.addStaff", people=1
            )
    for each in booked:
        if each.staff_type == staff_type and each.contact in before and each.contact not in wanted:
            argument = Argument("input", "RemoveEventStaffInput!", {"staffId": each.id})
            yield Operation(event, Mutation("event", "removeStaff", (argument,), "EventChanged"), "event.removeStaff")


def cancellation(event: PlannedEvent, there: ReadEvent | None) -> list[Operation]:
    """Return what cancels an event that the plan has as cancelled: the event first, its sessions if they are left."""
    if not event.the_plan.cancelled or (there is not None and there.lifecycle_state == "cancelled"):
        return []
    return [Operation(event, _event_update(event, {"lifecycleState": "cancelled"}), "event.update to cancel it")]


def cancellation_of_sessions(event: PlannedEvent, there: ReadEvent) -> list[Operation]:
    """Return what cancels the sessions that a cancelled event has left standing."""
    by_id = {session.external_id: session for session in event.sessions if session.external_id}
    return [
        _session_update(event, by_id[each.external_id], {"lifecycleState": "cancelled"}, cancels=True)
        for each in there.sessions
        if not each.is_cancelled and each.external_id in by_id
    ]


def days_by_id(event: PlannedEvent) -> dict[str, int]:
    """Return the day of each session that Administrate has, by its id there."""
    return {
        session.external_id: session.day
        for session in event.sessions
        if session.external_id is not None and session.day is not None
    }


def _event_update(event: PlannedEvent, given: dict[str, Any]) -> Mutation:
    arguments = (Argument("eventId", "ID!", event.the_external_id), Argument("input", "EventUpdateInput!", given))
    return Mutation("event", "update", arguments, "EventChanged")


def _session_update(
    event: PlannedEvent, session: PlannedSession, given: dict[str, Any], *, cancels: bool = False
) -> Operation:
    arguments = (Argument("sessionId", "ID!", session.external_id), Argument("input", "SessionUpdateInput!", given))
    words = "session.update of the template" if session.day is None else f"session.update for day {session.day}"
    return Operation(event, Mutation("session", "update", arguments, "SessionChanged"), words, session, cancels)
