"""What each decision does in the database, within the caller's transaction; nothing here talks to Administrate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from sync_assets.administrate.records import Record
from sync_assets.bridge import hand_links
from sync_assets.bridge.bridge_table import MATCHED, discrepancies
from sync_assets.bridge.decision_log import ignore, ignored_places, unignore
from sync_assets.bridge.find_row import (
    ChosenRecord,
    active_tutorial_rows,
    chosen_tutorial_row,
    find_record,
    records_linked_to,
)
from sync_assets.bridge.link import Link
from sync_assets.bridge.matching import DiscrepancyKind, Side, TutorialCandidate
from sync_assets.bridge.write_one_row import keep_record
from sync_assets.decisions.decision import Action, Decision, DecisionRefused
from sync_assets.entities.entity import Entity
from sync_assets.entities.entity_creation import EntityCreation, Facts
from sync_assets.text import match_key
from sync_assets.tutorial.examination import require_known_tables


@dataclass(frozen=True, slots=True)
class ActionResult:
    """What an action did: the row that it was about, in the past tense what was done, and the row of the other side."""

    record_id: str
    name: str
    sentence: str
    other_id: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A decision with what it is carried out with."""

    connection: Connection
    entity: Entity[Any]
    link: Link
    decision: Decision
    who: str

    @property
    def creation(self) -> EntityCreation[Any]:
        """How the entity's records are made. Raises DecisionRefused."""
        if self.entity.creation is None:
            raise DecisionRefused(f"The {self.entity.plural} have no way to be created on either side.")
        return self.entity.creation

    def record(self, given: str) -> ChosenRecord:
        """Return the record that is meant. Raises NoSuchRow."""
        return find_record(self.connection, self.link, self.entity.plural, given)

    def row(self, given: str) -> TutorialCandidate:
        """Return the tutorial row that is meant. Raises NoSuchRow."""
        return chosen_tutorial_row(self.connection, self.link, given)


def carry_out(case: Case) -> ActionResult:
    """Carry out a decision, create_administrate aside. Raises DecisionRefused, BridgeError or CannotCreate."""
    hand_links.lock_links(case.connection, case.link)
    return ACTIONS[case.decision.action](case)


def _link(case: Case) -> ActionResult:
    decision = case.decision
    if not decision.link_to:
        raise DecisionRefused(f"link needs the row of the other side that {decision.record!r} is to be linked to.")
    is_record = decision.stands_on is Side.ADMINISTRATE
    record = case.record(decision.record if is_record else decision.link_to)
    row = case.row(decision.link_to if is_record else decision.record)
    hand_links.link_by_hand(case.connection, case.link, record, row)
    before = f" instead of row {record.linked_to}" if record.linked_to not in (None, row.id) else ""
    sentence = f"Linked {_named(case, record)} to tutorial row {row.id} ({row.name}){before}, by hand."
    return _acted(case, record, row.id, row.name, sentence)


def _unlink(case: Case) -> ActionResult:
    decision = case.decision
    record = _record_of_either_side(case)
    if decision.automatic:
        hand_links.leave_to_matching(case.connection, case.link, record)
        sentence = f"Left the link of {_named(case, record)} to matching again."
    else:
        hand_links.unlink(case.connection, case.link, record)
        row = record.linked_to or record.linked_before
        sentence = f"Unlinked {_named(case, record)} from tutorial row {row}, and held it apart."
    return _acted(case, record, record.linked_to, "", sentence)


def _record_of_either_side(case: Case) -> ChosenRecord:
    decision = case.decision
    if decision.stands_on is Side.ADMINISTRATE:
        return case.record(decision.record)
    row_id = int(decision.record) if decision.record.isdecimal() else case.row(decision.record).id
    linked = records_linked_to(case.connection, case.link, row_id)
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
    side, table = decision.stands_on, discrepancies
    found = case.connection.execute(
        select(table).where(table.c.entity == case.entity.name, table.c.side == side.value).order_by(table.c.id)
    ).all()
    same = [row for row in found if row.record_id == decision.record]
    same = same or [row for row in found if row.key and row.key == match_key(decision.record)]
    if len(same) != 1:
        ids = f"are {len(same)} discrepancies: say which by its id: {', '.join(row.record_id for row in same)}"
        raise DecisionRefused(
            f"On the side {side}, {decision.record!r} {ids if same else 'is no discrepancy that the last sync found'}."
        )
    row = same[0]
    reason = decision.reason.strip()
    ignore(
        case.connection, case.entity.name, side, row.record_id, DiscrepancyKind(row.kind), reason=reason, who=case.who
    )
    sentence = f"Ignored {case.entity.singular} {row.name!r} of the side {side} as {row.kind}."
    return ActionResult(row.record_id, row.name, sentence)


def _unignore(case: Case) -> ActionResult:
    decision = case.decision
    side, name = decision.stands_on, case.entity.name
    places = {record_id for on, record_id, _ in ignored_places(case.connection, name) if on is side}
    wanted = decision.record
    if wanted not in places:
        keys = case.connection.execute(
            select(discrepancies.c.record_id).where(
                discrepancies.c.entity == name,
                discrepancies.c.side == side.value,
                discrepancies.c.record_id.in_(places),
                discrepancies.c.key == match_key(wanted),
            )
        ).scalars()
        ids = sorted(keys)
        if len(ids) != 1:
            several = f"{wanted!r} is ignored as {', '.join(ids)}: say which by its id"
            raise DecisionRefused(f"On the side {side}, {several if ids else f'{wanted!r} is not ignored'}.")
        wanted = ids[0]
    unignore(case.connection, name, side, wanted)
    return ActionResult(wanted, "", f"Told of {case.entity.singular} {wanted} of the side {side} again.")


def _create_tutorial(case: Case) -> ActionResult:
    require_known_tables(case.connection)
    creation, record = case.creation, case.record(case.decision.record)
    if record.linked_to is not None:
        raise DecisionRefused(f"{_named(case, record)} is linked to tutorial row {record.linked_to} already.")
    if not record.key:
        raise DecisionRefused(f"{_named(case, record)} has no {case.link.words.key} to be known by.")
    same = [
        each
        for each in active_tutorial_rows(case.connection, case.link)
        if (each.key, each.scope) == (record.key, record.scope)
    ]
    if same:
        raise DecisionRefused(
            f"Tutorial row {same[0].id} ({same[0].name}) has this {case.link.words.key} already: link the two by hand."
        )
    for facts in _facts(case, creation):
        if not facts["is_active"] and match_key(facts["key"]) == record.key:
            raise DecisionRefused(
                f"Tutorial row {facts['id']} has this {case.link.words.key} and is inactive. Make it active in the "
                "tutorial application, and the next sync links it."
            )
    bridge_row = case.connection.execute(select(case.link.table).where(case.link.table.c.id == record.id)).mappings()
    row_id = creation.in_tutorial(case.connection, dict(bridge_row.one()))
    made = case.row(str(row_id))
    hand_links.link_as_matched(case.connection, case.link, record, made)
    sentence = f"Created tutorial row {row_id} ({made.name}) for {_named(case, record)}, and linked the two."
    return _acted(case, record, row_id, made.name, sentence)


ACTIONS: Mapping[Action, Callable[[Case], ActionResult]] = {
    Action.create_tutorial: _create_tutorial,
    Action.link: _link,
    Action.unlink: _unlink,
    Action.ignore: _ignore,
    Action.unignore: _unignore,
}


def facts_to_create(case: Case) -> tuple[TutorialCandidate, Facts]:
    """Return the tutorial row that a record is to be made for, and its facts. Raises DecisionRefused or BridgeError."""
    creation, row = case.creation, case.row(case.decision.record)
    hand_links.refuse_linked_row(case.connection, case.link, row)
    rows = active_tutorial_rows(case.connection, case.link)
    same = [each for each in rows if (each.key, each.scope) == (row.key, row.scope)]
    if not row.key:
        raise DecisionRefused(f"Tutorial row {row.id} has no {case.link.words.key} to be known by.")
    if len(same) > 1:
        ids = ", ".join(str(each.id) for each in same)
        raise DecisionRefused(
            f"Several tutorial rows have the {case.link.words.key} of row {row.id}: {ids}. Correct them in the "
            "tutorial application, or link them by hand."
        )
    return row, next(facts for facts in _facts(case, creation) if facts["id"] == row.id)


def take_in(case: Case, row: TutorialCandidate, record: Record) -> ChosenRecord:
    """Bring a record of Administrate into the bridge and link it to the tutorial row that it is there for.

    Raises DecisionRefused where a person has decided otherwise about the record.
    """
    hand_links.lock_links(case.connection, case.link)
    for bridge_row in case.entity.rows(record):
        keep_record(case.connection, case.link.table, bridge_row)
    chosen = case.record(record.id)
    if chosen.linked_by not in (None, MATCHED):
        held = f"linked to tutorial row {chosen.linked_to}" if chosen.linked_to else "held apart by hand"
        raise DecisionRefused(
            f"Administrate has the {case.entity.singular} {record.id} with this {case.link.words.key}, and it is "
            f"{held}; a second one is not created."
        )
    hand_links.refuse_linked_row(case.connection, case.link, row, apart_from=chosen.id)
    hand_links.link_as_matched(case.connection, case.link, chosen, row)
    return chosen


def _facts(case: Case, creation: EntityCreation[Any]) -> list[Facts]:
    return [dict(row) for row in case.connection.execute(creation.tutorial_facts).mappings()]


def _named(case: Case, record: ChosenRecord) -> str:
    return f"{case.entity.singular} {record.external_id} ({record.name})"


def _acted(case: Case, record: ChosenRecord, row_id: int | None, row_name: str, sentence: str) -> ActionResult:
    if case.decision.stands_on is Side.ADMINISTRATE:
        return ActionResult(record.external_id, record.name, sentence, None if row_id is None else str(row_id))
    return ActionResult(str(row_id), row_name, sentence, record.external_id)
