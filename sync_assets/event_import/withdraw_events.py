"""Take back events that an import has made: drafts without bookings go on both sides, everything else stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, func, or_, update

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.create_once import QUIET_SECONDS
from sync_assets.bridge.errors import BridgeError
from sync_assets.bridge.locks import tenant_lock
from sync_assets.bridge.migrate import require_current
from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.event_import.administrate_side.create_events import ours_of
from sync_assets.event_import.administrate_side.delete_events import delete_events
from sync_assets.event_import.administrate_side.event_records import Gone, ReadEvent, UnreadableEvent
from sync_assets.event_import.administrate_side.look_for_events import Wanted, find_control, look_for
from sync_assets.event_import.administrate_side.read_events import read_events
from sync_assets.event_import.administrate_side.sending import Sender
from sync_assets.event_import.writing.planned_event import PlannedEvent, load_planned
from sync_assets.text import match_key
from sync_assets.tutorial.layout import Layout, layout_of


class NoSuchEvents(BridgeError):
    """No planned event has the title or the upload that was named."""


class WithdrawalOutcome(StrEnum):
    """What became of a withdrawal."""

    WITHDRAWN = "withdrawn"
    WOULD_BE_WITHDRAWN = "would be withdrawn"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An event that was to be taken back; `sentence` says why it stays, None where it does not."""

    title: str
    outcome: WithdrawalOutcome
    tutorial_event_id: int | None
    external_id: str | None
    sentence: str | None = None


def withdraw_events(
    engine: Engine,
    client: AdministrateClient,
    *,
    titles: Sequence[str] = (),
    upload_keys: Sequence[str] = (),
    apply: bool = False,
    quiet_seconds: float = QUIET_SECONDS,
) -> list[Withdrawal]:
    """Take back the events of these titles and uploads, and return what became of each; without `apply`, what would.

    An event that is published, cancelled or booked stays, and so does one that a row of another program refers to.
    Running it again goes on where it stopped. Raises NoSuchEvents, AdministrateError, and BridgeError.
    """
    with tenant_lock(engine, exclusive=True) as lock:
        with engine.connect() as connection:
            require_current(connection)
            layout = layout_of(connection)
            events = _chosen(connection, titles, upload_keys)
            ids = [event.tutorial_event_id for event in events if event.tutorial_event_id is not None]
            references = layout.references(connection, ids)
        there = _there(client, events, timedelta(seconds=quiet_seconds))
        reasons = {event.id: _why_it_stays(event, there, references) for event in events}
        if apply:
            going = [event for event in events if reasons[event.id] is None]
            living = {
                event.id: found.external_id for event in going if isinstance(found := there.get(event.id), ReadEvent)
            }
            stayed = delete_events(client, Sender(client, 1, lock.require), list(living.values()))
            reasons |= {event_id: stayed.get(external_id) for event_id, external_id in living.items()}
            for event in going:
                if reasons[event.id] is None:
                    _delete_here(engine, layout, event)
    done = WithdrawalOutcome.WITHDRAWN if apply else WithdrawalOutcome.WOULD_BE_WITHDRAWN
    return [
        Withdrawal(
            event.title,
            WithdrawalOutcome.STAYS if reasons[event.id] else done,
            event.tutorial_event_id,
            event.external_id,
            reasons[event.id],
        )
        for event in events
    ]


def _chosen(connection: Connection, titles: Sequence[str], upload_keys: Sequence[str]) -> list[PlannedEvent]:
    keys = {match_key(title): title for title in titles}
    table = planned_events
    events = load_planned(connection, or_(table.c.title_key.in_(keys), table.c.upload_key.in_(upload_keys)))
    found = {event.title_key for event in events}
    missing = [f"event {title}" for key, title in keys.items() if key not in found]
    uploads = {event.upload_key for event in events}
    missing += [f"event of the upload {key}" for key in upload_keys if key not in uploads]
    if missing:
        raise NoSuchEvents(
            f"There is no {', no '.join(missing)} among the planned events. `sync-assets events list` shows them."
        )
    return events


Found = Mapping[int, ReadEvent | Gone | UnreadableEvent]


def _there(client: AdministrateClient, events: Sequence[PlannedEvent], quiet: timedelta) -> Found:
    """Read the events in Administrate; of one whose create has no answer, look whether it came to be."""
    control = find_control(client)
    ids = {event.id: event.external_id for event in events if event.external_id is not None}
    outstanding = [event for event in events if event.external_id is None and event.stamp.sent_at is not None]
    found: dict[int, ReadEvent | Gone | UnreadableEvent] = {}
    if outstanding:
        wanted = {event.id: Wanted(event.title, event.code) for event in outstanding}
        looked = look_for(client, list(wanted.values()), control)
        for event in outstanding:
            ours = ours_of(event, looked[wanted[event.id]]) if event.plan is not None else []
            if len(ours) == 1:
                ids[event.id] = ours[0].external_id
            elif ours:
                found[event.id] = UnreadableEvent(
                    f"Administrate has {len(ours)} events of it. Delete them there first."
                )
            else:
                found[event.id] = UnreadableEvent(
                    "A create was sent without an answer, and may still be carried out. Carry on with the import "
                    f"first: it looks again, at the latest {quiet.total_seconds():.0f} seconds after the create."
                )
    read = read_events(client, [id_ for id_ in ids.values() if id_], control)
    return found | {id_: read[external_id] for id_, external_id in ids.items() if external_id}


def _why_it_stays(event: PlannedEvent, there: Found, references: Mapping[int, Sequence[str]]) -> str | None:
    found = there.get(event.id)
    if isinstance(found, UnreadableEvent):
        return found.sentence
    if isinstance(found, ReadEvent):
        if found.lifecycle_state != "draft":
            return f"It is {found.lifecycle_state} in Administrate, and only drafts are deleted. Cancel it instead."
        if found.booked_places:
            return f"{found.booked_places} places are booked in Administrate."
    if event.tutorial_event_id is not None and (rows := references.get(event.tutorial_event_id)):
        return f"Rows of the tutorial application refer to it: {', '.join(rows)}."
    return None


def _delete_here(engine: Engine, layout: Layout, event: PlannedEvent) -> None:
    with engine.begin() as connection:
        if event.tutorial_event_id is not None:
            layout.delete_event(connection, event.tutorial_event_id)
        values: dict[str, Any] = {"state": EventState.WITHDRAWN, "tutorial_event_id": None, "next_try_at": None}
        connection.execute(
            update(planned_events).where(planned_events.c.id == event.id).values(**values, updated_at=func.now())
        )
