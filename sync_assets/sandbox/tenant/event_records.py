"""Events, their sessions and their staff as the stand-in tenant keeps them.

Local times are stored, as the API stores them; moments in UTC and the event's own times are derived.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sync_assets.sandbox.tenant.records import (
    Contact,
    CourseTemplate,
    Location,
    Record,
    Region,
    TaxType,
    Venue,
    WithCustomFields,
)


def in_utc(local: datetime | None, zone: str | None) -> datetime | None:
    """A wall-clock time of a zone as a moment in UTC; None where either is unknown."""
    if local is None or zone is None:
        return None
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@dataclass(slots=True, eq=False, kw_only=True)
class Staff(Record):
    """A contact booked on an event or on a session; on an event, `session_staff` are its bookings on the sessions."""

    KIND = TYPE = "Staff"
    contact: Contact
    staff_type: str
    event: Event
    session: Session | None = None
    is_primary: bool = False
    notes: str | None = None
    session_staff: list[Staff] = field(default_factory=list)
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True, eq=False, kw_only=True)
class Session(WithCustomFields):
    """A day of an event. `start` and `end` are wall-clock times of `time_zone_name`. It has no update time."""

    KIND = TYPE = "Session"
    parent_event: Event
    code: str
    title: str
    lifecycle_state: str = "draft"
    cancelled_at: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    time_zone_name: str | None = None
    min_places: int | None = None
    max_places: int | None = None
    notes: str | None = None
    location: Location | None = None
    venue: Venue | None = None
    staff: list[Staff] = field(default_factory=list)

    @property
    def location_name(self) -> str | None:
        """The location's name."""
        return self.location.name if self.location else None

    @property
    def time_zoned_start(self) -> datetime | None:
        """The start in UTC."""
        return in_utc(self.start, self.time_zone_name)

    @property
    def time_zoned_end(self) -> datetime | None:
        """The end in UTC."""
        return in_utc(self.end, self.time_zone_name)


@dataclass(slots=True, eq=False, kw_only=True)
class Event(WithCustomFields):
    """A course at a time and place. LMS times are by the clocks of its zone; classroom times are the sessions'."""

    KIND, TYPE = "Course", "Event"
    code: str
    title: str
    type: str
    learning_mode: str
    course_template: CourseTemplate
    location: Location
    default_tax_type: TaxType
    time_zone_name: str
    lifecycle_state: str = "draft"
    is_sold_out: bool | None = False
    cancelled_at: str | None = None
    venue: Venue | None = None
    lms_start: datetime | None = None
    lms_end: datetime | None = None
    registration_deadline: datetime | None = None
    registration_opens_at: datetime | None = None
    min_places: int | None = None
    max_places: int | None = None
    target_fill_rate: int | None = None
    internal_notes: str = ""
    external_notes: str = ""
    lms_announcements: str | None = None
    sessions: list[Session] = field(default_factory=list)
    staff: list[Staff] = field(default_factory=list)
    prices: ClassVar[tuple[()]] = ()
    default_price: ClassVar[None] = None
    booked_places: ClassVar[int] = 0
    reserved: ClassVar[int] = 0
    interested: ClassVar[int] = 0
    has_places_remaining: ClassVar[bool] = True
    created_at: datetime
    updated_at: datetime

    @property
    def display_id(self) -> str:
        """What people call the event by."""
        return str(self.number)

    @property
    def region(self) -> Region:
        """The location's region."""
        return self.location.region

    @property
    def status(self) -> str:
        """An older name of the lifecycle state."""
        return {"draft": "Draft", "published": "Active", "cancelled": "Cancelled"}[self.lifecycle_state]

    @property
    def remaining_places(self) -> int | None:
        """Nobody books in the stand-in, so all of them."""
        return self.max_places

    @property
    def time_zoned_classroom_start(self) -> datetime | None:
        """The earliest start of a session that is not cancelled, in UTC."""
        return min(self._session_moments("time_zoned_start"), default=None)

    @property
    def time_zoned_classroom_end(self) -> datetime | None:
        """The latest end of a session that is not cancelled, in UTC."""
        return max(self._session_moments("time_zoned_end"), default=None)

    @property
    def time_zoned_lms_start(self) -> datetime | None:
        """When the LMS opens, in UTC."""
        return in_utc(self.lms_start, self.time_zone_name)

    @property
    def time_zoned_lms_end(self) -> datetime | None:
        """When the LMS closes, in UTC."""
        return in_utc(self.lms_end, self.time_zone_name)

    @property
    def time_zoned_start(self) -> datetime | None:
        """The earlier of the classroom's and the LMS's start."""
        starts = (self.time_zoned_classroom_start, self.time_zoned_lms_start)
        return min((moment for moment in starts if moment), default=None)

    @property
    def time_zoned_end(self) -> datetime | None:
        """The later of the classroom's and the LMS's end."""
        ends = (self.time_zoned_classroom_end, self.time_zoned_lms_end)
        return max((moment for moment in ends if moment), default=None)

    @property
    def classroom_start(self) -> datetime | None:
        """The classroom's start by the event's clocks."""
        return self._local(self.time_zoned_classroom_start)

    @property
    def classroom_end(self) -> datetime | None:
        """The classroom's end by the event's clocks."""
        return self._local(self.time_zoned_classroom_end)

    @property
    def start(self) -> datetime | None:
        """The start by the event's clocks."""
        return self._local(self.time_zoned_start)

    @property
    def end(self) -> datetime | None:
        """The end by the event's clocks."""
        return self._local(self.time_zoned_end)

    @property
    def is_active(self) -> bool:
        """Published and not yet over."""
        end = self.time_zoned_end
        return self.lifecycle_state == "published" and (end is None or end > datetime.now(UTC))

    def _local(self, moment: datetime | None) -> datetime | None:
        return moment.astimezone(ZoneInfo(self.time_zone_name)).replace(tzinfo=None) if moment else None

    def _session_moments(self, attribute: str) -> list[datetime]:
        live = (session for session in self.sessions if session.lifecycle_state != "cancelled")
        return [moment for session in live if (moment := getattr(session, attribute)) is not None]
