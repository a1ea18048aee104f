"""An event that both sides have: what each has of it, what they last agreed on, and which of its fields are compared.

An event that nobody imported has no plan. One is made of what both sides have, so that all that is known of plans holds
of it as well; it is stored nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from sync_assets.administrate.create_once import CreateStamp
from sync_assets.bridge.planned_tables import EventState, SessionState
from sync_assets.event_import.administrate_side.event_records import ReadEvent
from sync_assets.event_import.administrate_side.operations import days_by_id
from sync_assets.event_import.administrate_side.seen_event import seen_there
from sync_assets.event_import.planning.comparison import Sides
from sync_assets.event_import.planning.current_plan import Names
from sync_assets.event_import.planning.fields import (
    LIFECYCLE_STATE,
    SESSION,
    SOLD_OUT,
    Field,
    View,
    seen_here,
    view_from_json,
)
from sync_assets.event_import.planning.plan import EventPlan, LocalMoment, NamedRecord, PlannedField, SessionPlan
from sync_assets.event_import.reference.known_records import EVENT, TenantCustomField
from sync_assets.event_import.validation.custom_field_values import EVENT_COLUMNS
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.events import LearningMode
from sync_assets.event_import.writing.planned_event import PlannedEvent, PlannedSession
from sync_assets.text import match_key
from sync_assets.tutorial.events import StoredEvent
from sync_assets.tutorial.zones import APPLICATION_ZONE

_STATE: Final = Field(None, LIFECYCLE_STATE)
_SOLD_OUT: Final = Field(None, SOLD_OUT)
_SAID_OTHERWISE: Final = frozenset({Field(None, columns.CANCELLED)})
"""What the lifecycle state says as well."""
_NOT_ALIKE: Final = frozenset({Field(None, columns.INSTRUCTOR), Field(None, columns.ADMINISTRATOR)})
"""What the two sides keep in such different ways that only an agreement makes them comparable."""


@dataclass(frozen=True, slots=True)
class LinkedEvent:
    """An event of both sides. `planned` is its planned event, or a stand-in that no table has: `is_planned` says so."""

    external_id: str
    tutorial_event_id: int
    title: str
    sitting: str | None
    planned: PlannedEvent
    is_planned: bool
    there: ReadEvent
    seen: Sides
    agreed: Sides

    @property
    def fields(self) -> list[Field]:
        """The fields that are compared, each once, those of the event first."""
        here, there = self.seen.here or {}, self.seen.there or {}
        if self.is_planned:
            known = {*(self.agreed.there or {}), _STATE, _SOLD_OUT}
            days = {each.day for each in (*here, *there, *known) if each.day is not None}
            known |= {Field(day, SESSION) for day in days}
        else:
            known = {*(field for field in here if field in there), *(self.agreed.there or {})}
            known |= {field for field in (*here, *there) if field.column == SESSION}
            known |= {field for field in there if field.column == columns.CANCELLED and field.day is not None}
            known -= _NOT_ALIKE
        return sorted(known - _SAID_OTHERWISE, key=lambda field: (field.day or 0, field.column))

    def agreeing(self, settled: Sides, plan: EventPlan | None = None) -> LinkedEvent:
        """Return the event with more that both sides agree on, and with another plan where one is given."""
        here = {**(self.agreed.here or {}), **(settled.here or {})}
        there = {**(self.agreed.there or {}), **(settled.there or {})}
        planned = self.planned if plan is None else replace(self.planned, plan=plan)
        return replace(self, agreed=Sides(here, there), planned=planned)

    def tutorial_session_id(self, day: int) -> int | None:
        """Return the tutorial session of a day."""
        session = self.planned.session_of(day)
        return session.tutorial_session_id if session else None


def linked_event(
    row: Row[Any],
    there: ReadEvent,
    stored: StoredEvent,
    planned: PlannedEvent | None,
    names: Names,
    sessions_there: Sequence[Row[Any]],
) -> LinkedEvent:
    """Return an event of both sides; `row` is its row of `adm.administrate_events`, `there` what Administrate says."""
    days = {each.external_id: each.day for each in sessions_there}
    is_planned = planned is not None
    if planned is None:
        planned = _stand_in(there, stored, names, days)
        agreed = Sides(*(view_from_json((row.agreed or {}).get(side)) for side in ("here", "there")))
    else:
        agreed = planned.agreed
    view_there = seen_there(there, planned.the_plan, {**_new_days(planned, there, days), **days_by_id(planned)})
    view_there[_STATE] = there.lifecycle_state.lower()
    if row.is_sold_out is not None:
        view_there[_SOLD_OUT] = row.is_sold_out
    view_here = seen_here(stored)
    if isinstance(state := stored.values.get("lifecycle_state"), str) and state:
        view_here[_STATE] = state.lower()
    if isinstance(sold_out := stored.values.get("sold_out"), bool):
        view_here[_SOLD_OUT] = sold_out
    seen = Sides(view_here, view_there)
    if is_planned:
        agreed = _with_absent_sessions(agreed, seen)
    return LinkedEvent(there.external_id, stored.id, there.title, row.sitting, planned, is_planned, there, seen, agreed)


def _with_absent_sessions(agreed: Sides, seen: Sides) -> Sides:
    """Return an agreement that says of a session which it does not know that there is none."""
    days = {field for view in (seen.here, seen.there) for field in view or {} if field.column == SESSION}
    absent: View = dict.fromkeys(days, False)
    return Sides({**absent, **(agreed.here or {})}, {**absent, **(agreed.there or {})})


def _new_days(planned: PlannedEvent, there: ReadEvent, days: Mapping[str, int | None]) -> dict[str, int]:
    """Return the days of living sessions that the plan does not know, and that are the only ones of their day."""
    recorded = {session.external_id for session in planned.sessions}
    taken = {session.day for session in planned.sessions if session.external_id}
    found: dict[str, int] = {}
    for session in there.sessions:
        day = days.get(session.external_id)
        if session.external_id in recorded or session.is_cancelled or day is None or day in taken:
            continue
        taken.add(day)
        found[session.external_id] = day
    return found


def _stand_in(there: ReadEvent, stored: StoredEvent, names: Names, days: Mapping[str, int | None]) -> PlannedEvent:
    """Return what an import would have recorded of an event that both sides have."""
    by_day: dict[int, str] = {}
    for each in sorted(there.sessions, key=lambda each: each.is_cancelled):
        day = days.get(each.external_id)
        if day is not None:
            by_day.setdefault(day, each.external_id)
    plan = _plan(there, stored, names)
    sessions = [
        PlannedSession(
            id=0,
            day=each.day,
            title=each.title,
            state=SessionState.AGREED,
            tutorial_session_id=next(row.id for row in stored.sessions if row.values.get("day") == each.day),
            stamp=CreateStamp(external_id=by_day.get(each.day)),
        )
        for each in plan.sessions
    ]
    return PlannedEvent(
        id=0,
        title=there.title,
        title_key=match_key(there.title),
        plan=plan,
        revision=0,
        state=EventState.AGREED,
        tutorial_event_id=stored.id,
        stamp=CreateStamp(external_id=there.external_id),
        sessions=sessions,
    )


def _plan(there: ReadEvent, stored: StoredEvent, names: Names) -> EventPlan:
    zone = there.zone or APPLICATION_ZONE
    location = names.location(there.location_id) or NamedRecord(name="", external_id=there.location_id)
    product = stored.values.get("product_id")
    modes = [mode for mode in LearningMode if mode == there.learning_mode]
    return EventPlan(
        title=there.title,
        course_template=NamedRecord(name="", external_id=there.course_template_id),
        learning_mode=modes[0] if modes else LearningMode.BLENDED,
        zone=zone,
        location=location,
        tax_type=NamedRecord(name=""),
        product_id=product if isinstance(product, int) else 0,
        sitting="",
        max_places=there.max_places,
        lms_start=_moment(there.lms_start, zone),
        lms_end=_moment(there.lms_end, zone),
        custom_fields=tuple(_fields(names.known.custom_fields, there)),
        sessions=tuple(_sessions(stored, names, location, zone)),
    )


def _sessions(stored: StoredEvent, names: Names, location: NamedRecord, zone: str) -> list[SessionPlan]:
    found: dict[int, SessionPlan] = {}
    for row in stored.sessions:
        day, start, end = (row.values.get(name) for name in ("day", "start", "end"))
        if isinstance(day, int) and isinstance(start, datetime) and isinstance(end, datetime):
            found.setdefault(
                day,
                SessionPlan(
                    day=day,
                    title=str(row.values.get("title") or ""),
                    start=_moment(start.isoformat(), zone),
                    end=_moment(end.isoformat(), zone),
                    location=names.location(row.values.get("location_id")) or location,
                    venue=names.venue(row.values.get("venue_id")),
                ),
            )
    return [found[day] for day in sorted(found)]


def _fields(definitions: Sequence[TenantCustomField], there: ReadEvent) -> list[PlannedField]:
    """Return the custom fields of an event that an upload has a column for."""
    by_label = {match_key(column): column for column in columns.KNOWN}
    by_label |= {match_key(label): column for label, column in EVENT_COLUMNS.items()}
    return [
        PlannedField(
            column=column,
            definition_key=each.key,
            label=each.label,
            value=there.custom_fields.get(each.key) or "",
        )
        for each in definitions
        if each.entity_type == EVENT and (column := by_label.get(match_key(each.label))) is not None
    ]


def _moment(text: str | None, zone: str) -> Any:
    if text is None:
        return None
    return LocalMoment(local=datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).replace(tzinfo=None), zone=zone)
