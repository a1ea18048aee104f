"""What Administrate has of the events of an upload, before anything is written: it is asked, and nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.planned_tables import EventState
from sync_assets.event_import.administrate_side.create_events import foreign_sentence
from sync_assets.event_import.administrate_side.event_records import Gone, ReadEvent, UnreadableEvent
from sync_assets.event_import.administrate_side.look_for_events import EventLook, FoundEvent, Wanted, look_for
from sync_assets.event_import.administrate_side.operations import assign_sessions, days_by_id
from sync_assets.event_import.administrate_side.read_events import read_events
from sync_assets.event_import.administrate_side.seen_event import seen_there
from sync_assets.event_import.planning.comparison import Sides
from sync_assets.event_import.planning.fields import View
from sync_assets.event_import.planning.plan import EventPlan
from sync_assets.event_import.planning.proposal import Recorded, Situation
from sync_assets.event_import.writing.planned_event import PlannedEvent


@dataclass(frozen=True, slots=True)
class Asked:
    """An event to ask for: its plan, its record, and the id in Administrate that is known of it.

    `here` is the view of the tutorial side, None where it does not have the event; `elsewhere` says that it has one
    which no import has made.
    """

    plan: EventPlan
    code: str | None
    record: PlannedEvent | None
    external_id: str | None
    here: View | None
    elsewhere: str | None = None


def situations(
    client: AdministrateClient, asked: Sequence[Asked], control: FoundEvent | None
) -> list[tuple[Recorded | None, Situation]]:
    """Return what is recorded and what both sides have, event by event. Raises AdministrateError."""
    ids = [each.external_id for each in asked if each.external_id is not None]
    there = read_events(client, ids, control) if ids else {}
    # What is known by its id is not looked for by its title: that another one has the title does not concern it.
    unknown = {Wanted(each.plan.title, each.code) for each in asked if each.external_id is None}
    found = look_for(client, list(unknown), control) if unknown else {}
    return [_situation(each, there, found) for each in asked]


def unasked(asked: Sequence[Asked]) -> list[tuple[Recorded | None, Situation]]:
    """Return what is recorded and what the tutorial side has, where Administrate cannot be asked."""
    return [
        (_recorded(each, is_gone_there=False), Situation(Sides(each.here, None), elsewhere=each.elsewhere))
        for each in asked
    ]


def _situation(
    asked: Asked, there: Mapping[str, ReadEvent | Gone | UnreadableEvent], found: Mapping[Wanted, EventLook]
) -> tuple[Recorded | None, Situation]:
    if asked.external_id is None:
        findings = found[Wanted(asked.plan.title, asked.code)]
        own = {event.external_id for event in findings.of_code}
        if asked.record is not None and asked.record.stamp.sent_at is not None:
            own |= {event.external_id for event in findings.of_title}
        foreign = foreign_sentence(asked.plan.title, asked.plan.course_template.external_id, findings, own)
        trouble = findings.trouble if asked.record is None else None
        return (
            _recorded(asked, is_gone_there=False),
            Situation(Sides(asked.here, None), foreign or trouble, asked.elsewhere),
        )
    event = there[asked.external_id]
    recorded = _recorded(asked, is_gone_there=isinstance(event, Gone))
    if isinstance(event, ReadEvent):
        return recorded, _situation_of(asked, event)
    unreadable = event.sentence if isinstance(event, UnreadableEvent) else None
    return recorded, Situation(Sides(asked.here, None), elsewhere=asked.elsewhere, unreadable=unreadable)


def _situation_of(asked: Asked, event: ReadEvent) -> Situation:
    if asked.record is not None:
        days = days_by_id(asked.record)
        assigned = assign_sessions(asked.record, event.sessions)
        days |= {
            assigned[session.id]: session.day
            for session in asked.record.sessions
            if session.id in assigned and session.day is not None
        }
    else:
        living = [session for session in event.sessions if not session.is_cancelled]
        days = {session.external_id: planned.day for session, planned in zip(living, asked.plan.sessions, strict=False)}
    return Situation(
        Sides(asked.here, seen_there(event, asked.plan, days)),
        elsewhere=asked.elsewhere,
        is_published=event.lifecycle_state == "published",
        booked_places=event.booked_places,
    )


def _recorded(asked: Asked, *, is_gone_there: bool) -> Recorded | None:
    record = asked.record
    if record is None:
        return None
    return Recorded(
        plan=record.plan,
        agreed=record.agreed,
        is_agreed=record.state is EventState.AGREED,
        was_sent=record.stamp.sent_at is not None,
        is_in_administrate=record.external_id is not None,
        is_gone_here=asked.here is None,
        is_gone_there=is_gone_there,
    )
