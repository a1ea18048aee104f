"""How the made-up provider is described: rows of the tutorial tables, and facts of Administrate's records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TutorialLocation:
    """A row of `acted.tutorial_locations`."""

    id: int
    name: str
    code: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class TutorialVenue:
    """A row of `acted.tutorial_venues`, which can be without a location."""

    id: int
    name: str
    location_id: int | None


@dataclass(frozen=True, slots=True)
class TutorialInstructor:
    """A row of `acted.tutorial_instructors`, with the name from `auth_user`."""

    id: int
    first_name: str
    last_name: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class TutorialCourseTemplate:
    """A row of `acted.tutorial_course_templates`."""

    id: int
    code: str
    title: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class LocationFacts:
    """A location of Administrate."""

    number: int
    name: str
    code: str
    region: str = "GB"
    time_zone: str = "Europe/London"


@dataclass(frozen=True, slots=True)
class VenueFacts:
    """A venue of Administrate, at the location of that number."""

    number: int
    name: str
    location: int


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """A contact of Administrate."""

    number: int
    first_name: str
    last_name: str
    is_instructor: bool = True
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """A price of a course template: codes of region and currency, name of the level, amount as text."""

    region: str
    price_level: str
    currency: str
    amount: str


@dataclass(frozen=True, slots=True)
class CourseTemplateFacts:
    """A course template of Administrate, with `days` planned days and the numbers of its approved instructors."""

    number: int
    code: str
    title: str
    subject: str
    lifecycle_state: str
    learning_mode: str
    days: int
    approved_instructors: tuple[int, ...]
    prices: tuple[PriceFacts, ...]
