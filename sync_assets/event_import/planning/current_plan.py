"""The plan of an event as both sides have it now: what somebody has moved since comes from the side that owns it. Pure.

A side that moved a field which the other side owns is left out of account: the exported file says then what the owner
has, and its upload shows the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sync_assets.event_import.planning.comparison import Sides
from sync_assets.event_import.planning.field_owners import Owner, owner_of
from sync_assets.event_import.planning.fields import (
    END,
    LMS_END,
    LMS_START,
    SESSION,
    START,
    Field,
    View,
    wanted_here,
    wanted_there,
)
from sync_assets.event_import.planning.plan import EventPlan, LocalMoment, NamedRecord, PlannedField, SessionPlan
from sync_assets.event_import.reference.known_records import BothIds, ReferenceData
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import read_yes_no

_TEXTS: Final = {
    columns.EVENT_URL: "url",
    columns.SITTING: "sitting",
    columns.OCR_MOODLE_CODE: "ocr_moodle_code",
    columns.ACCESS_DURATION: "access_duration",
    columns.RECORDINGS: "recordings",
    columns.RECORDING_PIN: "recording_pin",
    columns.TUTORS: "tutors",
    columns.SAGE_CODE: "sage_code",
    columns.EXTRA_INFORMATION: "extra_information",
}
"""The attribute of a plan that holds the text of a column."""
_MOMENTS: Final = {LMS_START: "lms_start", LMS_END: "lms_end"}
_DAYS: Final = {columns.FINALISATION_DATE: "finalisation_date", columns.REGISTRATION_DEADLINE: "registration_deadline"}
_NOTHING: Final = object()

K = TypeVar("K", bound=BothIds)


@dataclass(frozen=True)
class Names:
    """Records by their ids on a side, to be named in a workbook."""

    known: ReferenceData

    def location(self, id_: Any) -> NamedRecord | None:
        """Return a location by its id on either side."""
        return _named(self.known.locations, id_, lambda each: each.name)

    def venue(self, id_: Any) -> NamedRecord | None:
        """Return a venue by its id on either side."""
        return _named(self.known.venues, id_, lambda each: each.name)

    def instructors(self, ids: Iterable[Any]) -> tuple[NamedRecord, ...]:
        """Return instructors by their ids on either side; one that is not known is left out."""
        found = (_named(self.known.instructors, id_, lambda each: each.name) for id_ in ids)
        return tuple(each for each in found if each is not None)

    def administrators(self, ids: Iterable[Any]) -> tuple[NamedRecord, ...]:
        """Return administrators by their ids in Administrate."""
        wanted = set(ids)
        return tuple(
            NamedRecord(name=each.name, external_id=each.external_id)
            for each in self.known.administrators
            if each.external_id in wanted
        )


def _named(records: Sequence[K], id_: Any, name: Callable[[K], str]) -> NamedRecord | None:
    for each in records:
        if id_ is not None and id_ in (each.tutorial_id, each.external_id):
            return NamedRecord(
                name=name(each), tutorial_id=each.tutorial_id, bridge_id=each.bridge_id, external_id=each.external_id
            )
    return None


def current_plan(plan: EventPlan, seen: Sides, names: Names) -> EventPlan:
    """Return the plan with what the owner of each field has now; a side that is None is not asked."""
    return _with(plan, _Moved(plan, seen), names)


def plan_with(plan: EventPlan, values: View, names: Names) -> EventPlan:
    """Return the plan with other values in some fields, each in the form in which either side's view holds it.

    A custom field takes the text that Administrate is to have.
    """
    return _with(plan, _Given(values), names)


class _Values(Protocol):
    """What a plan is to have in place of what it has."""

    def value(self, day: int | None, column: str) -> Any:
        """Return the value of a field, `_NOTHING` where it stays."""

    def has_session(self, day: int) -> bool:
        """Tell whether the session of a day stays."""


@dataclass(frozen=True, slots=True)
class _Given:
    """Values that are given field by field."""

    values: View

    def value(self, day: int | None, column: str) -> Any:
        return self.values.get(Field(day, column), _NOTHING)

    def has_session(self, day: int) -> bool:
        return bool(self.values.get(Field(day, SESSION), True))


def _with(plan: EventPlan, moved: _Values, names: Names) -> EventPlan:
    changes = _of_event(plan, moved, names)
    changed = plan.model_copy(update=changes)
    kept = [each for each in changed.sessions if moved.has_session(each.day)]
    sessions = tuple(_of_session(each, changed, moved, names) for each in kept)
    return changed.model_copy(update={"sessions": sessions, "custom_fields": _fields(plan.custom_fields, None, moved)})


class _Moved:
    """The fields in which a side is not as the plan says."""

    def __init__(self, plan: EventPlan, seen: Sides) -> None:
        self._here = _differing(wanted_here(plan), seen.here)
        self._there = _differing(wanted_there(plan), seen.there)
        self._seen = seen

    def value(self, day: int | None, column: str) -> Any:
        """Return what the owner of a field has in place of the plan's value, `_NOTHING` where it is as planned."""
        field = Field(day, column)
        is_there = owner_of(field) is Owner.THERE
        owner, view = (self._there, self._seen.there) if is_there else (self._here, self._seen.here)
        if view is not None and field in view:
            return owner.get(field, _NOTHING)
        return (self._here if is_there else self._there).get(field, _NOTHING)

    def has_session(self, day: int) -> bool:
        """Tell whether the tutorial side, which owns the sessions, has one of a day; where it is not asked, yes."""
        return self._seen.here is None or bool(self._seen.here.get(Field(day, SESSION)))


def _differing(wanted: View, seen: View | None) -> View:
    return {
        field: value
        for field, value in (seen or {}).items()
        if value != wanted.get(field) and (value or wanted.get(field) or value is False)
    }


def _of_event(plan: EventPlan, moved: _Values, names: Names) -> dict[str, Any]:
    changes: dict[str, Any] = {}

    def take(column: str, attribute: str, convert: Callable[[Any], Any] = lambda value: value) -> None:
        if (value := moved.value(None, column)) is not _NOTHING:
            changes[attribute] = convert(value)

    take(columns.EVENT_TITLE, "title")
    take(columns.ZONE, "zone")
    take(columns.LOCATION, "location", lambda value: names.location(value) or plan.location)
    take(columns.VENUE, "venue", lambda value: names.venue(value) if value is not None else None)
    take(columns.MAX_PLACES, "max_places")
    take(columns.CANCELLED, "cancelled")
    take(columns.WEB_SALE, "web_sale", _flag)
    take(columns.ADMINISTRATOR, "administrators", lambda value: names.administrators(value or ()))
    for column, attribute in _TEXTS.items():
        take(column, attribute, lambda value: value if isinstance(value, str) else None)
    for column, attribute in _MOMENTS.items():
        take(column, attribute, lambda value: _local(value, changes.get("zone", plan.zone)))
    for column, attribute in _DAYS.items():
        take(column, attribute, _day)
    main = moved.value(None, columns.INSTRUCTOR)
    if main is not _NOTHING:
        changes["instructors"] = names.instructors(main if isinstance(main, list) else [main])
    return changes


def _of_session(session: SessionPlan, event: EventPlan, moved: _Values, names: Names) -> SessionPlan:
    changes: dict[str, Any] = {}

    def take(column: str, attribute: str, convert: Callable[[Any], Any] = lambda value: value) -> None:
        if (value := moved.value(session.day, column)) is not _NOTHING:
            changes[attribute] = convert(value)

    take(columns.SESSION_TITLE, "title")
    take(START, "start", lambda value: _local(value, session.start.zone) or session.start)
    take(END, "end", lambda value: _local(value, session.end.zone) or session.end)
    take(columns.LOCATION, "location", lambda value: names.location(value) or session.location)
    take(columns.VENUE, "venue", lambda value: names.venue(value) if value is not None else None)
    take(columns.SESSION_INSTRUCTOR, "instructors", lambda value: names.instructors(value or ()))
    take(columns.SESSION_URL, "url")
    if not event.cancelled:
        take(columns.CANCELLED, "cancelled")
    return session.model_copy(update={**changes, "custom_fields": _fields(session.custom_fields, session.day, moved)})


def _fields(fields: Sequence[PlannedField], day: int | None, moved: _Values) -> tuple[PlannedField, ...]:
    kept = []
    for each in fields:
        value = moved.value(day, each.name)
        if value is _NOTHING:
            kept.append(each)
        elif value not in (None, ""):
            kept.append(each.model_copy(update={"value": str(value)}))
    return tuple(kept)


def _flag(value: Any) -> bool | None:
    read = read_yes_no(value) if isinstance(value, str) and value else value
    return read if isinstance(read, bool) else None


def _local(moment: Any, zone: str) -> LocalMoment | None:
    if moment is None:
        return None
    local = datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return LocalMoment(local=local, zone=zone)


def _day(value: Any) -> date | None:
    return None if not value else date.fromisoformat(str(value)[:10])
