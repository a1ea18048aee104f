"""The planned events as a table, for people."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, func, select

from sync_assets.bridge.planned_tables import EventState, planned_events

NEEDS_SOMETHING = (EventState.PLANNED, EventState.SENT, EventState.CREATED, EventState.REFUSED)


def read_planned(connection: Connection, *, unfinished: bool = False, upload_key: str | None = None) -> pd.DataFrame:
    """Return one row per planned event: title, state, both ids, why it is not as planned, and its upload.

    With `unfinished` only those that wait or were refused, those that need somebody first.
    """
    table = planned_events
    events = select(
        table.c.title,
        table.c.state,
        table.c.tutorial_event_id,
        table.c.external_id.label("administrate_id"),
        func.coalesce(table.c.refusal, table.c.failure).label("why"),
        table.c.next_try_at,
        table.c.upload_key.label("upload"),
    ).where(table.c.state != EventState.WITHDRAWN)
    if unfinished:
        events = events.where(table.c.state.in_(NEEDS_SOMETHING))
    if upload_key is not None:
        events = events.where(table.c.upload_key == upload_key)
    is_refused = (table.c.state == EventState.REFUSED).desc()
    frame = pd.read_sql(events.order_by(is_refused if unfinished else table.c.title, table.c.title), connection)
    return frame.astype({"tutorial_event_id": "Int64"})
