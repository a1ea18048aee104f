"""How planned events stand in Administrate: draft, published or cancelled, on sale, sold out. As SQL.

What the last sync has read counts. Of an event that no sync has seen yet, what its import and actions have agreed on
with Administrate counts; it began as a draft.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, and_, case, cast, func, literal, true
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH

from sync_assets.bridge.planned_tables import planned_events
from sync_assets.entities.events import TABLE
from sync_assets.event_import.planning.fields import LIFECYCLE_STATE, SOLD_OUT


class Lifecycle(StrEnum):
    """The states of an event's life in Administrate."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


IS_SEEN: Final = and_(TABLE.c.external_id == planned_events.c.external_id, TABLE.c.removed_at.is_(None))
"""On what a planned event is joined with what the last sync has read of it."""


def _agreed(field: str) -> ColumnElement[Any]:
    """Return a field of the event, as text, as both sides last agreed on it there; null where they did not."""
    # A path that is not strict would look for rows within each row.
    path = cast(literal("strict $.there[*] ? (@[0] == null && @[1] == $field)[2]"), JSONPATH)
    found = func.jsonb_path_query_first(planned_events.c.agreed, path, cast({"field": field}, JSONB), true())
    return func.jsonb_extract_path_text(func.jsonb_build_array(found), "0")


_IS_SEEN: Final = TABLE.c.id.is_not(None)
_IS_THERE: Final = planned_events.c.external_id.is_not(None)
LIFECYCLE: Final = case(
    (_IS_SEEN, TABLE.c.lifecycle_state),
    (_IS_THERE, func.coalesce(_agreed(LIFECYCLE_STATE), literal(Lifecycle.DRAFT.value))),
)
"""A value of `Lifecycle`; null where Administrate has no such event."""
ON_SALE: Final = case(
    (_IS_SEEN, TABLE.c.web_sale.is_(True)),
    (_IS_THERE, func.coalesce(cast(planned_events.c.plan["web_sale"].astext, Boolean), False)),
)
SOLD_OUT_THERE: Final = case(
    (_IS_SEEN, TABLE.c.is_sold_out.is_(True)),
    (_IS_THERE, func.coalesce(cast(_agreed(SOLD_OUT), Boolean), False)),
)
