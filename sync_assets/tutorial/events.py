"""An event and its sessions as the tutorial application keeps them, whichever of its layouts it has.

A layout says in `kept_fields` which of these fields it has columns for. What it has no column for is lost when a row is
written, and comes back as `NOT_KEPT` when a row is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Final


class NotKept(Enum):
    """The type of `NOT_KEPT`."""

    NOT_KEPT = "not kept"


NOT_KEPT: Final = NotKept.NOT_KEPT
"""Stands for a value that a layout has no column for: it agrees with every value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TutorialSession:
    """A session. Ids are those of the tutorial tables; moments are zone-aware.

    `day` is its `sequence`. `start` and `end` are None only for a row that another program has written so.
    """

    day: int
    title: str
    start: datetime | None
    end: datetime | None
    location_id: int | None = None
    venue_id: int | None = None
    url: str | None = None
    instructor_ids: tuple[int, ...] = ()
    cancelled: bool = False
    bridge_instructor_id: int | None = None
    """The row of `adm.instructors` that February's `adm.sessions` names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TutorialEvent:
    """An event without its sessions. Ids are those of the tutorial tables unless the name says otherwise.

    `title` is the event's `code`. `lms_start` and `lms_end` are the window of its LMS access, `first_start` and
    `last_end` the span of its sessions; an LMS-only event has no span. Moments are zone-aware, `finalisation_date` and
    `registration_deadline` are days in `zone`, an IANA name. `administrators` are names.
    """

    title: str
    product_id: int
    zone: str
    learning_mode: str
    location_id: int | None = None
    venue_id: int | None = None
    main_instructor_id: int | None = None
    bridge_course_template_id: int | None = None
    bridge_location_id: int | None = None
    bridge_venue_id: int | None = None
    bridge_instructor_id: int | None = None
    lms_start: datetime | None = None
    lms_end: datetime | None = None
    first_start: datetime | None = None
    last_end: datetime | None = None
    finalisation_date: date | None = None
    registration_deadline: date | None = None
    max_places: int | None = None
    lifecycle_state: str = "draft"
    cancelled: bool = False
    sold_out: bool = False
    web_sale: bool | None = None
    sitting: str | None = None
    url: str | None = None
    session_title: str | None = None
    administrators: tuple[str, ...] = ()
    tutors: str | None = None
    ocr_moodle_code: str | None = None
    sage_code: str | None = None
    access_duration: str | None = None
    recordings: bool | None = None
    recording_pin: str | None = None
    extra_information: str | None = None


@dataclass(frozen=True, slots=True)
class InsertedEvent:
    """The ids that a new event and its sessions got; sessions by day."""

    event_id: int
    session_ids: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session's row: its id and what it holds by field name of `TutorialSession`, `NOT_KEPT` included."""

    id: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event's row: its id, what it holds by field name of `TutorialEvent`, and its sessions."""

    id: int
    external_id: str | None
    values: Mapping[str, object]
    sessions: Sequence[StoredSession] = ()


@dataclass(frozen=True, slots=True)
class ExistingEvent:
    """An event's row in short, for finding one by its title."""

    id: int
    title: str
    external_id: str | None
