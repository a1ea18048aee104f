"""Drafts of Administrate that bear our key and that no planned event has: found, and with leave removed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, select

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.create_once import NO_PREFIX
from sync_assets.bridge.locks import tenant_lock
from sync_assets.bridge.migrate import require_current
from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.event_import.administrate_side.delete_events import delete_events
from sync_assets.event_import.administrate_side.look_for_events import FoundEvent, events_of_prefix
from sync_assets.event_import.administrate_side.sending import Sender


def remove_stray_drafts(
    engine: Engine, client: AdministrateClient, prefix: str, *, apply: bool = False
) -> tuple[Sequence[FoundEvent], dict[str, str]]:
    """Return the stray drafts, and why each that stays was not removed, by id; without `apply` none is removed.

    A draft whose create is still without an answer is not a stray: the event that it belongs to is looked for first.
    Raises AdministrateError and BridgeError.
    """
    if not prefix.strip() or prefix.strip().casefold() == NO_PREFIX:
        return [], {}
    with tenant_lock(engine, exclusive=True) as lock:
        with engine.connect() as connection:
            require_current(connection)
            table = planned_events
            rows = connection.execute(
                select(table.c.external_id, table.c.code, table.c.state).where(table.c.state != EventState.WITHDRAWN)
            ).all()
        owned = {row.external_id for row in rows if row.external_id}
        awaited = {row.code for row in rows if row.external_id is None}
        strays = [
            event
            for event in events_of_prefix(client, prefix.strip())
            if event.lifecycle_state == "draft" and event.external_id not in owned and event.code not in awaited
        ]
        reasons: dict[str, str] = {}
        if apply:
            ids = [event.external_id for event in strays]
            reasons = delete_events(client, Sender(client, 1, lock.require), ids)
    return strays, reasons
