"""The layout of February 2026: an event has dates of its own, and a product is what a variation makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, insert, select, update

from sync_assets.tutorial.catalogue import ExamSession, Product, ProductRow, product_from, read_names
from sync_assets.tutorial.events import NOT_KEPT, TutorialEvent
from sync_assets.tutorial.february_tables import (
    catalog_product_product_variations,
    catalog_product_variations,
    catalog_products,
    products,
    staff,
    tutorial_events,
    tutorial_sessions,
)
from sync_assets.tutorial.field_values import field_values
from sync_assets.tutorial.lengths import Misfit, misfits
from sync_assets.tutorial.references import references_to
from sync_assets.tutorial.tables import catalog_exam_session_subjects, catalog_exam_sessions, catalog_subjects
from sync_assets.tutorial.tutorial_rows import SESSION_COLUMNS, Span, TutorialRows
from sync_assets.tutorial.whole_rows import EVENT_COLUMNS, WholeEvents, whole_event
from sync_assets.tutorial.zones import APPLICATION_ZONE

TUTORIAL: Final = "Tutorial"
"""The type of the variation whose products events belong to."""
_COLUMNS: Final = {
    "title": "code",
    "product_id": "product_id",
    "location_id": "location_id",
    "venue_id": "venue_id",
    "finalisation_date": "finalisation_date",
    "sold_out": "is_soldout",
}
_FIELDS: Final = {column: name for name, column in _COLUMNS.items()}


class February(TutorialRows):
    """The tables of February 2026."""

    name = "February 2026"
    kept_fields = frozenset(_COLUMNS)
    kept_session_fields = frozenset({*SESSION_COLUMNS, "instructor_ids"})
    events = tutorial_events
    sessions = tutorial_sessions
    event_fields = _FIELDS

    def _bridge_misfits(self, event: TutorialEvent) -> Iterator[Misfit]:
        if isinstance(self._bridge_events, WholeEvents):
            sources = {column: name for name, column in EVENT_COLUMNS.items()}
            row = whole_event(field_values(event), event.zone)
            yield from misfits(self._bridge_events.table, row, sources)

    def _event_row(self, event: TutorialEvent) -> dict[str, Any]:
        start, end = event.first_start or event.lms_start, event.last_end or event.lms_end
        if start is None or end is None:
            raise ValueError(f"The event {event.title} has neither sessions nor a window of LMS access.")
        return {
            **{column: getattr(event, name) for name, column in _COLUMNS.items()},
            "remain_space": event.max_places or 0,
            "start_date": _day(start, event.zone),
            "end_date": _day(end, event.zone),
        }

    def _changed_columns(self, connection: Connection, event_id: int, changes: Mapping[str, Any]) -> dict[str, Any]:
        values = {column: changes[name] for name, column in _COLUMNS.items() if name in changes}
        if "max_places" in changes:
            before = self._bridge_events.max_places(connection, event_id)
            values |= self._remaining_space(connection, event_id, before, changes["max_places"])
        if self._span(connection, event_id) == (None, None):
            zone = self._zone(connection, event_id, changes)
            for name, column in (("lms_start", "start_date"), ("lms_end", "end_date")):
                if changes.get(name) is not None:
                    values[column] = _day(changes[name], zone)
        return values

    def _event_values(self, row: Row[Any], sessions: Sequence[Row[Any]]) -> dict[str, Any]:
        kept = {name: row._mapping[column] for name, column in _COLUMNS.items()}
        return {each.name: kept.get(each.name, NOT_KEPT) for each in fields(TutorialEvent)}

    def _follow_span(self, connection: Connection, event_id: int, before: Span, after: Span) -> None:
        start, end = after
        if after == before or start is None or end is None:
            return
        zone = self._zone(connection, event_id, {})
        values = {"start_date": _day(start, zone), "end_date": _day(end, zone)}
        connection.execute(update(tutorial_events).where(tutorial_events.c.id == event_id).values(values))

    def _zone(self, connection: Connection, event_id: int, changes: Mapping[str, Any]) -> str:
        """Return the zone of an event, which no table of `acted` knows, or the application's own."""
        return changes.get("zone") or self._bridge_events.zone(connection, event_id) or APPLICATION_ZONE

    def remove_session(self, connection: Connection, session_id: int, now: datetime) -> str | None:
        """Delete a session with its instructors: the layout has no way to say that it is cancelled.

        Returns a sentence where it had to stay, since a row of another program refers to it; None otherwise.
        """
        place = self._place(connection, session_id)
        if place is None:
            return None
        event_id, day = place
        if rows := references_to(connection, "acted.tutorial_sessions", [session_id]).get(session_id):
            return (
                f"Tutorial session {session_id} (day {day}) stays, since other rows refer to it: {', '.join(rows)}. "
                "Remove it in the tutorial application."
            )
        before = self._span(connection, event_id)
        self._bridge_sessions.cancel(connection, event_id, session_id, day, now)
        self._delete_sessions(connection, [session_id])
        self._follow_span(connection, event_id, before, self._span(connection, event_id))
        return None

    def insert_staff(self, connection: Connection, user_id: int, first_name: str, last_name: str, now: datetime) -> int:
        """Insert the row of `acted.staff` that an instructor needs and return its id."""
        row = {"user_id": user_id, "created_at": now, "updated_at": now}
        return int(connection.execute(insert(staff).values(row).returning(staff.c.id)).scalar_one())

    def exam_sessions(self, connection: Connection) -> list[ExamSession]:
        """Return the exam sessions."""
        table = catalog_exam_sessions
        rows = connection.execute(select(table.c.id, table.c.session_code, table.c.end_date).order_by(table.c.id))
        return [ExamSession(row.id, row.session_code, row.end_date.date() if row.end_date else None) for row in rows]

    def products(self, connection: Connection) -> list[Product]:
        """Return the products of tutorials, those that are no longer sold included."""
        sold, offered, combined = products, catalog_exam_session_subjects, catalog_product_product_variations
        subject, session = catalog_subjects, catalog_exam_sessions
        catalogued, variation = catalog_products, catalog_product_variations
        rows = connection.execute(
            select(
                sold.c.id,
                sold.c.product_code,
                sold.c.is_active,
                subject.c.code.label("subject_code"),
                session.c.id.label("session_id"),
                session.c.session_code,
                catalogued.c.code.label("catalog_code"),
                variation.c.code.label("variation_code"),
            )
            .select_from(sold)
            .join(offered, offered.c.id == sold.c.exam_session_subject_id)
            .join(subject, subject.c.id == offered.c.subject_id)
            .join(session, session.c.id == offered.c.exam_session_id)
            .join(combined, combined.c.id == sold.c.product_product_variation_id)
            .join(catalogued, catalogued.c.id == combined.c.product_id)
            .join(variation, variation.c.id == combined.c.product_variation_id)
            .where(variation.c.variation_type == TUTORIAL)
            .order_by(sold.c.id)
        ).all()
        names = read_names(connection)
        return [
            product_from(
                ProductRow(
                    id=row.id,
                    code=row.product_code,
                    subject_code=row.subject_code,
                    exam_session_id=row.session_id,
                    exam_session_code=row.session_code,
                    is_active=row.is_active,
                    format_code=row.variation_code,
                    other_codes=(row.catalog_code,),
                ),
                names,
            )
            for row in rows
        ]


def _day(moment: datetime, zone: str) -> date:
    """Return the day of a moment in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()
