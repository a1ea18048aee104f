"""Which tutorial events are open: not cancelled, and not over."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, DateTime, and_, cast, column, func, not_, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from sync_assets.tutorial.pairs import event_pairs
from sync_assets.tutorial.tables import tutorial_events, tutorial_sessions

_CANCELLED: Final = "cancelled"


def is_open_row(day: date) -> ColumnElement[bool]:
    """Say of rows of `tutorial_events`, in either layout, whether they are open on a day in UTC.

    An event is over when its last session and its LMS access have ended before that day. One of which no end is known
    is open.
    """
    # To JSON, since some columns are there in one layout only.
    event, copy = _as_json(tutorial_events.name), _as_json(event_pairs.name)
    event_id, end = tutorial_events.c.id, func.greatest(_day(event["end_date"]), _day(event["lms_end_date"]))
    sessions = select(tutorial_sessions.c.tutorial_event_id).where(
        func.coalesce(_as_json(tutorial_sessions.name)[_CANCELLED].astext, "false") != "true"
    )
    copies = select(event_pairs.c.tutorial_event_id).where(event_pairs.c.tutorial_event_id.is_not(None))
    last, copied_end = cast(tutorial_sessions.c.end_date, Date), _day(copy["lms_end_date"])
    return and_(
        not_(_is_cancelled(event)),
        event_id.not_in(copies.where(_is_cancelled(copy))),
        or_(
            func.coalesce(end >= day, False),
            event_id.in_(sessions.where(last >= day)),
            event_id.in_(copies.where(copied_end >= day)),
            and_(
                end.is_(None),
                event_id.not_in(sessions.where(last.is_not(None))),
                event_id.not_in(copies.where(copied_end.is_not(None))),
            ),
        ),
    )


def _as_json(table: str) -> Any:
    return func.to_jsonb(column(table), type_=JSONB)


def _day(value: Any) -> ColumnElement[Any]:
    return cast(cast(func.nullif(value.astext, ""), DateTime(timezone=True)), Date)


def _is_cancelled(row: Any) -> ColumnElement[bool]:
    state = func.lower(func.coalesce(row["lifecycle_state"].astext, ""))
    return or_(func.coalesce(row[_CANCELLED].astext, "") == "true", state == _CANCELLED)
