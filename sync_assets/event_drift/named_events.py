"""The linked events that people name: by an id in Administrate, a tutorial id, or a title."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection

from sync_assets.errors import SyncError
from sync_assets.event_drift.recorded_events import load_linked_rows
from sync_assets.text import match_key


class NoSuchEvent(SyncError):
    """A decision names an event that is not linked, or several."""


def named_events(connection: Connection, names: Iterable[str]) -> dict[str, str | Exception]:
    """Return the id in Administrate of each event that is named, or why none can be meant."""
    rows = load_linked_rows(connection)
    by_id = {row.external_id: row.external_id for row in rows}
    by_row = {str(row.tutorial_event_id): row.external_id for row in rows}
    by_title: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_title[match_key(row.title)].append(row.external_id)
    return {name: _one(name, by_id, by_row, by_title) for name in names}


def _one(name: str, by_id: dict[str, str], by_row: dict[str, str], by_title: dict[str, list[str]]) -> str | Exception:
    of_title = by_title.get(match_key(name), [])
    if name in by_id:
        return by_id[name]
    if len(of_title) > 1:
        return NoSuchEvent(f"Several events are titled {name}: {', '.join(of_title)}. Name one by its id.")
    if of_title:
        return of_title[0]
    if name in by_row:
        return by_row[name]
    return NoSuchEvent(
        f"No event that both sides have is called {name!r}: give its title or its id in Administrate, and sync the "
        "events if it is new."
    )
