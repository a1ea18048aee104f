"""What an upload proposes for one event, beside what is recorded of it and what both sides have. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sync_assets.event_import.planning.comparison import NOTHING_AGREED, ChangeKind, FieldChange, Sides, compare
from sync_assets.event_import.planning.fields import Field, texts, wanted_here, wanted_there
from sync_assets.event_import.planning.plan import EventPlan, NamedRecord
from sync_assets.event_import.workbook import columns

FIXED: Final = frozenset({Field(None, columns.LEARNING_MODE), Field(None, columns.CODE)})
"""Fields of an event that is in Administrate which nothing can change there."""


class ProposalKind(StrEnum):
    """What comes of a proposal."""

    CREATE = "create"
    """Nobody has the event: it is written here and created in Administrate."""
    CARRY_ON = "carry on"
    """It is recorded and not yet as planned, or was deleted since: the new plan takes the place of the old one."""
    SAME = "same"
    """Both sides are as the file says."""
    CHANGE = "change"
    """A side differs: reported, and changed with leave, except for conflicts."""
    REFUSED = "refused"
    """Somebody has to decide first; nothing is written."""
    UNKNOWN = "unknown"
    """Administrate does not let it be read, so it is left as it is."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is recorded of an event: its plan (None of a former version) and whether both sides have agreed on it.

    `was_sent` says that a create has left, `is_gone_there` that Administrate no longer has it, `is_gone_here` that the
    tutorial tables no longer do.
    """

    plan: EventPlan | None
    agreed: Sides
    is_agreed: bool
    was_sent: bool
    is_in_administrate: bool
    is_gone_here: bool = False
    is_gone_there: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """What both sides have of a title.

    `seen` holds the views of the sides that could be read. `foreign` is a sentence on an event of Administrate with
    this title that is not ours, `elsewhere` one on a tutorial event that no import has made, `unreadable` why the event
    could not be read. `is_published` and `booked_places` are Administrate's.
    """

    seen: Sides = NOTHING_AGREED
    foreign: str | None = None
    elsewhere: str | None = None
    unreadable: str | None = None
    is_published: bool = False
    booked_places: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed: the kind, the fields that differ, and a sentence on why it is refused or guarded.

    `guard` is set where changes need a further leave, since the event is published or has bookings.
    """

    kind: ProposalKind
    changes: tuple[FieldChange, ...] = ()
    sentence: str | None = None
    guard: str | None = None

    @property
    def conflicts(self) -> tuple[FieldChange, ...]:
        """The fields that somebody has changed on a side since both agreed."""
        return tuple(change for change in self.changes if change.kind is ChangeKind.CONFLICT)


def propose(plan: EventPlan, recorded: Recorded | None, situation: Situation) -> Proposal:
    """Return what a plan means for an event."""
    if recorded is None and situation.elsewhere is None:
        return _of_new(plan, situation)
    if situation.unreadable is not None:
        return Proposal(ProposalKind.UNKNOWN, sentence=situation.unreadable)
    if situation.foreign is not None and not (recorded and recorded.was_sent):
        return Proposal(ProposalKind.REFUSED, sentence=situation.foreign)
    known = recorded or Recorded(None, Sides(None, None), is_agreed=True, was_sent=False, is_in_administrate=False)
    changes = compare(
        Sides(wanted_here(plan), wanted_there(plan)),
        situation.seen,
        known.agreed,
        texts(plan),
        texts(known.plan) if known.plan else {},
    )
    if known.is_gone_there and plan.cancelled:
        return Proposal(ProposalKind.SAME)
    if refusal := _cannot_change(plan, known, changes):
        return Proposal(ProposalKind.REFUSED, tuple(changes), refusal)
    if not known.is_agreed or known.is_gone_here or known.is_gone_there:
        return Proposal(ProposalKind.CARRY_ON, tuple(changes))
    if recorded is None and situation.seen.there is None:
        return Proposal(ProposalKind.CHANGE, tuple(changes), f"{situation.elsewhere} Administrate does not have it.")
    if not changes:
        return Proposal(ProposalKind.SAME)
    return Proposal(ProposalKind.CHANGE, tuple(changes), situation.elsewhere, _guard(situation, changes))


def _of_new(plan: EventPlan, situation: Situation) -> Proposal:
    if situation.foreign is not None:
        return Proposal(ProposalKind.REFUSED, sentence=situation.foreign)
    if plan.cancelled:
        return Proposal(
            ProposalKind.REFUSED,
            sentence="The file says that the event is cancelled, and neither side has it: there is nothing to cancel. "
            "Delete its rows, or clear the column Cancelled.",
        )
    return Proposal(ProposalKind.CREATE)


def _cannot_change(plan: EventPlan, known: Recorded, changes: Sequence[FieldChange]) -> str | None:
    """Say why what the file wants cannot be brought about, None where it can."""
    if known.is_gone_there or not (known.was_sent or known.is_in_administrate):
        return None
    fixed = [change for change in changes if change.field in FIXED]
    if not fixed and known.plan is not None:
        if known.plan.learning_mode != plan.learning_mode:
            return _fixed(columns.LEARNING_MODE, str(known.plan.learning_mode), str(plan.learning_mode))
        if known.plan.course_template.external_id != plan.course_template.external_id:
            return _fixed(columns.CODE, known.plan.course_template.name, plan.course_template.name)
    for change in fixed:
        return _fixed(change.field.column, change.there or change.here or "", change.planned)
    for change in changes:
        if change.field.column == columns.CANCELLED and change.planned == "no" and change.kind is ChangeKind.CHANGE:
            what = "The event" if change.field.day is None else f"The session of day {change.field.day}"
            return (
                f"{what} was cancelled by an earlier upload, and Administrate offers no way back. Withdraw the event "
                "and upload it again, or give it another title."
            )
    return None


def venue_left_as_created(before: EventPlan | None, plan: EventPlan) -> str | None:
    """Say that an event in Administrate keeps the venue it was created with, None where the plan keeps it, too.

    `EventUpdateInput` has no field for it; the venues of the sessions, which it does change, are those that count.
    """
    if before is None or _id_of(before.venue) == _id_of(plan.venue):
        return None
    venues = [venue.name if venue else "no venue" for venue in (before.venue, plan.venue)]
    return (
        "Administrate cannot change the venue of an event, only those of its sessions, which are set. The event itself "
        f"was created with {venues[0]}, and is now planned with {venues[1]}: change it in Administrate by hand."
    )


def _id_of(record: NamedRecord | None) -> str | None:
    return record.external_id if record else None


def _fixed(column: str, before: str, wanted: str) -> str:
    return (
        f"{column} is {before} on both sides, and the file says {wanted}: Administrate cannot change that of an event. "
        "Withdraw the event with `sync-assets events withdraw` and upload it again, or correct the file."
    )


def _guard(situation: Situation, changes: Sequence[FieldChange]) -> str | None:
    if not any(change.kind is ChangeKind.CHANGE for change in changes):
        return None
    if situation.booked_places:
        return f"{situation.booked_places} places are booked, so it is changed only with --change-published."
    if situation.is_published:
        return "It is published, so it is changed only with --change-published."
    return None
