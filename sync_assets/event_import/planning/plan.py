"""The plan of an event: all that both sides are to have, as JSON in `adm.planned_events`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.events import LearningMode


class PlanModel(BaseModel):
    """A part of a plan; a field that this version does not know is an error, not a loss."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LocalMoment(PlanModel):
    """A local date and time, and the IANA zone that it is meant in."""

    local: datetime
    zone: str

    @property
    def aware(self) -> datetime:
        """The moment with its zone; of a local time that comes twice at a clock change, the first."""
        return self.local.replace(tzinfo=ZoneInfo(self.zone), fold=0)

    @property
    def utc(self) -> datetime:
        """The moment in UTC, by which two moments are compared."""
        return self.aware.astimezone(UTC)


class NamedRecord(PlanModel):
    """A record that the event names: its name, its tutorial row, its bridge row, its id in Administrate."""

    name: str
    tutorial_id: int | None = None
    bridge_id: int | None = None
    external_id: str | None = None


_FIELDS_OF_ADMINISTRATE: Final = frozenset(
    {columns.EVENT_TITLE, columns.CODE, columns.LEARNING_MODE, columns.LOCATION, columns.VENUE, columns.ZONE}
    | {columns.MAX_PLACES, columns.INSTRUCTOR, columns.SESSION_INSTRUCTOR, columns.ADMINISTRATOR}
    | {columns.CANCELLED, columns.REGISTRATION_DEADLINE, columns.SESSION_TITLE}
)
"""Columns that are fields of the event or the session itself; a tenant may have a custom field of the name as well."""


class PlannedField(PlanModel):
    """A custom field's value as text, and the workbook's column that it came from."""

    column: str
    definition_key: str
    label: str
    value: str

    @property
    def name(self) -> str:
        """What the field is called beside others: its column, told apart from a field of the event itself."""
        return f"{self.column} (custom field)" if self.column in _FIELDS_OF_ADMINISTRATE else self.column


class SessionPlan(PlanModel):
    """A session. `cancelled` is None where the workbook does not say."""

    day: int
    title: str
    start: LocalMoment
    end: LocalMoment
    location: NamedRecord
    venue: NamedRecord | None = None
    instructors: tuple[NamedRecord, ...] = ()
    url: str | None = None
    cancelled: bool | None = None
    custom_fields: tuple[PlannedField, ...] = ()


class EventPlan(PlanModel):
    """An event with its sessions in the order of their days; an LMS-only event has none.

    `cancelled` is None where the workbook does not say. `approvals` are the instructors to approve for the course
    template first.
    """

    title: str
    course_template: NamedRecord
    learning_mode: LearningMode
    zone: str
    location: NamedRecord
    tax_type: NamedRecord
    product_id: int
    sitting: str
    venue: NamedRecord | None = None
    max_places: int | None = None
    lms_start: LocalMoment | None = None
    lms_end: LocalMoment | None = None
    finalisation_date: date | None = None
    registration_deadline: date | None = None
    instructors: tuple[NamedRecord, ...] = ()
    administrators: tuple[NamedRecord, ...] = ()
    approvals: tuple[NamedRecord, ...] = ()
    url: str | None = None
    web_sale: bool | None = None
    cancelled: bool | None = None
    ocr_moodle_code: str | None = None
    access_duration: str | None = None
    recordings: str | None = None
    recordings_flag: bool | None = None
    recording_pin: str | None = None
    tutors: str | None = None
    sage_code: str | None = None
    extra_information: str | None = None
    custom_fields: tuple[PlannedField, ...] = ()
    sessions: tuple[SessionPlan, ...] = ()

    @property
    def has_lms(self) -> bool:
        """Whether the event has a window of LMS access in Administrate."""
        return self.learning_mode is not LearningMode.CLASSROOM

    def session(self, day: int) -> SessionPlan:
        """Return the session of a day. Raises KeyError."""
        for session in self.sessions:
            if session.day == day:
                return session
        raise KeyError(day)


def as_json(plan: EventPlan) -> dict[str, Any]:
    """Return a plan as the database keeps it."""
    return plan.model_dump(mode="json")


def from_json(plan: dict[str, Any]) -> EventPlan:
    """Return a plan from what the database keeps. Raises pydantic.ValidationError."""
    return EventPlan.model_validate(plan)


def external_ids(records: Iterable[NamedRecord]) -> list[str]:
    """Return the ids in Administrate, each once, sorted."""
    return sorted({record.external_id for record in records if record.external_id is not None})
