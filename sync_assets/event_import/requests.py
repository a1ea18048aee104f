"""Imports that have been asked for: whoever stores an upload says so here, and whoever starts runs reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from sync_assets.event_import.tables import event_uploads


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """An upload whose import was asked for, when, and with which options."""

    key: str
    requested_at: datetime
    options: Mapping[str, Any]


def request_import(connection: Connection, key: str, options: Mapping[str, Any], now: datetime) -> None:
    """Ask for a run of a stored upload with these options; asking again asks for another run."""
    table = event_uploads
    connection.execute(update(table).where(table.c.key == key).values(requested_at=now, options=dict(options)))


def requested_since(connection: Connection, since: datetime | None) -> list[ImportRequest]:
    """Return the requests since a moment, or all of them, the oldest first.

    Those of the hour before it come again: one that took long to commit may have been overlooked.
    """
    table = event_uploads
    asked = select(table.c.key, table.c.requested_at, table.c.options).where(table.c.requested_at.is_not(None))
    if since is not None:
        asked = asked.where(table.c.requested_at > since - timedelta(hours=1))
    return [ImportRequest(*row) for row in connection.execute(asked.order_by(table.c.requested_at, table.c.key))]
