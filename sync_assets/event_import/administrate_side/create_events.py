"""Find each event in Administrate, or create it once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sync_assets.administrate.create_once import Look, NextStep, after_look, waiting_sentence
from sync_assets.administrate.payload_errors import errors_of_payload
from sync_assets.event_import.administrate_side.batches import Argument, Mutation
from sync_assets.event_import.administrate_side.event_records import ReadEvent, ReadSession, sessions_of_answer
from sync_assets.event_import.administrate_side.inputs import CREATE, create_input
from sync_assets.event_import.administrate_side.look_for_events import EventLook, FoundEvent, Wanted, look_for
from sync_assets.event_import.administrate_side.operations import assign_sessions
from sync_assets.event_import.administrate_side.run import AdministrateRun, refusal
from sync_assets.event_import.administrate_side.sending import Payload
from sync_assets.event_import.writing.planned_event import PlannedEvent


def find_or_create(run: AdministrateRun, events: Sequence[PlannedEvent]) -> None:
    """See to it that each event is in Administrate once, and that its id is recorded. Raises AdministrateError."""
    missing = look(run, [event for event in events if event.external_id is None and not event.is_stopped])
    run.sender.send_all(missing, _Create(run))


def look(run: AdministrateRun, events: Sequence[PlannedEvent]) -> list[PlannedEvent]:
    """Look for events by key and title; record those that are there, and return those that may be created now.

    Raises AdministrateError.
    """
    wanted = {event.id: Wanted(event.the_plan.title, event.code) for event in events}
    found = look_for(run.client, list(wanted.values()), run.control)
    now = run.now()
    may_create: list[PlannedEvent] = []
    stamps = []
    there: list[tuple[PlannedEvent, str]] = []
    for event in events:
        findings = found[wanted[event.id]]
        ours = ours_of(event, findings)
        if foreign := foreign_of(event, findings, ours):
            run.refuse(event, foreign)
            continue
        seen = Look(tuple(each.external_id for each in ours), is_controlled=findings.counts)
        stamp, step = after_look(event.stamp, seen, now, run.quiet)
        if step is NextStep.SEVERAL:
            run.refuse(event, several(event.title, ours))
        elif step is NextStep.CREATED:
            there.append((event, ours[0].external_id))
        else:
            stamps.append((event, stamp))
            if step is NextStep.CREATE:
                may_create.append(event)
            else:
                run.wait([event], findings.trouble or _waiting(event, findings))
    run.journal.stamped(stamps)
    run.journal.created([(event, id_, {}, ()) for event, id_ in there], now)
    run.tell_all([event for event, _ in there])
    return may_create


def ours_of(event: PlannedEvent, findings: EventLook) -> list[FoundEvent]:
    """Return the living events that are ours: those of our key.

    Where the tenant gives codes itself, those of our title, template and dates are ours if a create has left.
    """
    plan = event.the_plan
    of_key = [each for each in findings.of_code if each.is_living]
    if of_key or event.stamp.sent_at is None or (event.code is not None and findings.keys_work):
        return of_key
    return [
        each
        for each in findings.of_title
        if each.lifecycle_state == "draft"
        and each.course_template_id == plan.course_template.external_id
        and each.learning_mode == plan.learning_mode
        and _starts_as_planned(event, each)
    ]


def _starts_as_planned(event: PlannedEvent, found: FoundEvent) -> bool:
    plan = event.the_plan
    if plan.has_lms and plan.lms_start is not None and found.lms_start is not None:
        return plan.lms_start.utc == datetime.fromisoformat(found.lms_start)
    if plan.sessions and found.classroom_start is not None:
        start = datetime.fromisoformat(found.classroom_start).astimezone(ZoneInfo(plan.zone))
        return start.date() == plan.sessions[0].start.local.date()
    return True


def foreign_of(event: PlannedEvent, findings: EventLook, ours: Sequence[FoundEvent]) -> str | None:
    """Say which event of this title and template is somebody else's, None where there is none."""
    return foreign_sentence(
        event.the_plan.title, event.the_plan.course_template.external_id, findings, {each.external_id for each in ours}
    )


def foreign_sentence(title: str, course_template_id: str | None, findings: EventLook, own: set[str]) -> str | None:
    """Say which event of a title and template is not among our own, None where there is none."""
    others = [
        each
        for each in findings.of_title
        if each.is_living and each.course_template_id == course_template_id and each.external_id not in own
    ]
    if not others:
        return None
    named = ", ".join(f"{each.external_id} ({each.lifecycle_state})" for each in others)
    return (
        f"Administrate has the event {named} of the title {title} and this course template, and this import did not "
        "make it. See what would change with `sync-assets events adopt --title` and adopt it, or delete it there, or "
        "give the event another title."
    )


def several(title: str, events: Sequence[FoundEvent]) -> str:
    """Say that Administrate has an event more than once."""
    ids = ", ".join(f"{each.external_id} ({each.lifecycle_state})" for each in events)
    return (
        f"Administrate has {len(events)} events for {title}: {ids}. Delete those that are not wanted there, and import "
        "the file again."
    )


def _waiting(event: PlannedEvent, findings: EventLook) -> str:
    if not findings.counts:
        return (
            "Administrate did not show an event that must be there, so that this one was not found says nothing. It is "
            "looked for again."
        )
    return waiting_sentence(event.stamp)


class _Create:
    """Creates events, each with its intention recorded before."""

    def __init__(self, run: AdministrateRun) -> None:
        self._run = run

    def mutation(self, item: PlannedEvent) -> Mutation:
        field, type_ = CREATE[item.the_plan.learning_mode]
        return Mutation(
            "event", field, (Argument("input", type_, create_input(item.the_plan, item.code)),), "EventMade"
        )

    def before(self, items: Sequence[PlannedEvent]) -> None:
        self._run.journal.about_to_create(items, self._run.now())

    def answered(self, answers: Sequence[tuple[PlannedEvent, Payload]]) -> None:
        created = []
        for event, payload in answers:
            node = payload.get("event")
            if not node or not node.get("id"):
                # Errors and no event: nothing was done. Neither is an answer that says nothing.
                if errors_of_payload(payload):
                    self._run.journal.not_created([event])
                    self._run.refuse(event, refusal(self.mutation(event).name, payload))
                else:
                    self.unknown([event], refusal(self.mutation(event).name, payload))
                continue
            sessions = sessions_of_answer(node)
            assigned = {} if sessions is None else assign_sessions(event, sessions)
            surplus = surplus_of(event, sessions or (), assigned)
            warnings = [f"Created with a warning: {said}" for said in errors_of_payload(payload)]
            self._run.journal.warned(event, [*warnings, *_warning_of(surplus)])
            event.is_created_now = sessions is not None
            event.done.append("created")
            created.append((event, str(node["id"]), assigned, surplus))
        self._run.journal.created(created, self._run.now())
        self._run.tell_all([event for event, *_ in created])

    def not_done(self, items: Sequence[PlannedEvent], sentence: str | None) -> None:
        self._run.journal.not_created(items)
        for event in items if sentence else ():
            self._run.refuse(event, sentence or "")

    def unknown(self, items: Sequence[PlannedEvent], sentence: str) -> None:
        self._run.wait(items, sentence, is_outcome_unknown=True)


def surplus_of(event: PlannedEvent, there: Sequence[ReadSession], assigned: dict[int, str]) -> list[tuple[str, str]]:
    """Return id and title of the living sessions that no planned session has, once some are assigned."""
    known = {*assigned.values(), *(session.external_id for session in event.sessions)}
    surplus = [each for each in there if each.external_id not in known and not each.is_cancelled]
    return [(each.external_id, each.title) for each in surplus]


def record_sessions(run: AdministrateRun, event: PlannedEvent, there: ReadEvent) -> None:
    """Record the sessions of an event that was found or read, as far as they are not recorded yet.

    Sessions beyond the plan are the template's, and recorded, only while an event of our own making has not been agreed
    on: those of an adopted event, and later ones, are somebody else's.
    """
    assigned = assign_sessions(event, there.sessions)
    is_new = event.stamp.sent_at is not None and event.agreed.there is None
    surplus = surplus_of(event, there.sessions, assigned) if is_new else []
    run.journal.warned(event, _warning_of(surplus))
    run.journal.sessions_found(event, assigned, run.now(), surplus)


def _warning_of(surplus: Sequence[tuple[str, str]]) -> list[str]:
    if not surplus:
        return []
    titles = ", ".join(title for _, title in surplus)
    return [f"The template has more days than the workbook; cancelled in Administrate: {titles}."]
