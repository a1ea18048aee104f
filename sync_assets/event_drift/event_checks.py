"""What should not be so of events, whatever both sides say: read from what the last sync has read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pandas as pd
from sqlalchemy import ColumnElement, Connection, and_, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from sync_assets.bridge.planned_tables import planned_sessions
from sync_assets.entities.events import LAST_DAY, is_open
from sync_assets.entities.events import TABLE as EVENTS
from sync_assets.entities.sessions import TABLE as SESSIONS

FINALISATION_NEAR: Final = timedelta(days=14)
"""How long before its finalisation date a draft is reported, unless a setting says otherwise."""
COLUMNS: Final = ("title", "sitting", "state", "why", "administrate_id", "tutorial_event_id")


@dataclass(frozen=True, slots=True)
class EventCheck:
    """A check: what it says in words after a number of events, its condition, and why an event is reported.

    The condition is that of a day, and of how long before its finalisation date a draft is reported.
    """

    words: str
    condition: Callable[[date, timedelta], ColumnElement[bool]]
    why: Callable[[Any], str]


_DRAFT_SESSIONS: Final = (
    select(func.count())
    .select_from(SESSIONS)
    .where(
        SESSIONS.c.event_id == EVENTS.c.external_id,
        SESSIONS.c.removed_at.is_(None),
        SESSIONS.c.lifecycle_state == "draft",
    )
    .scalar_subquery()
)
_OTHERS: Final = SESSIONS.alias("others")
_PLANNED: Final = select(planned_sessions.c.external_id).where(planned_sessions.c.external_id.is_not(None))
_DAY_IS_TAKEN: Final = exists().where(
    _OTHERS.c.event_id == SESSIONS.c.event_id,
    _OTHERS.c.day == SESSIONS.c.day,
    _OTHERS.c.removed_at.is_(None),
    _OTHERS.c.lifecycle_state != "cancelled",
    or_(_OTHERS.c.external_id.in_(_PLANNED), _OTHERS.c.id < SESSIONS.c.id),
)
_WITHOUT_A_DAY: Final = (
    select(func.string_agg(SESSIONS.c.title, aggregate_order_by(literal(", "), SESSIONS.c.id)))
    .where(
        SESSIONS.c.event_id == EVENTS.c.external_id,
        SESSIONS.c.removed_at.is_(None),
        SESSIONS.c.lifecycle_state != "cancelled",
        SESSIONS.c.external_id.not_in(_PLANNED),
        or_(SESSIONS.c.day.is_(None), _DAY_IS_TAKEN),
    )
    .scalar_subquery()
)
"""The titles of the sessions that are compared with nothing: no plan knows them, and no day is theirs alone."""
_PUBLISHED: Final = EVENTS.c.lifecycle_state == "published"
_LIVING: Final = EVENTS.c.lifecycle_state != "cancelled"
_ON_SALE: Final = EVENTS.c.web_sale.is_(True)

EVENT_CHECKS: Final[Mapping[str, EventCheck]] = {
    "published_with_draft_sessions": EventCheck(
        "events are published, and sessions of them are not",
        lambda *_: and_(_PUBLISHED, _DRAFT_SESSIONS > 0),
        lambda row: f"{row.draft_sessions} of its sessions are drafts",
    ),
    "sessions_without_a_day": EventCheck(
        "events that both sides have with sessions in Administrate that have no day, or that of another one",
        lambda today, _: and_(EVENTS.c.tutorial_event_id.is_not(None), is_open(today)[0], _WITHOUT_A_DAY.is_not(None)),
        lambda row: str(row.without_a_day),
    ),
    "on_sale_and_not_published": EventCheck(
        "events are on sale and not published",
        lambda *_: and_(_ON_SALE, ~_PUBLISHED),
        lambda row: f"it is on sale and {row.lifecycle_state}",
    ),
    "full_and_not_sold_out": EventCheck(
        "events have no place left and are not sold out",
        lambda *_: and_(_LIVING, EVENTS.c.remaining_places <= 0, EVENTS.c.is_sold_out.is_not(True)),
        lambda row: f"{row.booked_places} of {row.max_places} places are booked",
    ),
    "draft_near_finalisation": EventCheck(
        "events are drafts and are to be final soon",
        lambda today, near: and_(
            EVENTS.c.lifecycle_state == "draft",
            EVENTS.c.finalisation_date <= today + near,
            or_(LAST_DAY.is_(None), today <= LAST_DAY),
        ),
        lambda row: f"it is to be final on {row.finalisation_date:%d/%m/%Y}",
    ),
    "over_and_on_sale": EventCheck(
        "events are over and still on sale",
        lambda today, _: and_(_ON_SALE, _LIVING, today > LAST_DAY),
        lambda row: f"it ended on {row.last_day:%d/%m/%Y}",
    ),
}
"""The checks by name."""


def read_event_check(
    connection: Connection, name: str, today: date | None = None, finalisation_near: timedelta = FINALISATION_NEAR
) -> pd.DataFrame:
    """Return the events that a check tells of, with the columns of `COLUMNS`; `today` is a day in UTC."""
    check = EVENT_CHECKS[name]
    day = today or datetime.now(UTC).date()
    rows = connection.execute(
        select(
            EVENTS,
            _DRAFT_SESSIONS.label("draft_sessions"),
            _WITHOUT_A_DAY.label("without_a_day"),
            LAST_DAY.label("last_day"),
        )
        .where(EVENTS.c.removed_at.is_(None), check.condition(day, finalisation_near))
        .order_by(EVENTS.c.sitting, EVENTS.c.title, EVENTS.c.id)
    ).all()
    return pd.DataFrame(
        [
            (
                row.title,
                row.sitting or "",
                row.lifecycle_state,
                check.why(row),
                row.external_id,
                row.tutorial_event_id,
            )
            for row in rows
        ],
        columns=list(COLUMNS),
    )
