"""What a file says of an event beside what both sides have: the same, a change, or a conflict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sync_assets.event_import.planning.fields import HERE, SESSION, SESSION_HERE, Field, View, text_of
from sync_assets.event_import.planning.plan import EventPlan, SessionPlan
from sync_assets.event_import.workbook import columns


class ChangeKind(StrEnum):
    """Which side made a difference."""

    CHANGE = "change"
    """The file says something new, and both sides are as they last agreed."""
    CONFLICT = "conflict"
    """Somebody has changed the field on a side since both agreed, to something else than the file says."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that is not as the file says: the texts of the file and of both sides, and on which sides it differs.

    `here` and `there` are None where a side does not have such a field.
    """

    field: Field
    kind: ChangeKind
    planned: str
    here: str | None
    there: str | None
    differs_here: bool
    differs_there: bool

    def __str__(self) -> str:
        sides = [f"{text} {where}" for text, where in ((self.here, "here"), (self.there, "in Administrate")) if text]
        return f"{self.field}: {self.planned} in the file, {' and '.join(sides)}"


@dataclass(frozen=True, slots=True)
class Sides:
    """A view for each side; `there` is None where Administrate does not have the event or was not asked."""

    here: View | None
    there: View | None


NOTHING_AGREED: Final = Sides(None, None)
"""Stands for sides of which nothing is known."""


def compare(
    wanted: Sides, seen: Sides, agreed: Sides, planned: Mapping[Field, str], shown: Mapping[Field, str]
) -> list[FieldChange]:
    """Return the fields in which a side is not as it is wanted, in the order of the fields.

    A side that `seen` does not have is not compared. A field that the file leaves blank, and that no agreement holds
    either, is not compared. `planned` holds the texts of the new plan, `shown` those of the plan that was agreed.
    """
    here = _differences(wanted.here, seen.here, agreed.here)
    there = _differences(wanted.there, seen.there, agreed.there)
    changes = []
    for field in sorted({*here, *there}, key=_order):
        moved = [side[field] for side in (here, there) if field in side]
        kind = ChangeKind.CONFLICT if any(moved) else ChangeKind.CHANGE
        changes.append(
            FieldChange(
                field,
                kind,
                planned.get(field, "no session" if field.column == SESSION else "nothing"),
                _text(field, seen.here, agreed.here, wanted.here, planned, shown),
                _text(field, seen.there, agreed.there, wanted.there, planned, shown),
                field in here,
                field in there,
            )
        )
    return changes


def _differences(wanted: View | None, seen: View | None, agreed: View | None) -> dict[Field, bool]:
    """Return the fields that differ, each with whether somebody has moved it since the agreement."""
    if wanted is None or seen is None:
        return {}
    known = agreed or {}
    found: dict[Field, bool] = {}
    for field in {**known, **wanted}:
        if field.day is not None and field.column != SESSION and not wanted.get(Field(field.day, SESSION)):
            continue  # The session itself is what differs.
        want = wanted.get(field)
        if field.column == SESSION:
            if bool(want) != bool(seen.get(field)):
                found[field] = False
            continue
        if field.day is not None and not seen.get(Field(field.day, SESSION)):
            continue
        if field not in seen or (_is_blank(want) and _is_blank(known.get(field))):
            continue
        have = seen[field]
        if have == want or (_is_blank(have) and _is_blank(want)):
            continue
        found[field] = agreed is not None and field in known and have != known[field]
    return found


def _is_blank(value: Any) -> bool:
    return value is None or value in ("", [])


def _text(
    field: Field,
    seen: View | None,
    agreed: View | None,
    wanted: View | None,
    planned: Mapping[Field, str],
    shown: Mapping[Field, str],
) -> str | None:
    if seen is None:
        return None
    if field.column == SESSION:
        return "a session" if seen.get(field) else "no session"
    if field not in seen:
        return None
    value = seen[field]
    if wanted is not None and field in planned and value == wanted.get(field):
        return planned[field]
    if agreed is not None and field in shown and value == agreed.get(field):
        return shown[field]
    return text_of(value)


_COLUMNS: Final = {
    name: index for index, name in enumerate(dict.fromkeys((SESSION, *columns.KNOWN, *HERE, *SESSION_HERE)))
}


def _order(field: Field) -> tuple[int, int, str]:
    return (field.day or 0, _COLUMNS.get(field.column, len(_COLUMNS)), field.column)


_ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    columns.EVENT_TITLE: ("title",),
    columns.CODE: ("course_template",),
    columns.LEARNING_MODE: ("learning_mode",),
    columns.LOCATION: ("location", "tax_type"),
    columns.VENUE: ("venue",),
    columns.ZONE: ("zone",),
    "LMS start": ("lms_start",),
    "LMS end": ("lms_end",),
    columns.MAX_PLACES: ("max_places",),
    columns.INSTRUCTOR: ("instructors",),
    columns.ADMINISTRATOR: ("administrators",),
    columns.EVENT_URL: ("url",),
    columns.FINALISATION_DATE: ("finalisation_date",),
    columns.WEB_SALE: ("web_sale",),
    columns.SITTING: ("sitting",),
    columns.OCR_MOODLE_CODE: ("ocr_moodle_code",),
    columns.ACCESS_DURATION: ("access_duration",),
    columns.RECORDINGS: ("recordings", "recordings_flag"),
    columns.RECORDING_PIN: ("recording_pin",),
    columns.TUTORS: ("tutors",),
    columns.SAGE_CODE: ("sage_code",),
    columns.CANCELLED: ("cancelled",),
    columns.EXTRA_INFORMATION: ("extra_information",),
    columns.REGISTRATION_DEADLINE: ("registration_deadline",),
    "Product": ("product_id",),
}
_SESSION_ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    columns.SESSION_TITLE: ("title",),
    "Classroom start": ("start",),
    "Classroom end": ("end",),
    columns.LOCATION: ("location",),
    columns.VENUE: ("venue",),
    columns.SESSION_INSTRUCTOR: ("instructors",),
    columns.SESSION_URL: ("url",),
    columns.CANCELLED: ("cancelled",),
}


def without(plan: EventPlan, previous: EventPlan | None, left_alone: Iterable[Field]) -> EventPlan:
    """Return a plan in which some fields are as the previous plan has them."""
    fields = list(left_alone)
    if previous is None or not fields:
        return plan
    kept = _kept(plan, previous, [field.column for field in fields if field.day is None], _ATTRIBUTES)
    before = {session.day: session for session in previous.sessions}
    sessions = []
    for session in plan.sessions:
        own = [field.column for field in fields if field.day == session.day]
        if own and session.day in before:
            session = session.model_copy(update=_kept(session, before[session.day], own, _SESSION_ATTRIBUTES))
        sessions.append(session)
    return plan.model_copy(update={**kept, "sessions": tuple(sessions)})


def _kept(
    plan: EventPlan | SessionPlan,
    previous: EventPlan | SessionPlan,
    names: Sequence[str],
    attributes: Mapping[str, tuple[str, ...]],
) -> dict[str, Any]:
    kept = {name: getattr(previous, name) for column in names for name in attributes.get(column, ())}
    own = tuple(each for each in plan.custom_fields if each.name not in names)
    back = tuple(each for each in previous.custom_fields if each.name in names)
    return {**kept, "custom_fields": own + back}
