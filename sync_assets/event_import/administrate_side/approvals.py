"""Instructors approved for course templates, where the import was told to.

Administrate takes the whole list of a template at once and has no way to add to it. So the list is read whole just
before, and what was in it stays in it; a list that could not be read whole is not written back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sync_assets.event_import.administrate_side.batches import Argument, Mutation
from sync_assets.event_import.administrate_side.event_records import UnreadableEvent
from sync_assets.event_import.administrate_side.read_events import read_approved_instructors
from sync_assets.event_import.administrate_side.run import AdministrateRun, refusal
from sync_assets.event_import.administrate_side.sending import Payload
from sync_assets.event_import.planning.plan import external_ids
from sync_assets.event_import.writing.planned_event import PlannedEvent


@dataclass(frozen=True, slots=True)
class _Approval:
    """A template, whom its list is to hold when all is done, and the events that need it."""

    course_template: str
    approved: tuple[str, ...]
    events: tuple[PlannedEvent, ...]


def approve_instructors(run: AdministrateRun, events: Sequence[PlannedEvent]) -> None:
    """Approve the instructors that events need and that are not approved yet. Raises AdministrateError."""
    needing: dict[str, list[PlannedEvent]] = defaultdict(list)
    for event in events:
        template = event.the_plan.course_template.external_id
        if event.the_plan.approvals and template is not None:
            needing[template].append(event)
    if not needing:
        return
    there = read_approved_instructors(run.client, list(needing))
    missing = []
    for template, those in needing.items():
        known = there[template]
        if isinstance(known, UnreadableEvent):
            for event in those:
                run.refuse(event, known.sentence)
            continue
        needed = sorted({contact for event in those for contact in external_ids(event.the_plan.approvals)})
        approved = tuple(dict.fromkeys((*known, *needed)))
        if len(approved) > len(known):
            missing.append(_Approval(template, approved, tuple(those)))
    run.sender.send_all(missing, _Approve(run))
    run.journal.approved(
        {each.course_template: each.approved for each in missing if not any(event.is_stopped for event in each.events)}
    )


class _Approve:
    """Sends whole lists; the same list may be sent twice."""

    def __init__(self, run: AdministrateRun) -> None:
        self._run = run

    def mutation(self, item: _Approval) -> Mutation:
        arguments = (
            Argument("courseTemplateId", "ID!", item.course_template),
            Argument("input", "CourseTemplateUpdateInput!", {"approvedInstructors": list(item.approved)}),
        )
        return Mutation("courseTemplate", "update", arguments, "CourseTemplateChanged")

    def before(self, items: Sequence[_Approval]) -> None:
        """Nothing has to be known of them afterwards."""

    def answered(self, answers: Sequence[tuple[_Approval, Payload]]) -> None:
        for item, payload in answers:
            if payload["errors"] or not payload.get("courseTemplate"):
                self.not_done([item], refusal("courseTemplate.update to approve instructors", payload))

    def not_done(self, items: Sequence[_Approval], sentence: str | None) -> None:
        for event in (event for item in items for event in item.events) if sentence else ():
            self._run.refuse(event, sentence or "")

    def unknown(self, items: Sequence[_Approval], sentence: str) -> None:
        self._run.wait([event for item in items for event in item.events], sentence, is_outcome_unknown=True)
