"""Which events of a sitting or an upload have no plan that could be written, and the sentences that name them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection, select

from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.entities.events import TABLE as EVENTS
from sync_assets.event_import.workbook.sittings import is_sitting

MOST_NAMED: Final = 10


def events_left_out(connection: Connection, sitting: str | None, upload_key: str | None) -> Iterator[str]:
    """Yield a sentence for each kind of event without a plan: of a former version, or planned by no upload.

    Those that no upload planned are events which both sides have, as the last sync has read and linked them.
    """
    living = planned_events.c.state != EventState.WITHDRAWN
    if upload_key is not None:
        former = select(planned_events.c.title).where(
            living, planned_events.c.plan.is_(None), planned_events.c.upload_key == upload_key
        )
        yield from _sentence(
            sorted(connection.scalars(former)), "of the upload are of a former version, which kept no plan"
        )
    if sitting is not None:
        with_plan = select(planned_events.c.external_id).where(
            living, planned_events.c.plan.is_not(None), planned_events.c.external_id.is_not(None)
        )
        linked = select(EVENTS.c.title, EVENTS.c.sitting).where(
            EVENTS.c.removed_at.is_(None),
            EVENTS.c.tutorial_event_id.is_not(None),
            EVENTS.c.external_id.not_in(with_plan),
        )
        titles = [row.title for row in connection.execute(linked) if is_sitting(row.sitting, sitting)]
        yield from _sentence(sorted(titles), "of the sitting are linked and planned by no upload")


def _sentence(titles: Sequence[str], what: str) -> Iterator[str]:
    if not titles:
        return
    count = "1 event" if len(titles) == 1 else f"{len(titles)} events"
    words = what.replace(" are ", " is ", 1) if len(titles) == 1 else what
    more = len(titles) - MOST_NAMED
    named = ", ".join(titles[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    yield f"{count} {words}, so {'it is' if len(titles) == 1 else 'they are'} left out: {named}."
