"""Instructors approved for course templates, where the import was told to.

Administrate takes the whole list of a template at once and has no way to add to it, so the list is read whole just
before, and what was in it stays in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sync_assets.administrate.client import AdministrateClient
from sync_assets.event_import.administrate_side.batches import Argument, Mutation
from sync_assets.event_import.administrate_side.find_events import read_approved_instructors
from sync_assets.event_import.administrate_side.sending import Payload
from sync_assets.event_import.administrate_side.step import RemoteWrite, refusal
from sync_assets.event_import.writing.progress import EventInProgress


@dataclass(frozen=True, slots=True)
class _Approval:
    """A template, whom its list is to hold when all is done, and the events that need it."""

    course_template: str
    approved: tuple[str, ...]
    needed: frozenset[str]
    events: tuple[EventInProgress, ...]


def approve_instructors(write: RemoteWrite, events: Sequence[EventInProgress]) -> None:
    """Approve the instructors that events need and that are not approved yet. Raises AdministrateError."""
    needing: dict[str, list[EventInProgress]] = defaultdict(list)
    for event in events:
        template = event.event.course_template.external_id
        if event.failure is None and event.event.approvals and template is not None:
            needing[template].append(event)
    if not needing:
        return
    wanted = [
        _Approval(
            template,
            (),
            frozenset(each.external_id for event in those for each in event.event.approvals if each.external_id),
            tuple(those),
        )
        for template, those in needing.items()
    ]
    missing = _still_to_approve(write.client, wanted)
    write.sender.send_all(missing, _Approve(write))
    write.journal.approved(
        {each.course_template: each.approved for each in missing if all(event.failure is None for event in each.events)}
    )


def _still_to_approve(client: AdministrateClient, wanted: Sequence[_Approval]) -> list[_Approval]:
    there = read_approved_instructors(client, [each.course_template for each in wanted])
    return [
        _Approval(
            each.course_template,
            tuple(dict.fromkeys((*there.get(each.course_template, ()), *sorted(each.needed)))),
            each.needed,
            each.events,
        )
        for each in wanted
        if not each.needed <= set(there.get(each.course_template, ()))
    ]


class _Approve:
    """Sends whole lists; after a lost answer they are read again."""

    def __init__(self, write: RemoteWrite) -> None:
        self._write = write

    def mutation(self, item: _Approval) -> Mutation:
        arguments = (
            Argument("courseTemplateId", "ID!", item.course_template),
            Argument("input", "CourseTemplateUpdateInput!", {"approvedInstructors": list(item.approved)}),
        )
        return Mutation("courseTemplate", "update", arguments, "CourseTemplateChanged")

    def record(self, answered: Sequence[tuple[_Approval, Payload]]) -> None:
        for item, payload in answered:
            if payload["errors"] or not payload.get("courseTemplate"):
                self.fail([item], refusal("courseTemplate.update to approve instructors", payload))

    def outstanding(self, items: Sequence[_Approval]) -> Sequence[_Approval]:
        return _still_to_approve(self._write.client, items)

    def fail(self, items: Sequence[_Approval], sentence: str) -> None:
        for item in items:
            for event in item.events:
                self._write.fail(event, sentence)
