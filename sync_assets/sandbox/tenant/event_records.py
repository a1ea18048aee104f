"""Events, their sessions and their staff as the stand-in tenant keeps them.

Local times are stored, as the API stores them; moments in UTC and the classroom times of an event are derived.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sync_assets.sandbox.tenant.records import (
    Contact,
    CourseTemplate,
    Currency,
    Location,
    PriceLevel,
    Record,
    Region,
    TaxType,
    Venue,
    WithCustomFields,
)


def in_utc(local: datetime | None, zone: str | None) -> datetime | None:
    """Return a wall-clock time of a zone as a moment in UTC; None where either is unknown."""
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
    session_staff: list[Staff] = field(default_factory=list)


@dataclass(slots=True, eq=False, kw_only=True)
class EventPrice(Record):
    """What an event costs, at a level, in a currency. It is not a node."""

    KIND = TYPE = "EventPrice"
    amount: Decimal
    financial_unit: Currency
    region: Region
    price_level: PriceLevel | None


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
    location: Location | None = None
    venue: Venue | None = None
    staff: list[Staff] = field(default_factory=list)

    @property
    def time_zoned_start(self) -> datetime | None:
        """Return the start in UTC."""
        return in_utc(self.start, self.time_zone_name)

    @property
    def time_zoned_end(self) -> datetime | None:
        """Return the end in UTC."""
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
    min_places: int | None = None
    max_places: int | None = None
    booked_places: int = 0
    prices: list[EventPrice] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    staff: list[Staff] = field(default_factory=list)
    created_at: datetime
    updated_at: datetime

    @property
    def remaining_places(self) -> int | None:
        """Return how many places are left; None without a maximum."""
        return None if self.max_places is None else self.max_places - self.booked_places

    @property
    def time_zoned_classroom_start(self) -> datetime | None:
        """Return the earliest start of a session that is not cancelled, in UTC."""
        return min(self._session_moments("time_zoned_start"), default=None)

    @property
    def time_zoned_classroom_end(self) -> datetime | None:
        """Return the latest end of a session that is not cancelled, in UTC."""
        return max(self._session_moments("time_zoned_end"), default=None)

    @property
    def time_zoned_lms_start(self) -> datetime | None:
        """Return when the LMS opens, in UTC."""
        return in_utc(self.lms_start, self.time_zone_name)

    @property
    def time_zoned_lms_end(self) -> datetime | None:
        """Return when the LMS closes, in UTC."""
        return in_utc(self.lms_end, self.time_zone_name)

    def _session_moments(self, attribute: str) -> list[datetime]:
        live = (session for session in self.sessions if session.lifecycle_state != "cancelled")
        return [moment for session in live if (moment := getattr(session, attribute)) is not None]
