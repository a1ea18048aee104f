"""Decisions about differences of events, from what was decided to its report. Knows nothing of how it is run.

Events are read from Administrate before anything is done, so that a decision is about what both sides have now. What
does not differ any more is left out: a second run sends nothing. A run that is killed after something was sent leaves
two sides that have the same, and the next comparison sees that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.errors import AdministrateError
from sync_assets.administrate.payload_errors import errors_of_payload
from sync_assets.bridge.decision_log import DecisionEntry, record_decisions
from sync_assets.bridge.locks import tenant_lock
from sync_assets.bridge.migrate import require_current
from sync_assets.bridge.writing import write_some_rows
from sync_assets.entities import ENTITIES
from sync_assets.event_drift.both_names import BothNames
from sync_assets.event_drift.compare_events import compare_some
from sync_assets.event_drift.drift_decision import (
    DriftChoice,
    DriftDecision,
    DriftOutcome,
    DriftReport,
    DriftResult,
)
from sync_assets.event_drift.keep_agreement import keep_agreement, write_here
from sync_assets.event_drift.linked_event import LinkedEvent
from sync_assets.event_drift.load_events import EventsOfBothSides, load_events
from sync_assets.event_drift.named_events import named_events
from sync_assets.event_drift.record_drift import leave_apart
from sync_assets.event_drift.settle_fields import Settlement, send_ours, take_theirs
from sync_assets.event_drift.three_way import Difference, compare_sides
from sync_assets.event_import.administrate_side.batches import Mutation
from sync_assets.event_import.administrate_side.event_records import ReadEvent
from sync_assets.event_import.administrate_side.look_for_events import find_control
from sync_assets.event_import.administrate_side.read_events import read_events
from sync_assets.event_import.administrate_side.run import refusal
from sync_assets.event_import.administrate_side.sending import Payload, Sender
from sync_assets.event_import.import_options import MUTATIONS_PER_REQUEST
from sync_assets.event_import.planning.fields import Field
from sync_assets.text import match_key
from sync_assets.tutorial.errors import TutorialRowRefused
from sync_assets.tutorial.layout import Layout, layout_of

LOGGED_AS = "events"
"""The entity under which these decisions stand in the log of decisions."""


@dataclass(slots=True, eq=False)
class _Work:
    """A decision about an event on its way: what differs, what is left to do, and what was said of it."""

    decision: DriftDecision
    event: LinkedEvent
    differences: Sequence[Difference] = ()
    settlement: Settlement | None = None
    open_mutations: int = 0
    said: list[str] = field(default_factory=list)
    is_kept: bool = False

    @property
    def is_done(self) -> bool:
        return self.is_kept and not self.said and self.open_mutations == 0


def decide_drift(
    engine: Engine,
    client: AdministrateClient,
    decisions: Sequence[DriftDecision],
    *,
    who: str = "not named",
    run_id: str | None = None,
    dry_run: bool = True,
    mutations_per_request: int = MUTATIONS_PER_REQUEST,
) -> DriftReport:
    """Carry out decisions, each by itself; a dry run unless told otherwise.

    What cannot be done about a field is in the report. Raises AdministrateError where the events cannot be read,
    TutorialTablesUnknown, and BridgeError: TenantBusy where another run is writing, LockLost where another may be.
    """
    before = client.requests_sent
    with _alone(engine, dry_run=dry_run) as guard:
        with engine.connect() as connection:
            require_current(connection)
            layout = layout_of(connection)
            named = named_events(connection, [each.event for each in decisions])
        ids = list(dict.fromkeys(id_ for id_ in named.values() if not isinstance(id_, Exception)))
        read = read_events(client, ids, find_control(client)) if ids else {}
        there = {id_: event for id_, event in read.items() if isinstance(event, ReadEvent)}
        with engine.connect() as connection:
            loaded = load_events(connection, layout, ids, there)
        results: list[DriftResult] = []
        works: list[_Work] = []
        events = {event.external_id: event for event in loaded.events}
        for decision in decisions:
            _prepare(decision, named[decision.event], events, loaded, works, results)
        sender = Sender(client, mutations_per_request, guard, "DecideDrift")
        if not dry_run:
            _carry_out(engine, layout, sender, works, who)
            _refresh(engine, client, layout, ids)
        results += [result for work in works for result in _results(work, loaded.both, dry_run=dry_run)]
        if not dry_run:
            with engine.begin() as connection:
                record_decisions(connection, [_entry(each, who, run_id) for each in results])
    return DriftReport(dry_run, results, client.requests_sent - before, sender.mutations_sent)


@contextmanager
def _alone(engine: Engine, *, dry_run: bool) -> Iterator[Callable[[], None]]:
    """Hold the lock on the tenant, and give what raises where it is lost; a dry run writes nothing and needs none."""
    if dry_run:
        yield lambda: None
    else:
        with tenant_lock(engine, exclusive=True) as lock:
            yield lock.require


def _prepare(
    decision: DriftDecision,
    named: str | Exception,
    events: dict[str, LinkedEvent],
    loaded: EventsOfBothSides,
    works: list[_Work],
    results: list[DriftResult],
) -> None:
    """Find out what is left to do for a decision; what follows from it for later ones is put into `events`."""
    if isinstance(named, Exception):
        results.append(DriftResult(decision, decision.event, "", "", DriftOutcome.REFUSED, str(named)))
        return
    event = events.get(named)
    if event is None:
        why = (
            f"The event {named} cannot be compared: Administrate or the tutorial side does not show it, or its import "
            "is not done yet."
        )
        results.append(DriftResult(decision, decision.event, named, "", DriftOutcome.REFUSED, why))
        return
    comparison = compare_sides(event.seen, event.agreed, event.fields, loaded.both.is_same)
    wanted = {match_key(name) for name in decision.fields}
    chosen = [each for each in comparison.differences if not wanted or match_key(str(each.field)) in wanted]
    found = {match_key(str(each.field)) for each in chosen}
    missing = [name for name in decision.fields if match_key(name) not in found]
    if not decision.fields and not chosen:
        missing = ["all fields"]
    nothing = "The two sides do not differ there."
    results += [
        DriftResult(decision, event.title, event.external_id, name, DriftOutcome.NOTHING_TO_DO, nothing)
        for name in missing
    ]
    if not chosen:
        return
    work = _Work(decision, event, chosen)
    match decision.choice:
        case DriftChoice.take_theirs:
            work.settlement = take_theirs(event, chosen, loaded.names, loaded.both)
        case DriftChoice.send_ours:
            work.settlement = send_ours(event, chosen, loaded.names)
        case DriftChoice.leave_apart:
            pass
    if work.settlement is not None:
        events[named] = event.agreeing(work.settlement.agreed, work.settlement.plan)
    works.append(work)


def _carry_out(engine: Engine, layout: Layout, sender: Sender, works: Sequence[_Work], who: str) -> None:
    sending = [_Sent(work, mutation) for work in works if work.settlement for mutation in work.settlement.mutations]
    for work in works:
        work.open_mutations = sum(each.work is work for each in sending)
    error: AdministrateError | None = None
    try:
        sender.send_all(sending, _Send())
    except AdministrateError as problem:
        error = problem
    for work in works:
        if work.open_mutations and not work.said:
            work.said.append(str(error) if error else _NO_ANSWER)
        if not work.said:
            _keep(engine, layout, work, who)


_NO_ANSWER = "Something was sent without an answer. The next comparison shows what Administrate has; then decide again."


def _keep(engine: Engine, layout: Layout, work: _Work, who: str) -> None:
    """Write down here what was decided, in one transaction per event."""
    try:
        with engine.begin() as connection:
            if work.settlement is None:
                fields = [each.field for each in work.differences]
                leave_apart(connection, work.event.external_id, fields, who, work.decision.reason)
            elif work.settlement.fields:
                write_here(connection, layout, work.event, work.settlement, datetime.now(UTC))
                keep_agreement(connection, work.event, work.settlement.agreed, work.settlement.plan)
        work.is_kept = True
    except TutorialRowRefused as error:
        work.said.append(str(error))


@dataclass(frozen=True, slots=True, eq=False)
class _Sent:
    """A mutation, and the decision that it belongs to."""

    work: _Work
    mutation: Mutation


class _Send:
    """Sends what may be sent twice: every mutation sets a value, or books whom Administrate books once."""

    def mutation(self, item: _Sent) -> Mutation:
        return item.mutation

    def before(self, items: Sequence[_Sent]) -> None:
        """Nothing has to be known of them afterwards: the next comparison shows what was carried out."""

    def answered(self, answers: Sequence[tuple[_Sent, Payload]]) -> None:
        for item, payload in answers:
            if errors_of_payload(payload) or not payload.get(item.mutation.group):
                item.work.said.append(refusal(item.mutation.name, payload))
            else:
                item.work.open_mutations -= 1

    def not_done(self, items: Sequence[_Sent], sentence: str | None) -> None:
        for item in items if sentence else ():
            item.work.said.append(sentence or "")

    def unknown(self, items: Sequence[_Sent], sentence: str) -> None:
        del sentence
        for item in items:
            item.work.said.append(_NO_ANSWER)


def _refresh(engine: Engine, client: AdministrateClient, layout: Layout, ids: Sequence[str]) -> None:
    """Bring our rows of these events to what Administrate says now, and compare them anew."""
    if not ids:
        return
    for name in ("events", "sessions"):
        entity = ENTITIES[name]
        reading = entity.reads.those(client, ids, ())
        rows = [row for record in reading.records for row in entity.rows(record)]
        with engine.begin() as connection:
            write_some_rows(connection, entity.table, rows, key=entity.key, what=entity.plural)
    with engine.begin() as connection:
        compare_some(connection, layout, (), ids)


def _results(work: _Work, both: BothNames, *, dry_run: bool) -> Iterator[DriftResult]:
    refused: Mapping[Field, str] = work.settlement.refused if work.settlement else {}
    for each in work.differences:
        if each.field in refused:
            outcome, sentence = DriftOutcome.REFUSED, refused[each.field]
        elif dry_run:
            outcome, sentence = DriftOutcome.WOULD_BE_DONE, _sentence(work, each, both)
        elif work.is_done:
            outcome, sentence = DriftOutcome.DONE, _sentence(work, each, both)
        else:
            outcome, sentence = DriftOutcome.NOT_FINISHED, " ".join(dict.fromkeys(work.said))
        yield DriftResult(work.decision, work.event.title, work.event.external_id, str(each.field), outcome, sentence)


def _sentence(work: _Work, each: Difference, both: BothNames) -> str:
    here, there = both.text_here(each.field, each.here), both.text_there(each.field, each.there)
    match work.decision.choice:
        case DriftChoice.take_theirs:
            return f"here: {here} to {there}"
        case DriftChoice.send_ours:
            return f"in Administrate: {there} to {here}"
        case DriftChoice.leave_apart:
            return f"{here} here and {there} in Administrate stay"


def _entry(result: DriftResult, who: str, run_id: str | None) -> DecisionEntry:
    return DecisionEntry(
        who=who,
        entity=LOGGED_AS,
        side="administrate",
        record_id=result.external_id,
        name=result.title,
        action=result.decision.choice.value,
        reason=result.decision.reason,
        run_id=run_id,
        dry_run=False,
        outcome=result.outcome.value,
        sentence=f"{result.field}: {result.sentence}",
    )
