"""Events into Administrate: what is there is found and adopted, what is not is made, and never a second one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync_assets.event_import.administrate_side.batches import Argument, Mutation
from sync_assets.event_import.administrate_side.find_events import (
    FoundEvent,
    FoundSession,
    ReadEvent,
    events_by_title,
    read_events,
    sessions_of_made_event,
)
from sync_assets.event_import.administrate_side.inputs import CREATE, create_input, session_code, update_input
from sync_assets.event_import.administrate_side.sending import Payload
from sync_assets.event_import.administrate_side.step import RemoteWrite, errors_of, refusal
from sync_assets.event_import.writing.journal import CreatedEvent
from sync_assets.event_import.writing.progress import Booking, EventInProgress, ImportedSession


def resume(write: RemoteWrite, events: Sequence[EventInProgress]) -> None:
    """Read the events that earlier runs have created: their staff, and sessions whose ids were not recorded.

    One that Administrate no longer has starts anew; one that was cancelled there has failed. Raises AdministrateError.
    """
    created = [event for event in events if event.begun.external_id is not None]
    there = read_events(write.client, [event.external_id for event in created])
    for event in created:
        found = there.get(event.external_id)
        if found is None:
            write.journal.forget(event.begun)
        elif found.lifecycle_state == "cancelled":
            write.fail(event, f"The event {found.external_id} was cancelled in Administrate, so it is left as it is.")
        else:
            event.booked = bookings_of(found)
            write.journal.sessions_found(recorded_by_name(event, found.sessions))


def create(write: RemoteWrite, events: Sequence[EventInProgress]) -> None:
    """See to it that each event is in Administrate once, and that its id is recorded. Raises AdministrateError."""
    step = _Create(write)
    missing, adoptable = step.sort_out([event for event in events if event.begun.external_id is None])
    write.sender.send_all(_read(write, adoptable), _Adopt(write))
    write.sender.send_all(missing, step)


def bookings_of(event: ReadEvent) -> set[Booking]:
    """Return the staff of an event and its sessions."""
    booked = {Booking(event.external_id, contact, staff_type) for contact, staff_type in event.staff}
    for session in event.sessions:
        booked |= {Booking(session.external_id, contact, staff_type) for contact, staff_type in session.staff}
    return booked


def recorded_by_name(event: EventInProgress, found: Sequence[FoundSession]) -> dict[ImportedSession, str]:
    """Return the ids of sessions that an earlier try has made, by the code that it gave them, else by their title."""
    recorded = {session.external_id for session in event.begun.sessions}
    unknown = [session for session in found if session.external_id not in recorded and not session.is_cancelled]
    matched: dict[ImportedSession, str] = {}
    for begun in event.begun.sessions:
        if begun.external_id is not None or begun.day is None:
            continue
        session = event.session_of(begun)
        code = session_code(event.event, session)
        same = [each for each in unknown if each.code == code] or [
            each for each in unknown if each.title == session.upload.title
        ]
        if same:
            matched[begun] = same[0].external_id
            unknown.remove(same[0])
    return matched


def _creation(
    event: EventInProgress, external_id: str, found: Sequence[FoundSession], warnings: list[str]
) -> CreatedEvent:
    """Match an event's sessions to the workbook's days by position; those beyond them are surplus."""
    live = [session for session in found if not session.is_cancelled]
    days = sorted(
        (session for session in event.begun.sessions if session.day is not None), key=lambda each: each.day or 0
    )
    surplus = live[len(days) :]
    if surplus:
        titles = ", ".join(session.title for session in surplus)
        warnings = [*warnings, f"The template has more days than the workbook; cancelled in Administrate: {titles}."]
    return CreatedEvent(
        begun=event.begun,
        external_id=external_id,
        sent=create_input(event.event),
        warnings=warnings,
        assigned={day: session.external_id for day, session in zip(days, live, strict=False)},
        surplus=[(session.external_id, session.title) for session in surplus],
    )


class _Create:
    """Makes events, and finds out after a lost answer which were made."""

    def __init__(self, write: RemoteWrite) -> None:
        self._write = write

    def sort_out(
        self, events: Sequence[EventInProgress]
    ) -> tuple[list[EventInProgress], list[tuple[EventInProgress, str]]]:
        """Look events up by title: those that are not there, and those to adopt with the id. The others fail."""
        there = events_by_title(self._write.client, [event.event.upload.title for event in events])
        missing: list[EventInProgress] = []
        found: list[tuple[EventInProgress, str]] = []
        for event in events:
            verdict = _verdict(event, there[event.event.upload.title])
            if verdict is None:
                missing.append(event)
            elif verdict.refusal is not None:
                self._write.fail(event, verdict.refusal)
            else:
                found.append((event, verdict.external_id))
        owners = self._write.journal.owners([external_id for _, external_id in found])
        adoptable: list[tuple[EventInProgress, str]] = []
        for event, external_id in found:
            if external_id in owners:
                self._write.fail(event, f"Administrate's draft {external_id} belongs to another event of the bridge.")
            else:
                adoptable.append((event, external_id))
        return missing, adoptable

    def mutation(self, item: EventInProgress) -> Mutation:
        field, type_ = CREATE[item.event.upload.learning_mode]
        return Mutation("event", field, (Argument("input", type_, create_input(item.event)),), "EventMade")

    def record(self, answered: Sequence[tuple[EventInProgress, Payload]]) -> None:
        made: list[tuple[EventInProgress, str, list[FoundSession] | None, list[str]]] = []
        for event, payload in answered:
            node = payload.get("event")
            if node:
                warnings = [f"Created with a warning: {said}" for said in errors_of(payload)]
                made.append((event, node["id"], sessions_of_made_event(node), warnings))
            else:
                self._write.fail(event, refusal(self.mutation(event).name, payload))
        cut = [external_id for _, external_id, sessions, _ in made if sessions is None]
        whole = read_events(self._write.client, cut) if cut else {}
        self._created(
            [
                (event, id_, list(whole[id_].sessions) if sessions is None else sessions, warnings)
                for event, id_, sessions, warnings in made
            ]
        )

    def outstanding(self, items: Sequence[EventInProgress]) -> Sequence[EventInProgress]:
        missing, made = self.sort_out(items)
        there = read_events(self._write.client, [external_id for _, external_id in made])
        self._created([(event, id_, list(there[id_].sessions), []) for event, id_ in made])
        return missing

    def fail(self, items: Sequence[EventInProgress], sentence: str) -> None:
        for event in items:
            self._write.fail(event, sentence)

    def _created(self, made: Sequence[tuple[EventInProgress, str, list[FoundSession], list[str]]]) -> None:
        self._write.journal.created(
            [_creation(event, id_, sessions, warnings) for event, id_, sessions, warnings in made]
        )
        for event, *_ in made:
            event.done.append("created")
            self._write.tell(event)


@dataclass(frozen=True, slots=True)
class _Verdict:
    external_id: str = ""
    refusal: str | None = None


def _verdict(event: EventInProgress, found: Sequence[FoundEvent]) -> _Verdict | None:
    """Say what the events of a title mean for one that is to be made: a draft to adopt, a refusal, or nothing."""
    upload, template = event.event.upload, event.event.course_template
    same = [each for each in found if each.course_template_id == template.external_id]
    drafts = [each for each in same if each.lifecycle_state == "draft"]
    others = [each for each in same if each.lifecycle_state not in {"draft", "cancelled"}]
    if others:
        return _Verdict(
            refusal=f"Administrate has the event {others[0].external_id} with this title and course template already, "
            f"and it is {others[0].lifecycle_state}; a second one is not made. Give the event another title."
        )
    if len(drafts) > 1:
        ids = ", ".join(each.external_id for each in drafts)
        return _Verdict(
            refusal=f"Administrate has several drafts with this title and course template: {ids}. Delete those that "
            "are not wanted there, and run the upload again."
        )
    if drafts and drafts[0].learning_mode != upload.learning_mode:
        return _Verdict(
            refusal=f"Administrate's draft {drafts[0].external_id} with this title and course template is "
            f"{drafts[0].learning_mode}, and the workbook says {upload.learning_mode}. Delete the draft there, or "
            "correct the workbook."
        )
    return _Verdict(drafts[0].external_id) if drafts else None


@dataclass(frozen=True, slots=True)
class _Adoption:
    event: EventInProgress
    found: ReadEvent


def _read(write: RemoteWrite, adoptable: Sequence[tuple[EventInProgress, str]]) -> list[_Adoption]:
    there = read_events(write.client, [external_id for _, external_id in adoptable])
    return [_Adoption(event, there[external_id]) for event, external_id in adoptable if external_id in there]


class _Adopt:
    """Brings drafts that are there already to what the workbook says, and only then takes them as the upload's own."""

    def __init__(self, write: RemoteWrite) -> None:
        self._write = write

    def mutation(self, item: _Adoption) -> Mutation:
        arguments = (
            Argument("eventId", "ID!", item.found.external_id),
            Argument("input", "EventUpdateInput!", update_input(item.event.event)),
        )
        return Mutation("event", "update", arguments, "EventChanged")

    def record(self, answered: Sequence[tuple[_Adoption, Payload]]) -> None:
        adopted: list[_Adoption] = []
        for item, payload in answered:
            if payload["errors"] or not payload.get("event"):
                self._write.fail(item.event, refusal("event.update", payload))
            else:
                adopted.append(item)
        self._write.journal.created(
            [_creation(each.event, each.found.external_id, each.found.sessions, []) for each in adopted]
        )
        for each in adopted:
            each.event.is_adopted = True
            each.event.booked = bookings_of(each.found)
            each.event.done.append("adopted")
            self._write.tell(each.event)

    def outstanding(self, items: Sequence[_Adoption]) -> Sequence[_Adoption]:
        return items

    def fail(self, items: Sequence[_Adoption], sentence: str) -> None:
        for item in items:
            self._write.fail(item.event, sentence)
