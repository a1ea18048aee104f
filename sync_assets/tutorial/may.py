"""The layout of May 2026: the event holds what Administrate says of it, and a product is one of tutorials by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from sync_assets.tutorial.catalogue import ExamSession, Product, ProductRow, product_from, read_names
from sync_assets.tutorial.events import NOT_KEPT, TutorialEvent
from sync_assets.tutorial.field_values import field_values
from sync_assets.tutorial.lengths import misfits
from sync_assets.tutorial.may_tables import (
    catalog_exam_sessions,
    products,
    purchasables,
    staff,
    tutorial_events,
    tutorial_products,
    tutorial_sessions,
)
from sync_assets.tutorial.tables import catalog_exam_session_subjects, catalog_subjects
from sync_assets.tutorial.tutorial_rows import SESSION_COLUMNS, Span, TutorialRows
from sync_assets.tutorial.zones import APPLICATION_ZONE, application_midnight, day_of, midnight

TUTORIAL: Final = "tutorial"
"""The kind of a purchasable that is a tutorial."""
_COLUMNS: Final = {
    "title": "code",
    "product_id": "product_id",
    "location_id": "location_id",
    "venue_id": "venue_id",
    "cancelled": "cancelled",
    "main_instructor_id": "main_instructor_id",
    "bridge_course_template_id": "course_template_id",
    "zone": "timezone",
    "learning_mode": "learning_mode",
    "lifecycle_state": "lifecycle_state",
    "max_places": "max_places",
    "web_sale": "web_sale",
    "sitting": "sitting",
    "url": "event_url",
    "session_title": "session_title",
    "tutors": "tutors",
    "ocr_moodle_code": "ocr_moodle_code",
    "sage_code": "sage_code",
    "access_duration": "access_duration",
    "recordings": "recordings",
    "recording_pin": "recording_pin",
    "extra_information": "extra_information",
}
"""The column of each field that is stored as it is."""
_DAYS: Final = ("finalisation_date", "registration_deadline")
_LMS: Final = {"lms_start": "lms_start_date", "lms_end": "lms_end_date"}
_FIELDS: Final = {
    **{column: name for name, column in {**_COLUMNS, **_LMS}.items()},
    "administrator": "administrators",
}
_SESSION_COLUMNS: Final = {**SESSION_COLUMNS, "cancelled": "cancelled"}
_ALWAYS_KNOWN: Final = frozenset(
    {"title", "product_id", "location_id", "venue_id", "cancelled", "sold_out", "finalisation_date"}
)
"""The fields that both layouts have a column for, or that cannot be null.

The other columns came empty with the application's upgrade: null there says that nobody has written one yet.
"""
_SEPARATOR: Final = " / "
_LONGEST_INITIALS: Final = 10


class May(TutorialRows):
    """The tables since May 2026."""

    name = "May 2026"
    kept_fields = frozenset({*_COLUMNS, *_DAYS, *_LMS, "sold_out", "administrators"})
    kept_session_fields = frozenset({*SESSION_COLUMNS, "instructor_ids", "cancelled"})
    events = tutorial_events
    sessions = tutorial_sessions
    session_columns = _SESSION_COLUMNS
    event_fields = _FIELDS

    def _event_row(self, event: TutorialEvent) -> dict[str, Any]:
        return {
            **_columns_of(field_values(event), event.zone),
            "lms_start_date": event.lms_start or event.first_start,
            "lms_end_date": event.lms_end or event.last_end,
            "remain_space": event.max_places or 0,
        }

    def _changed_columns(self, connection: Connection, event_id: int, changes: Mapping[str, Any]) -> dict[str, Any]:
        row = connection.execute(select(tutorial_events).where(tutorial_events.c.id == event_id)).one_or_none()
        if row is None:
            return {}
        known = row.timezone or APPLICATION_ZONE
        zone = changes.get("zone") or known
        if zone != known:
            # The days stay, and their midnights move with the zone.
            days = {name: day_of(row._mapping[name], known) for name in _DAYS}
            changes = {**days, **changes}
        values = _columns_of(changes, zone)
        span = self._span(connection, event_id)
        for name, moment in (("lms_start", span[0]), ("lms_end", span[1])):
            if name in changes:
                values[_LMS[name]] = changes[name] or moment
        if "max_places" in changes:
            values |= self._remaining_space(connection, event_id, row.max_places, changes["max_places"])
        return values

    def _event_values(self, row: Row[Any], sessions: Sequence[Row[Any]]) -> dict[str, Any]:
        zone = row.timezone or APPLICATION_ZONE
        held: dict[str, Any] = {name: row._mapping[column] for name, column in _COLUMNS.items()}
        held |= {name: day_of(row._mapping[name], zone) for name in _DAYS}
        held["sold_out"] = row.is_soldout
        if row.administrator is not None:
            held["administrators"] = tuple(row.administrator.split(_SEPARATOR)) if row.administrator else ()
        live = [each for each in sessions if not each.cancelled] or sessions
        starts = [each.start_date for each in live if each.start_date is not None]
        ends = [each.end_date for each in live if each.end_date is not None]
        held["lms_start"] = _lms(row.lms_start_date, min(starts, default=None))
        held["lms_end"] = _lms(row.lms_end_date, max(ends, default=None))
        return {
            each.name: value if (value := held.get(each.name)) is not None or each.name in _ALWAYS_KNOWN else NOT_KEPT
            for each in fields(TutorialEvent)
        }

    def _span(self, connection: Connection, event_id: int) -> Span:
        """Return the span of the sessions that take place, or of all where none does."""
        live = self._span_where(connection, event_id, tutorial_sessions.c.cancelled.is_(False))
        return super()._span(connection, event_id) if live == (None, None) else live

    def _external_ids(self, connection: Connection, event_ids: Collection[int]) -> dict[int, str]:
        table = tutorial_events
        own = connection.execute(
            select(table.c.id, table.c.external_id).where(table.c.id.in_(event_ids), table.c.external_id.is_not(None))
        )
        return {**super()._external_ids(connection, event_ids), **{row.id: row.external_id for row in own}}

    def _set_own_external_id(
        self, connection: Connection, event_id: int, external_id: str | None, now: datetime
    ) -> Iterator[str]:
        table = tutorial_events
        other = None
        if external_id is not None:
            if any(misfits(table, {"external_id": external_id}, {})):
                yield f"{table.fullname} cannot hold the id {external_id} of the event: it is too long."
                return
            other = connection.execute(
                select(table.c.id, table.c.code).where(table.c.external_id == external_id, table.c.id != event_id)
            ).one_or_none()
        if other is not None:
            yield (
                f"The tutorial event {other.id} ({other.code}) has the id {external_id} of Administrate already, and "
                f"it is that of tutorial event {event_id}; delete one of the two in the tutorial application."
            )
            return
        changed = {"external_id": external_id, "updated_at": now}
        connection.execute(
            update(table)
            .where(table.c.id == event_id, table.c.external_id.is_distinct_from(external_id))
            .values(changed)
        )

    def _follow_span(self, connection: Connection, event_id: int, before: Span, after: Span) -> None:
        """Let the LMS window go along with the sessions where it was theirs."""
        for column, was, is_ in (
            (tutorial_events.c.lms_start_date, before[0], after[0]),
            (tutorial_events.c.lms_end_date, before[1], after[1]),
        ):
            if was is not None and was != is_:
                connection.execute(
                    update(tutorial_events)
                    .where(tutorial_events.c.id == event_id, column.in_([was, application_midnight(was)]))
                    .values({column.name: is_})
                )

    def remove_session(self, connection: Connection, session_id: int, now: datetime) -> str | None:
        """Cancel a session. Returns None: the row stays, so that nothing can be in the way."""
        self.update_session(connection, session_id, {"cancelled": True}, now)
        return None

    def insert_staff(self, connection: Connection, user_id: int, first_name: str, last_name: str, now: datetime) -> int:
        """Insert the row of `acted.staff` that an instructor needs and return its id."""
        words = f"{first_name} {last_name}".split()
        initials = "".join(word[0] for word in words).upper()[:_LONGEST_INITIALS]
        row = {"user_id": user_id, "job_title": "", "initials": initials, "created_at": now, "updated_at": now}
        return int(connection.execute(insert(staff).values(row).returning(staff.c.id)).scalar_one())

    def exam_sessions(self, connection: Connection) -> list[ExamSession]:
        """Return the exam sessions."""
        table = catalog_exam_sessions
        return [
            ExamSession(row.id, row.session_code, row.end_date.date() if row.end_date else None, row.is_active)
            for row in connection.execute(select(table).order_by(table.c.id))
        ]

    def products(self, connection: Connection) -> list[Product]:
        """Return the products of tutorials, those that are no longer sold included, and without what is an add-on."""
        sold, offered = products, catalog_exam_session_subjects
        subject, session = catalog_subjects, catalog_exam_sessions
        rows = connection.execute(
            select(
                sold.c.purchasable_ptr_id,
                sold.c.product_code,
                purchasables.c.is_active,
                purchasables.c.code.label("purchasable_code"),
                subject.c.code.label("subject_code"),
                session.c.id.label("session_id"),
                session.c.session_code,
                tutorial_products.c.format,
                tutorial_products.c.tutorial_course_template_id,
                tutorial_products.c.tutorial_location_id,
            )
            .select_from(tutorial_products)
            .join(sold, sold.c.purchasable_ptr_id == tutorial_products.c.product_ptr_id)
            .join(purchasables, purchasables.c.id == sold.c.purchasable_ptr_id)
            .join(offered, offered.c.id == sold.c.exam_session_subject_id)
            .join(subject, subject.c.id == offered.c.subject_id)
            .join(session, session.c.id == offered.c.exam_session_id)
            .where(purchasables.c.kind == TUTORIAL, purchasables.c.is_addon.is_(False))
            .order_by(sold.c.purchasable_ptr_id)
        ).all()
        names = read_names(connection)
        return [
            product_from(
                ProductRow(
                    id=row.purchasable_ptr_id,
                    code=row.product_code,
                    subject_code=row.subject_code,
                    exam_session_id=row.session_id,
                    exam_session_code=row.session_code,
                    is_active=row.is_active,
                    format_code=row.format,
                    other_codes=(row.purchasable_code,),
                    course_template_id=row.tutorial_course_template_id,
                    location_id=row.tutorial_location_id,
                ),
                names,
            )
            for row in rows
        ]


def _columns_of(changes: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """Return the columns for fields that are given, the LMS window aside."""
    values = {column: changes[name] for name, column in _COLUMNS.items() if name in changes}
    values |= {name: midnight(changes[name], zone) for name in _DAYS if name in changes}
    if "sold_out" in changes:
        values |= {"is_soldout": changes["sold_out"], "sold_out": changes["sold_out"]}
    if "administrators" in changes:
        values["administrator"] = _SEPARATOR.join(changes["administrators"]) or None
    return values


def _lms(moment: datetime | None, span: datetime | None) -> datetime | None:
    """Return an end of the LMS window, None where it only repeats that of the sessions or the day of it."""
    if moment is None or span is None:
        return moment
    return None if moment in (span, application_midnight(span)) else moment
