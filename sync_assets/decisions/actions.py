"""What each decision does in the database, within the caller's batch; nothing here talks to Administrate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from sync_assets.administrate.records import Record
from sync_assets.bridge import hand_links
from sync_assets.bridge.both_sides import BothSides, ChosenRecord
from sync_assets.bridge.candidates import DiscrepancyKind, Side, TutorialCandidate
from sync_assets.bridge.ignored_rows import OpenRow
from sync_assets.bridge.link import Link
from sync_assets.bridge.write_one_row import keep_record
from sync_assets.decisions.batch import Batch
from sync_assets.decisions.decision import Action, Decision, DecisionRefused
from sync_assets.decisions.unit_of_work import is_gone
from sync_assets.entities.entity import Entity
from sync_assets.errors import database_said


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What an action did: the row that it was about, in the past tense what was done, and the row of the other side."""

    record_id: str
    name: str
    sentence: str
    other_id: str | None = None


DecidedRows = dict[tuple[str, Action, int], ActionResult]
"""What was created in this run, by entity, action and row: the same row twice is one."""


def again(before: ActionResult) -> ActionResult:
    """Return the result of a decision that the same run has carried out before."""
    return replace(before, sentence=f"{before.sentence} It was decided twice.")


@dataclass(frozen=True, slots=True)
class Case:
    """A decision with what it is carried out with."""

    batch: Batch
    entity: Entity[Any]
    link: Link
    decision: Decision
    decided: DecidedRows

    @property
    def sides(self) -> BothSides:
        """Both sides of the entity."""
        return self.batch.sides(self.entity, self.link)


def carry_out(case: Case) -> ActionResult:
    """Carry out a decision, create_administrate aside. Raises DecisionRefused, BridgeError or CannotCreate."""
    return ACTIONS[case.decision.action](case)


def _link(case: Case) -> ActionResult:
    decision = case.decision
    if not decision.link_to:
        raise DecisionRefused(f"link needs the row of the other side that {decision.record!r} is to be linked to.")
    is_record = decision.stands_on is Side.ADMINISTRATE
    sides, of_record, of_row = case.sides, (decision.record, decision.key), (decision.link_to, "")
    record = sides.record(*(of_record if is_record else of_row))
    row = sides.row(*(of_row if is_record else of_record))
    hand_links.link_by_hand(sides, record, row)
    before = f" instead of row {record.linked_to}" if record.linked_to not in (None, row.id) else ""
    sentence = f"Linked {_named(case, record)} to tutorial row {row.id} ({row.name}){before}, by hand."
    return _acted(case, record, row.id, row.name, f"{sentence}{_ignore_what_is_known(case, record, row)}")


def _ignore_what_is_known(case: Case, record: ChosenRecord, row: TutorialCandidate) -> str:
    """Ignore in what a record and the row that it is linked to by hand disagree; return a sentence of it, if any.

    Whoever links them sees both, so that is decided, too. It is reported when they disagree in another way.
    """
    verdict = case.sides.verdict_of_held(record, row)
    _forget_what_was_known(case, record)
    if verdict is None:
        return ""
    kind, why = verdict
    decision, reason = case.decision, case.decision.reason.strip()
    case.batch.ignored(case.entity, case.link).ignore(
        Side.ADMINISTRATE,
        OpenRow(record.external_id, kind.value, record.key, record.name),
        reason=f"linked by hand{f': {reason}' if reason else ''}",
        who=decision.who,
        why=why,
    )
    return f" The two disagree: {why}. That is decided with it, and is not told of until it changes."


def _forget_what_was_known(case: Case, record: ChosenRecord) -> None:
    """No longer ignore in what a link disagrees that is not there any more."""
    rows = case.batch.ignored(case.entity, case.link)
    rows.forget_reason(Side.ADMINISTRATE, record.external_id, DiscrepancyKind.HELD_LINK.value)


def _unlink(case: Case) -> ActionResult:
    decision = case.decision
    record = _record_of_either_side(case)
    _forget_what_was_known(case, record)
    if decision.automatic:
        hand_links.leave_to_matching(case.sides, record)
        sentence = f"Left the link of {_named(case, record)} to matching again."
    else:
        hand_links.unlink(case.sides, record)
        row = record.linked_to or record.linked_before
        sentence = f"Unlinked {_named(case, record)} from tutorial row {row}, and held it apart."
    return _acted(case, record, record.linked_to, "", sentence)


def _record_of_either_side(case: Case) -> ChosenRecord:
    decision, sides = case.decision, case.sides
    if decision.stands_on is Side.ADMINISTRATE:
        return sides.record(decision.record, decision.key)
    row_id = sides.linked_row_id(decision.record, decision.key)
    linked = sides.linked_to(row_id)
    if len(linked) != 1:
        found = (
            "no record" if not linked else f"{len(linked)} records ({', '.join(each.external_id for each in linked)})"
        )
        raise DecisionRefused(
            f"Row {row_id} of {case.link.tutorial_table.fullname} is linked to {found}: name the record in "
            "Administrate that is meant."
        )
    return linked[0]


def _ignore(case: Case) -> ActionResult:
    decision = case.decision
    if not decision.reason.strip():
        raise DecisionRefused("ignore needs a reason, for those who will ask.")
    side, ignored = decision.stands_on, case.batch.ignored(case.entity, case.link)
    row = ignored.find(side, decision.record, decision.key)
    ignored.ignore(side, row, reason=decision.reason.strip(), who=decision.who)
    sentence = f"Ignored {case.entity.singular} {row.name!r} of the side {side} as {row.kind}."
    return ActionResult(row.record_id, row.name, sentence)


def _unignore(case: Case) -> ActionResult:
    decision = case.decision
    side = decision.stands_on
    record_id = case.batch.ignored(case.entity, case.link).unignore(side, decision.record, decision.key)
    return ActionResult(record_id, "", f"Told of {case.entity.singular} {record_id} of the side {side} again.")


def _create_tutorial(case: Case) -> ActionResult:
    sides, creation, word = case.sides, case.entity.creation, case.link.words.key
    record = sides.record(case.decision.record, case.decision.key)
    place = (case.entity.name, case.decision.action, record.id)
    if before := case.decided.get(place):
        return again(before)
    case.batch.require_known_tables()
    if creation is None:
        raise DecisionRefused(f"The {case.entity.plural} have no way to be created on either side.")
    if record.linked_to is not None:
        raise DecisionRefused(f"{_named(case, record)} is linked to tutorial row {record.linked_to} already.")
    if not record.key:
        raise DecisionRefused(f"{_named(case, record)} has no {word} to be known by.")
    if others := [each.external_id for each in sides.records_like(record) if each.id != record.id]:
        raise DecisionRefused(
            f"Several records of Administrate have the {word} of {_named(case, record)}: {', '.join(others)}, too. A "
            "tutorial row for one of them could belong to each of them. Correct them in Administrate and "
            "run a sync, or link them by hand."
        )
    if same := sides.rows_like(record):
        raise DecisionRefused(
            f"Tutorial row {same[0].id} ({same[0].name}) has this {word} already: link the two by hand."
        )
    if inactive := sides.inactive_rows_like(record):
        raise DecisionRefused(
            f"Tutorial row {inactive[0].id} has this {word} and is inactive. Make it active in the tutorial "
            "application, and the next sync links it."
        )
    row = _insert_and_link(case, record)
    sentence = f"Created tutorial row {row.id} ({row.name}) for {_named(case, record)}, and linked the two."
    acted = case.decided[place] = _acted(case, record, row.id, row.name, sentence)
    return acted


def _insert_and_link(case: Case, record: ChosenRecord) -> TutorialCandidate:
    """Insert the tutorial row of a record and link the two, or do neither."""
    connection, sides, creation = case.batch.connection, case.sides, case.entity.creation
    assert creation is not None  # noqa: S101 - the caller has refused it
    found = connection.execute(select(case.link.table).where(case.link.table.c.id == record.id)).mappings().one()
    try:
        with connection.begin_nested():
            row = sides.read_row(creation.in_tutorial(connection, dict(found)))
            hand_links.link_as_matched(sides, record, row)
            case.batch.has_linked(case.entity, case.link, record.external_id, row.id)
    except hand_links.LinkRefused:
        # The row was read, and is not there after all.
        case.batch.forget(case.entity)
        raise
    except DBAPIError as error:
        if is_gone(error):
            raise
        raise DecisionRefused(f"The database refused it, and nothing was changed: {database_said(error)}") from None
    return row


ACTIONS: Mapping[Action, Callable[[Case], ActionResult]] = {
    Action.create_tutorial: _create_tutorial,
    Action.link: _link,
    Action.unlink: _unlink,
    Action.ignore: _ignore,
    Action.unignore: _unignore,
}


def take_in(case: Case, row: TutorialCandidate, record: Record) -> ChosenRecord:
    """Bring a record of Administrate into the bridge and link it to the tutorial row that it is there for.

    Raises DecisionRefused where a person has decided otherwise about the record.
    """
    sides = case.sides
    for bridge_row in case.entity.rows(record):
        keep_record(case.batch.connection, case.link.table, bridge_row)
    chosen = sides.read_record(record.id)
    if chosen.is_held:
        held = f"linked to tutorial row {chosen.linked_to}" if chosen.linked_to else "held apart by hand"
        raise DecisionRefused(
            f"Administrate has the {case.entity.singular} {record.id} with this {case.link.words.key}, and it is "
            f"{held}; a second one is not created."
        )
    hand_links.refuse_linked_row(sides, row, apart_from=chosen.id)
    hand_links.link_as_matched(sides, chosen, row)
    return chosen


def _named(case: Case, record: ChosenRecord) -> str:
    return f"{case.entity.singular} {record.external_id} ({record.name})"


def _acted(case: Case, record: ChosenRecord, row_id: int | None, row_name: str, sentence: str) -> ActionResult:
    if case.decision.stands_on is Side.ADMINISTRATE:
        return ActionResult(record.external_id, record.name, sentence, None if row_id is None else str(row_id))
    return ActionResult(str(row_id), row_name, sentence, record.external_id)
