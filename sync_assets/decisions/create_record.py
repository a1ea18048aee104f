"""Makes one record in Administrate once, by the rules of `administrate.create_once`; read `create_administrate` first.

What is known of the create stands in `adm.planned_records`, committed before each step. Between two decisions about a
row, in this run or years apart, nothing else is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from sync_assets.administrate.client import Answer
from sync_assets.administrate.create_once import (
    CreateStamp,
    NextStep,
    after_answer,
    after_look,
    after_refusal,
    before_create,
    next_look_at,
    own_code,
    waiting_sentence,
)
from sync_assets.administrate.errors import AdministrateError
from sync_assets.administrate.payload_errors import errors_of_payload
from sync_assets.administrate.records import Record, parse_record
from sync_assets.bridge import hand_links
from sync_assets.bridge.both_sides import BothSides
from sync_assets.bridge.candidates import Side, TutorialCandidate
from sync_assets.bridge.link import Link
from sync_assets.bridge.locks import LockLost
from sync_assets.decisions.decision import Decision, DecisionOutcome, DecisionRefused, DecisionResult
from sync_assets.decisions.looks import Known, Looks, RecordLook, Sought, known_records, with_code
from sync_assets.decisions.planned_records import (
    PlannedRecord,
    StampChanged,
    read_planned_record,
    write_planned_record,
)
from sync_assets.decisions.unit_of_work import DatabaseGone, UnitOfWork
from sync_assets.entities.entity import Entity
from sync_assets.entities.entity_creation import ByHand, CannotCreate, Facts, InAdministrate
from sync_assets.errors import database_said


@dataclass(frozen=True, slots=True)
class CreateRules:
    """What a create is bound to: the quiet time, and how our keys in Administrate begin."""

    quiet: timedelta
    code_prefix: str


@dataclass(frozen=True, slots=True)
class Target:
    """A record to create: the tutorial row that it is for, the input, our key in it, and what is recorded so far.

    `is_gone` says that it was created before, and that a sync has found it removed: it is created anew.
    """

    row: TutorialCandidate
    how: InAdministrate[Any]
    values: Mapping[str, Any]
    code: str | None
    sought: Sought
    known: Known
    plan: PlannedRecord
    is_gone: bool


@dataclass(frozen=True, slots=True)
class MadeRecord:
    """A record that is in Administrate now; `is_adopted` says that it was there, `warnings` what came along."""

    record: Record
    is_adopted: bool = False
    warnings: tuple[str, ...] = ()


def target_of(
    connection: Connection,
    sides: BothSides,
    entity: Entity[Any],
    link: Link,
    decision: Decision,
    rules: CreateRules,
) -> Target:
    """Return what a decision is to create. Raises DecisionRefused, BridgeError or CannotCreate."""
    if entity.creation is None:
        raise DecisionRefused(f"The {entity.plural} have no way to be created on either side.")
    row = sides.row(decision.record, decision.key)
    if not row.key:
        raise DecisionRefused(f"Tutorial row {row.id} has no {link.words.key} to be known by.")
    facts: Facts = dict(
        connection.execute(entity.creation.tutorial_facts.where(link.tutorial_table.c.id == row.id)).mappings().one()
    )
    how = entity.creation.in_administrate
    if isinstance(how, ByHand):
        raise CannotCreate(how.sentence(facts))
    values, code = with_code(how, how.input(facts, decision.given), own_code(rules.code_prefix, row.key))
    plan = read_planned_record(connection, entity.name, row.id, row.key)
    is_gone = plan.stamp.external_id is not None and _is_removed(connection, link, plan.stamp.external_id)
    sought = Sought(row.id, plan.open_keys | {row.key}, facts, plan.code or code, plan.stamp.external_id)
    return Target(row, how, values, code, sought, known_records(connection, link, rules.quiet), plan, is_gone)


def refuse_other_partners(sides: BothSides, row: TutorialCandidate) -> None:
    """Raise BridgeError or DecisionRefused where a tutorial row has a record, or could be that of several."""
    hand_links.refuse_linked_row(sides, row)
    if len(same := sides.rows_like(row)) > 1:
        ids = ", ".join(str(each.id) for each in same)
        raise DecisionRefused(
            f"Several tutorial rows have the {sides.link.words.key} of row {row.id}: {ids}. Correct them in the "
            "tutorial application, or link them by hand."
        )


def _is_removed(connection: Connection, link: Link, external_id: str) -> bool:
    table = link.table
    found = connection.execute(select(table.c.removed_at).where(table.c.external_id == external_id)).first()
    return found is not None and found.removed_at is not None


@dataclass(slots=True)
class CreateAdministrate:
    """Creates the record of one target, or finds it."""

    work: UnitOfWork
    looks: Looks
    rules: CreateRules
    entity: Entity[Any]
    decision: Decision
    target: Target

    def made(self) -> MadeRecord | None:
        """Return the record, found or made; None where nothing is made.

        Raises CannotCreate where it cannot be made, or not yet, AdministrateError, SettingsError, or DatabaseGone.
        """
        target, entity = self.target, self.entity
        findings = self.looks.look(entity, target.how, target.sought, target.known)
        if findings.objection:
            raise CannotCreate(findings.objection)
        stamp, step = after_look(self._stamp, findings.look, findings.at, self.rules.quiet)
        if step is NextStep.SEVERAL:
            raise CannotCreate(self._several(findings))
        if step is NextStep.CREATE:
            return self.work.create(self._create)
        if step is NextStep.WAIT:
            if not target.is_gone:
                self._write(replace(stamp, external_id=target.plan.stamp.external_id))
            raise CannotCreate(self._waiting(stamp, findings))
        self._write(stamp)
        return MadeRecord(findings.records[0], is_adopted=True)

    @property
    def _stamp(self) -> CreateStamp:
        """What is recorded; an id is looked for as everything else is, so that a record that is gone is noticed."""
        if self.target.is_gone:
            return CreateStamp()
        return replace(self.target.plan.stamp, external_id=None)

    def _create(self) -> MadeRecord:
        """Record the intention, send once, and record what came of it."""
        target, entity = self.target, self.entity
        client = self.looks.client()
        stamp = before_create(self._stamp, self.looks.now())
        sent = replace(target.plan, key=target.row.key, code=target.code, stamp=stamp)
        with self.work.transaction() as connection:
            self._keep(connection, sent)
            self.work.log(connection, [self._begun()])
        self.work.require_lock()
        try:
            answer = client.send(target.how.document, {"input": dict(target.values)})
        except AdministrateError as error:
            if error.nothing_done:
                self._write(after_refusal(stamp))
                raise
            return self._look_at_once(error)
        payload = _payload(answer)
        said = errors_of_payload(payload)
        node = payload.get("record")
        if isinstance(node, Mapping) and node.get("id"):
            self._record_id(str(node["id"]))
            record = parse_record(target.how.model, node, entity.singular)
            self.looks.add(entity, record)
            return MadeRecord(record, warnings=(*answer.errors, *said))
        if said or not answer.is_executed:
            # Errors and no record, or a request that was not carried out: nothing was done.
            self._write(after_refusal(stamp))
            why = " ".join(said or answer.errors)
            raise CannotCreate(f"Administrate refused to create the {entity.singular}: {why}")
        words = "; ".join(answer.errors) or "no data and no error"
        return self._look_at_once(AdministrateError(f"Administrate answered with {words}."))

    def _look_at_once(self, error: AdministrateError) -> MadeRecord:
        """Look for what may have been made although no answer came; nothing is sent again in the same breath."""
        target = self.target
        stamp = target.plan.stamp
        try:
            findings = self.looks.look(self.entity, target.how, target.sought, target.known, again=True)
        except AdministrateError:
            raise CannotCreate(f"{error} {self._waiting(stamp, None)}") from None
        if len(findings.records) > 1:
            raise CannotCreate(self._several(findings))
        if not findings.records:
            raise CannotCreate(f"{error} {self._waiting(stamp, findings)}")
        self._record_id(findings.records[0].id)
        return MadeRecord(findings.records[0], warnings=(str(error),))

    def _record_id(self, external_id: str) -> None:
        is_there = (
            f"The {self.entity.singular} {self.target.row.name!r} is in Administrate now ({external_id}), and that "
            "could not be recorded. The next decision about the row finds it there."
        )
        try:
            self._write(after_answer(self.target.plan.stamp, external_id))
        except (DatabaseGone, LockLost) as gone:
            raise DatabaseGone(f"{is_there} {gone}") from None
        except DBAPIError as error:
            raise CannotCreate(f"{is_there} The database refused it: {database_said(error)}") from None
        except StampChanged as changed:
            raise CannotCreate(f"{is_there} {changed}") from None

    def _write(self, stamp: CreateStamp) -> None:
        """Record a stamp, if there is anything new in it."""
        plan = self.target.plan
        if stamp != plan.stamp and (plan.id is not None or stamp.sent_at is not None):
            with self.work.transaction() as connection:
                self._keep(connection, replace(plan, stamp=stamp))

    def _keep(self, connection: Connection, plan: PlannedRecord) -> None:
        self.target = replace(self.target, plan=write_planned_record(connection, self.target.plan, plan))

    def _begun(self) -> DecisionResult:
        row = self.target.row
        return DecisionResult(
            self.decision,
            DecisionOutcome.BEGUN,
            f"Creating {self.entity.singular} {row.name!r} in Administrate.",
            Side.TUTORIAL.value,
            str(row.id),
            row.name,
        )

    def _several(self, findings: RecordLook) -> str:
        ids = ", ".join(record.id for record in findings.records)
        return (
            f"Administrate has {len(findings.records)} {self.entity.plural} of this key already: {ids}. Delete those "
            "that are not wanted there, run a sync, and decide again."
        )

    def _waiting(self, stamp: CreateStamp, findings: RecordLook | None) -> str:
        singular = self.entity.singular
        told = f"The {singular} is not there so far."
        if findings is None or findings.trouble:
            trouble = f"{findings.trouble} " if findings is not None else ""
            told = f"{trouble}It is not known whether the {singular} is there, and none is created now."
        if stamp.sent_at is None:
            return told
        due = next_look_at(stamp, self.rules.quiet)
        after = f" Decide it again after {due:%H:%M:%S} UTC." if due else ""
        return f"{told} {waiting_sentence(stamp)}{after}"


def _payload(answer: Answer) -> Mapping[str, Any]:
    made = answer.data.get("made")
    payload = made.get("payload") if isinstance(made, Mapping) else None
    return payload if isinstance(payload, Mapping) else {}
