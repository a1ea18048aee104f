"""Carries out what people decided about discrepancies: each decision by itself, dry or real, and all of it kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, IntegrityError

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.decision_log import DecisionEntry, record_decision
from sync_assets.bridge.link import Link
from sync_assets.bridge.linking import link_rows
from sync_assets.bridge.locks import tenant_lock
from sync_assets.bridge.matching import Side
from sync_assets.bridge.migrate import require_current
from sync_assets.decisions.actions import ActionResult, Case, carry_out, facts_to_create, take_in
from sync_assets.decisions.create_record import MadeRecord, RecordsThere, make_record
from sync_assets.decisions.decision import (
    IMPLIED_SIDES,
    Action,
    Decision,
    DecisionOutcome,
    DecisionRefused,
    DecisionResult,
)
from sync_assets.entities.entity import Entity
from sync_assets.entities.entity_creation import NOTHING_GIVEN, ByHand, CannotCreate, Given
from sync_assets.errors import SyncError, database_said

Entities = Mapping[str, Entity[Any]]


def resolve(
    engine: Engine,
    client: Callable[[], AdministrateClient],
    entities: Entities,
    decisions: Sequence[Decision],
    *,
    who: str,
    run_id: str | None = None,
    dry_run: bool = True,
    defaults: Given | None = None,
) -> list[DecisionResult]:
    """Carry out decisions one after the other and return what became of each, in their order.

    One that cannot be carried out changes nothing and does not keep the others. A dry run sends no mutation and leaves
    nothing in the database but the log; its decisions build on one another as they would. `client` is only called where
    Administrate is needed; `who` and `defaults` stand in for what a decision does not say. Afterwards the entities that
    were decided about are linked anew, so that `adm.discrepancies` tells what is left. Raises BridgeError where the
    schema is not current or another run is writing.
    """
    with engine.connect() as connection:
        require_current(connection)
    with ExitStack() as stack:
        if not dry_run:
            stack.enter_context(tenant_lock(engine, exclusive=True))
        rehearsal = stack.enter_context(_rolled_back(engine)) if dry_run else None
        there = RecordsThere(client)
        resolution = _Resolution(engine, entities, there, rehearsal, who, run_id, defaults or NOTHING_GIVEN)
        return resolution.of_all(decisions)


@contextmanager
def _rolled_back(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        transaction = connection.begin()
        try:
            yield connection
        finally:
            transaction.rollback()


@dataclass(slots=True)
class _Resolution:
    engine: Engine
    entities: Entities
    there: RecordsThere
    rehearsal: Connection | None
    who: str
    run_id: str | None
    defaults: Given
    touched: set[str] = field(default_factory=set)

    def of_all(self, decisions: Sequence[Decision]) -> list[DecisionResult]:
        resolved = [self._of(self._completed(decision)) for decision in decisions]
        for name in self.entities if self.rehearsal is None else ():
            entity = self.entities[name]
            if entity.link and self.touched & {name, *entity.link_needs}:
                with self.engine.begin() as connection:
                    link_rows(connection, name, entity.link)
        return resolved

    def _completed(self, decision: Decision) -> Decision:
        given, defaults = decision.given, self.defaults
        return replace(
            decision,
            who=decision.who.strip() or self.who,
            record=decision.record.strip(),
            given=replace(
                given,
                region_id=given.region_id or defaults.region_id,
                account_id=given.account_id or defaults.account_id,
            ),
        )

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Begin a transaction; in a dry run a part of the one that is rolled back at the end."""
        if self.rehearsal is None:
            with self.engine.begin() as connection:
                yield connection
        else:
            with self.rehearsal.begin_nested():
                yield self.rehearsal

    def _of(self, decision: Decision) -> DecisionResult:
        try:
            entity, link = self._linked(decision)
            if decision.action is Action.create_administrate:
                return self._create_in_administrate(entity, link, decision)
            with self._transaction() as connection:
                acted = carry_out(Case(connection, entity, link, decision, decision.who))
                return self._done(connection, decision, acted)
        except (DataError, IntegrityError) as error:
            sentence = f"The database refused it: {database_said(error)}. {_left_behind(decision)}"
        except SyncError as error:
            sentence = str(error)
        return self._failed(decision, sentence)

    def _linked(self, decision: Decision) -> tuple[Entity[Any], Link]:
        entity = self.entities.get(decision.entity)
        if entity is None:
            linked = ", ".join(name for name, each in self.entities.items() if each.link)
            raise DecisionRefused(f"{decision.entity!r} is no entity; decisions are about {linked}.")
        if entity.link is None:
            raise DecisionRefused(
                f"The {entity.plural} are Administrate's alone and have no tutorial side: there is nothing to resolve."
            )
        if not decision.record:
            raise DecisionRefused(f"{decision.action} needs the id or the {entity.link.words.key} of a row.")
        return entity, entity.link

    def _create_in_administrate(self, entity: Entity[Any], link: Link, decision: Decision) -> DecisionResult:
        with self._transaction() as connection:
            case = Case(connection, entity, link, decision, decision.who)
            assert decision.stands_on is Side.TUTORIAL  # noqa: S101 - the action implies it, or it was refused
            row, facts = facts_to_create(case)
            how = case.creation.in_administrate
        if isinstance(how, ByHand):
            raise CannotCreate(how.sentence(facts))
        values = how.input(facts, decision.given)
        found = self.there.find(entity, how, row.key)
        if found is not None:
            made = MadeRecord(found, is_adopted=True)
        else:
            if how.examine:
                how.examine(self.there.client, facts)
            if self.rehearsal is not None:
                sent = ", ".join(f"{name} {value!r}" for name, value in values.items())
                sentence = f"Created {entity.singular} {row.name!r} in Administrate ({sent}), and linked the two."
                return self._done(self.rehearsal, decision, ActionResult(str(row.id), row.name, sentence))
            begun = DecisionResult(
                decision,
                DecisionOutcome.BEGUN,
                f"Creating {entity.singular} {row.name!r} in Administrate.",
                Side.TUTORIAL.value,
                str(row.id),
                row.name,
            )
            self._keep(begun)
            made = make_record(self.there, entity, how, row.key, values)
        with self._transaction() as connection:
            case = Case(connection, entity, link, decision, decision.who)
            record = take_in(case, row, made.record)
            did = "Found" if made.is_adopted else "Created"
            what = f"{did} {entity.singular} {record.external_id} ({record.name}) in Administrate"
            warnings = "".join(f" With a warning: {warning}" for warning in made.warnings)
            sentence = f"{what}, and linked it to tutorial row {row.id}.{warnings}"
            return self._done(connection, decision, ActionResult(str(row.id), row.name, sentence, record.external_id))

    def _done(self, connection: Connection, decision: Decision, acted: ActionResult) -> DecisionResult:
        """Say that a decision was carried out; a real one is kept with its effect or not at all."""
        outcome, sentence = DecisionOutcome.DONE, acted.sentence
        if self.rehearsal is not None:
            outcome, sentence = DecisionOutcome.WOULD_BE_DONE, f"Would have {sentence[0].lower()}{sentence[1:]}"
        side = decision.stands_on.value
        resolved = DecisionResult(decision, outcome, sentence, side, acted.record_id, acted.name, acted.other_id)
        self._keep(resolved, None if self.rehearsal is not None else connection)
        self.touched.add(decision.entity)
        return resolved

    def _failed(self, decision: Decision, sentence: str) -> DecisionResult:
        side = decision.side or IMPLIED_SIDES.get(decision.action) or ""
        resolved = DecisionResult(
            decision, DecisionOutcome.FAILED, sentence, str(side), decision.record, "", decision.link_to
        )
        self._keep(resolved)
        return resolved

    def _keep(self, resolved: DecisionResult, connection: Connection | None = None) -> None:
        decision = resolved.decision
        entry = DecisionEntry(
            who=decision.who,
            entity=decision.entity,
            side=resolved.side,
            record_id=resolved.record_id,
            name=resolved.name,
            action=decision.action.value,
            reason=decision.reason.strip(),
            run_id=self.run_id,
            dry_run=self.rehearsal is not None,
            outcome=resolved.outcome.value,
            sentence=resolved.sentence,
            other_id=resolved.other_id,
        )
        if connection is not None:
            record_decision(connection, entry)
            return
        with self.engine.begin() as own:
            record_decision(own, entry)


def _left_behind(decision: Decision) -> str:
    """Say what stands although the database refused the rest of a decision."""
    if decision.action is Action.create_administrate:
        return "A record may have been made in Administrate before that; decide the same again to find and to link it."
    return "Nothing of this decision was carried out."
