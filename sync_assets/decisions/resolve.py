"""Carries out what people decided about discrepancies: each decision by itself, dry or real, and all of it kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.create_once import QUIET_SECONDS
from sync_assets.bridge.both_sides import BothSides
from sync_assets.bridge.candidates import Side
from sync_assets.bridge.errors import BridgeError
from sync_assets.bridge.hand_links import LinkRefused
from sync_assets.bridge.link import Link
from sync_assets.bridge.linking import link_rows
from sync_assets.bridge.locks import LockLost
from sync_assets.bridge.migrate import require_current
from sync_assets.decisions.actions import ActionResult, Case, DecidedRows, again, carry_out, take_in
from sync_assets.decisions.batch import Batch
from sync_assets.decisions.create_record import (
    CreateAdministrate,
    CreateRules,
    MadeRecord,
    Target,
    refuse_other_partners,
    target_of,
)
from sync_assets.decisions.decision import (
    IMPLIED_SIDES,
    Action,
    Decision,
    DecisionOutcome,
    DecisionRefused,
    DecisionResult,
)
from sync_assets.decisions.looks import Looks
from sync_assets.decisions.unit_of_work import DatabaseGone, UnitOfWork, unit_of_work
from sync_assets.entities.entity import Entity
from sync_assets.entities.entity_creation import NOTHING_GIVEN, Given
from sync_assets.errors import SyncError, database_said

Entities = Mapping[str, Entity[Any]]

TOGETHER: Final = 1000
"""Most decisions that share a transaction: a database that goes away undoes so many, and so long tables are locked."""


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
    quiet_seconds: float = QUIET_SECONDS,
    code_prefix: str = "SA-",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[DecisionResult]:
    """Carry out decisions one after the other and return what became of each, in their order.

    One that cannot be carried out changes nothing and does not keep the others. A dry run sends no mutation and leaves
    nothing in the database but the log; its decisions build on one another as they would. `client` is only called where
    Administrate is needed; `who` and `defaults` stand in for what a decision does not say. A create without an answer
    is not sent again before `quiet_seconds` have passed; `code_prefix` begins our keys in Administrate. Afterwards the
    entities that were decided about are linked anew, so that `adm.discrepancies` tells what is left. Where the database
    goes away, the results tell what was done by then. Raises BridgeError where the schema is not current or another run
    is writing.
    """
    with engine.connect() as connection:
        require_current(connection)
    completed = [_completed(decision, who, defaults or NOTHING_GIVEN) for decision in decisions]
    rules = CreateRules(timedelta(seconds=quiet_seconds), code_prefix)
    with unit_of_work(engine, dry_run=dry_run, run_id=run_id) as work:
        resolution = _Resolution(work, entities, Looks(client, now), rules, now().date())
        if work.asks_ahead:
            resolution.ask_ahead(engine, completed)
        return resolution.of_all(completed)


def _completed(decision: Decision, who: str, defaults: Given) -> Decision:
    given = decision.given
    return replace(
        decision,
        who=decision.who.strip() or who,
        record=decision.record.strip(),
        given=replace(
            given,
            region_id=given.region_id or defaults.region_id,
            account_id=given.account_id or defaults.account_id,
        ),
    )


@dataclass(slots=True)
class _Resolution:
    work: UnitOfWork
    entities: Entities
    looks: Looks
    rules: CreateRules
    as_of: date
    results: list[DecisionResult] = field(default_factory=list)
    decided: DecidedRows = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    under_way: int = 0

    def ask_ahead(self, engine: Engine, decisions: Sequence[Decision]) -> None:
        """Look for all that is to be created, while no transaction is open; what fails is reported in its turn."""
        creates = [each for each in decisions if each.action is Action.create_administrate]
        targets: list[tuple[Entity[Any], Target]] = []
        sides: dict[str, BothSides] = {}
        with engine.connect() as connection:
            for decision in creates:
                with suppress(SyncError):
                    entity, link = self._linked(decision)
                    if entity.name not in sides:
                        sides[entity.name] = BothSides(connection, link, entity.plural, self.as_of)
                    known = target_of(connection, sides[entity.name], entity, link, decision, self.rules)
                    targets.append((entity, known))
        for entity, target in targets:
            with suppress(SyncError):
                self.looks.look(entity, target.how, target.sought, target.known)
        self.looks.close()

    def of_all(self, decisions: Sequence[Decision]) -> list[DecisionResult]:
        try:
            for part in _parts(decisions):
                if part[0].action is Action.create_administrate:
                    self._create(part[0])
                else:
                    self._batch(part)
        except (DatabaseGone, LockLost) as gone:
            self._end_early(decisions, gone)
            return self.results
        self._link_anew()
        return self.results

    def _link_anew(self) -> None:
        try:
            for name, entity in self.entities.items():
                if entity.link and self.touched & {name, *entity.link_needs}:
                    self.work.afterwards(partial(link_rows, entity=name, link=entity.link, as_of=self.as_of))
        except (DatabaseGone, LockLost, DBAPIError) as error:
            why = database_said(error) if isinstance(error, DBAPIError) else str(error)
            raise BridgeError(
                "The decisions were carried out, as `sync-assets decisions` tells, and the links were not set anew "
                f"after them, which the next sync does. {why}"
            ) from None

    def _batch(self, part: Sequence[Decision]) -> None:
        """Carry out decisions in one transaction; where the database refuses it, in smaller ones, down to one each."""
        self.under_way = len(part)
        decided = dict(self.decided)
        try:
            with self.work.transaction() as connection:
                batch = Batch(connection, self.as_of)
                results = [self._of(batch, decision, decided) for decision in part]
                batch.write()
                batch.require_links()
                self.work.log(connection, results)
        except (DBAPIError, LinkRefused) as error:
            if len(part) > 1:
                middle = len(part) // 2
                self._batch(part[:middle])
                self._batch(part[middle:])
                return
            refused = f"The database refused it, and nothing was changed: {database_said(error)}"
            results = [_failed(part[0], refused if isinstance(error, DBAPIError) else str(error))]
            self.work.log_alone(results)
        else:
            self.decided = decided
        self._keep(results)

    def _of(self, batch: Batch, decision: Decision, decided: DecidedRows) -> DecisionResult:
        try:
            entity, link = self._linked(decision)
            return self._done(decision, carry_out(Case(batch, entity, link, decision, decided)))
        except SyncError as error:
            return _failed(decision, str(error))

    def _create(self, decision: Decision) -> None:
        """Carry out one create_administrate, with transactions around its request and none while it is under way."""
        self.under_way = 1
        try:
            entity, link = self._linked(decision)
            result = self._create_in_administrate(entity, link, decision)
        except (DatabaseGone, LockLost):
            raise
        except DBAPIError as error:
            result = _failed(decision, f"The database refused it, and nothing was changed: {database_said(error)}")
            self.work.log_alone([result])
        except SyncError as error:
            result = _failed(decision, str(error))
            self.work.log_alone([result])
        self._keep([result])

    def _create_in_administrate(self, entity: Entity[Any], link: Link, decision: Decision) -> DecisionResult:
        assert decision.stands_on is Side.TUTORIAL  # noqa: S101 - the action implies it, or it was refused
        with self.work.transaction() as connection:
            sides = Batch(connection, self.as_of).sides(entity, link)
            row = sides.row(decision.record, decision.key)
            place = (entity.name, decision.action, row.id)
            before = self.decided.get(place)
            target = None
            if before is None:
                refuse_other_partners(sides, row)
                target = target_of(connection, sides, entity, link, decision, self.rules)
        if target is None:
            result = self._done(decision, again(self.decided[place]))
            self.work.log_alone([result])
            return result
        made = CreateAdministrate(self.work, self.looks, self.rules, entity, decision, target).made()
        if made is not None:
            return self._take_in(entity, link, decision, target, made)
        sent = ", ".join(f"{name} {value!r}" for name, value in target.values.items())
        sentence = f"Created {entity.singular} {row.name!r} in Administrate ({sent}), and linked the two."
        self.decided[place] = ActionResult(str(row.id), row.name, sentence)
        result = self._done(decision, self.decided[place])
        self.work.log_alone([result])
        return result

    def _take_in(
        self, entity: Entity[Any], link: Link, decision: Decision, target: Target, made: MadeRecord
    ) -> DecisionResult:
        row, did = target.row, "Found" if made.is_adopted else "Created"
        is_there = f"{did} {entity.singular} {made.record.id} ({row.name}) in Administrate"
        try:
            with self.work.transaction() as connection:
                batch = Batch(connection, self.as_of)
                record = take_in(Case(batch, entity, link, decision, self.decided), row, made.record)
                batch.write()
                warnings = "".join(f" With a warning: {warning}" for warning in made.warnings)
                what = f"{did} {entity.singular} {record.external_id} ({record.name}) in Administrate"
                sentence = f"{what}, and linked it to tutorial row {row.id}.{warnings}"
                acted = ActionResult(str(row.id), row.name, sentence, record.external_id)
                result = self._done(decision, acted)
                self.work.log(connection, [result])
        except DBAPIError as error:
            raise DecisionRefused(f"{is_there}, and the database refused to link it: {database_said(error)}") from None
        except (DatabaseGone, LockLost) as gone:
            raise DatabaseGone(f"{is_there}, and linked nothing. {gone}") from None
        except SyncError as error:
            if made.is_adopted:
                raise
            raise DecisionRefused(f"{is_there}, and linked nothing. {error}") from None
        self.decided[entity.name, decision.action, row.id] = acted
        return result

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

    def _done(self, decision: Decision, acted: ActionResult) -> DecisionResult:
        outcome, sentence = self.work.worded(acted.sentence)
        side = decision.stands_on.value
        return DecisionResult(decision, outcome, sentence, side, acted.record_id, acted.name, acted.other_id)

    def _keep(self, results: Sequence[DecisionResult]) -> None:
        self.results += results
        self.touched |= {each.decision.entity for each in results if each.outcome is not DecisionOutcome.FAILED}

    def _end_early(self, decisions: Sequence[Decision], gone: SyncError) -> None:
        """Say of the decisions that are left that they were not carried out, where possible in the log as well."""
        done = len(self.results)
        lost, rest = decisions[done : done + self.under_way], decisions[done + self.under_way :]
        at = f"{done + 1} of {len(decisions)}"
        failed = [_failed(each, str(gone)) for each in lost]
        failed += [_failed(each, f"This was not tried: the run ended early, at decision {at}.") for each in rest]
        self.results += failed
        with suppress(SyncError, DBAPIError):
            self.work.log_alone(failed)


def _failed(decision: Decision, sentence: str) -> DecisionResult:
    side = decision.side or IMPLIED_SIDES.get(decision.action) or ""
    return DecisionResult(decision, DecisionOutcome.FAILED, sentence, str(side), decision.record, "", decision.link_to)


def _parts(decisions: Sequence[Decision]) -> Iterator[Sequence[Decision]]:
    """Yield the decisions in their order: each that needs Administrate by itself, the others together."""
    begin = 0
    for end, decision in enumerate(decisions):
        is_create = decision.action is Action.create_administrate
        if end > begin and (is_create or end - begin == TOGETHER):
            yield decisions[begin:end]
            begin = end
        if is_create:
            yield decisions[end : end + 1]
            begin = end + 1
    if begin < len(decisions):
        yield decisions[begin:]
