"""What an upload proposes, event by event: the plan of the file beside the record and what both sides have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.create_once import own_code
from sync_assets.administrate.errors import AdministrateError
from sync_assets.event_import.administrate_side.look_for_events import find_control
from sync_assets.event_import.administrate_side.situations import Asked, situations, unasked
from sync_assets.event_import.planning.comparison import without
from sync_assets.event_import.planning.fields import View, seen_here
from sync_assets.event_import.planning.plan import EventPlan
from sync_assets.event_import.planning.plan_of_event import plan_of
from sync_assets.event_import.planning.proposal import Proposal, ProposalKind, Recorded, Situation, propose
from sync_assets.event_import.validation.resolution import ResolvedEvent
from sync_assets.event_import.validation.validate import Validation
from sync_assets.event_import.writing.planned_event import PlannedEvent, load_by_title
from sync_assets.event_import.writing.write_plans import PlanToWrite
from sync_assets.text import match_key
from sync_assets.tutorial.layout import Layout


@dataclass(slots=True, eq=False)
class EventProposal:
    """An event of the file on its way: what the file means, its plan, what that comes to, and the event's record.

    `was_written` says that this run has written the plan, `is_refused_here` that the tables did not take it.
    """

    resolved: ResolvedEvent
    plan: EventPlan
    title_key: str
    proposal: Proposal
    event: PlannedEvent | None
    tutorial_event_id: int | None = None
    external_id: str | None = None
    is_gone_there: bool = False
    is_gone_here: bool = False
    was_written: bool = False
    is_refused_here: bool = False

    @property
    def refusal(self) -> str | None:
        """Why somebody has to decide before anything is written, None where nobody has to."""
        return self.proposal.sentence if self.proposal.kind is ProposalKind.REFUSED else None

    def to_write(self, *, apply: bool, published: bool) -> PlanToWrite | None:
        """Return what is to be written of it, None where nothing is; `apply` and `published` are leaves to change."""
        kind, record = self.proposal.kind, self.event
        plan = self.plan
        if kind in (ProposalKind.REFUSED, ProposalKind.UNKNOWN):
            return None
        if kind is ProposalKind.CHANGE:
            if not apply or (self.proposal.guard and not published):
                return None
            conflicts = [change.field for change in self.proposal.conflicts]
            if record is not None and len(conflicts) == len(self.proposal.changes):
                return None
            plan = without(plan, record.plan if record else None, conflicts)
        elif self._is_written_already():
            return None
        return PlanToWrite(
            plan,
            self.resolved.upload.row.number,
            record,
            self.tutorial_event_id if record is None else None,
            self.external_id if record is None else None,
            self.is_gone_there,
        )

    def _is_written_already(self) -> bool:
        """Tell whether the record holds this plan, so that the work goes on from it as it stands."""
        if self.event is None:
            return self.proposal.kind is ProposalKind.SAME and self.tutorial_event_id is None
        if self.is_gone_there or self.is_gone_here:
            return False
        if self.proposal.kind is ProposalKind.SAME:
            return self.event.plan is not None
        return self.event.plan == self.plan


def propose_events(
    engine: Engine, client: AdministrateClient, layout: Layout, validation: Validation, prefix: str
) -> tuple[list[EventProposal], AdministrateError | None]:
    """Return what the ready events of a file come to, in its order, and why Administrate could not be asked, if so.

    Both sides are read, and nothing is changed.
    """
    plans = [(event, plan_of(event)) for event in validation.ready]
    if not plans:
        return [], None
    with engine.connect() as connection:
        asked, ids = _asked(connection, layout, [plan for _, plan in plans], prefix)
    error: AdministrateError | None = None
    found: Sequence[tuple[Recorded | None, Situation]]
    try:
        found = situations(client, asked, find_control(client))
    except AdministrateError as problem:
        error, found = problem, unasked(asked)
    proposals = []
    for (event, plan), each, (recorded, situation), tutorial_id in zip(plans, asked, found, ids, strict=True):
        proposals.append(
            EventProposal(
                resolved=event,
                plan=plan,
                title_key=match_key(plan.title),
                proposal=propose(plan, recorded, situation),
                event=each.record,
                tutorial_event_id=tutorial_id,
                external_id=each.external_id,
                is_gone_there=recorded is not None and recorded.is_gone_there,
                is_gone_here=recorded is not None and recorded.is_gone_here,
            )
        )
    return proposals, error


def _asked(
    connection: Connection, layout: Layout, plans: Sequence[EventPlan], prefix: str
) -> tuple[list[Asked], list[int | None]]:
    keys = {match_key(plan.title) for plan in plans}
    records = load_by_title(connection, keys)
    existing = {match_key(each.title): each for each in layout.existing_events(connection, keys)}
    ids: list[int | None] = []
    for plan in plans:
        key = match_key(plan.title)
        record, there = records.get(key), existing.get(key)
        ids.append(record.tutorial_event_id if record is not None else there.id if there else None)
    stored = layout.read_events(connection, [id_ for id_ in ids if id_ is not None])
    asked = []
    for plan, id_ in zip(plans, ids, strict=True):
        key = match_key(plan.title)
        record, there = records.get(key), existing.get(key)
        elsewhere = None
        if record is None and there is not None:
            elsewhere = f"The tutorial tables have the event {there.id} of this title, which no import has made."
        asked.append(
            Asked(
                plan=plan,
                code=record.code if record is not None else own_code(prefix, plan.title),
                record=record,
                external_id=record.external_id if record is not None else there.external_id if there else None,
                here=seen_here(stored[id_]) if id_ is not None and id_ in stored else None,
                elsewhere=elsewhere,
            )
        )
    return asked, ids


def tutorial_view(connection: Connection, layout: Layout, title: str) -> tuple[int | None, View | None]:
    """Return the id and the view of the tutorial event of a title; None for both where there is none."""
    for existing in layout.existing_events(connection, {match_key(title)}):
        stored = layout.read_events(connection, [existing.id]).get(existing.id)
        return existing.id, seen_here(stored) if stored else None
    return None, None
