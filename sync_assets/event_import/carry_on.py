"""Go on with what is planned and not yet so, from the record alone: no file is read, and no reference data of today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, or_

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.create_once import QUIET_SECONDS
from sync_assets.bridge.locks import tenant_lock
from sync_assets.bridge.migrate import require_current
from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.event_import.administrate_side.bring_about import bring_about
from sync_assets.event_import.administrate_side.run import AdministrateRun
from sync_assets.event_import.administrate_side.sending import Sender
from sync_assets.event_import.import_options import MUTATIONS_PER_REQUEST, PATIENCE_SECONDS
from sync_assets.event_import.writing.journal import Journal
from sync_assets.event_import.writing.planned_event import PlannedEvent, load_planned
from sync_assets.tutorial.layout import layout_of

UNFINISHED = (EventState.PLANNED, EventState.SENT, EventState.CREATED)


@dataclass(frozen=True, slots=True)
class CarriedOn:
    """What became of unfinished events: those that are as planned now, those that wait, those that need somebody."""

    agreed: tuple[PlannedEvent, ...]
    waiting: tuple[PlannedEvent, ...]
    refused: tuple[PlannedEvent, ...]
    unavailable: str | None
    mutations_sent: int

    @property
    def is_success(self) -> bool:
        """Whether nothing waits and nothing was refused."""
        return not self.waiting and not self.refused and self.unavailable is None

    @property
    def words(self) -> str:
        """The counts, and why the first is not done."""
        first = next((event.refusal or event.failure for event in (*self.refused, *self.waiting)), None)
        counts = f"{len(self.agreed)} completed, {len(self.waiting)} waiting, {len(self.refused)} refused."
        return " ".join(part for part in (counts, self.unavailable or first) if part)


def carry_on(
    engine: Engine,
    client: AdministrateClient,
    *,
    now: datetime | None = None,
    quiet_seconds: float = QUIET_SECONDS,
    patience_seconds: float = PATIENCE_SECONDS,
    tell: Callable[[PlannedEvent], None] | None = None,
) -> CarriedOn:
    """Bring about what is planned, of the events whose next try is due; all of them where `now` is None.

    Raises BridgeError: TenantBusy where another run is writing, LockLost where another may be.
    """
    with tenant_lock(engine, exclusive=True) as lock:
        with engine.connect() as connection:
            require_current(connection)
            layout = layout_of(connection)
            events = due_events(connection, now)
        sender = Sender(client, MUTATIONS_PER_REQUEST, lock.require)
        run = AdministrateRun(
            client, sender, Journal(engine, layout), tell or (lambda _: None), timedelta(seconds=quiet_seconds)
        )
        error = bring_about(run, events, patience=patience_seconds) if events else None
    return CarriedOn(
        tuple(event for event in events if event.state is EventState.AGREED),
        tuple(event for event in events if event.state in UNFINISHED),
        tuple(event for event in events if event.state is EventState.REFUSED),
        str(error) if error else None,
        sender.mutations_sent,
    )


def due_events(connection: Connection, now: datetime | None) -> list[PlannedEvent]:
    """Return the unfinished events whose next try is due at a moment; all of them for None.

    An event of a former version without a plan is left out: its upload has to run again.
    """
    table = planned_events
    where: list[ColumnElement[bool]] = [table.c.state.in_(UNFINISHED), table.c.plan.is_not(None)]
    if now is not None:
        where.append(or_(table.c.next_try_at.is_(None), table.c.next_try_at <= now.astimezone(UTC)))
        where.append(or_(table.c.tries == 0, table.c.next_try_at.is_not(None)))
    return load_planned(connection, *where)
