"""What the tutorial side and Administrate know, as an import needs it, found by the names that people write.

Every linked record stands once, under the name (or code) of the tutorial side, with both ids. A row or a record that
has no counterpart stands alone with the ids that it has, under its own name: so a lookup can say which side lacks it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Generic, TypeVar

from sync_assets.near_names import NearNames
from sync_assets.text import match_key
from sync_assets.tutorial.catalogue import ExamSession, Product

EVENT: Final = "Event"
SESSION: Final = "Session"
"""Administrate's names of the record types whose custom fields an import fills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BothIds:
    """The ids of a record: its tutorial row's, its bridge row's, and Administrate's; None where it has none.

    `is_active` is the tutorial row's flag (true where there is none), `is_removed` says that Administrate's list no
    longer has the record (`removed_at` is set).
    """

    tutorial_id: int | None = None
    bridge_id: int | None = None
    external_id: str | None = None
    is_active: bool = True
    is_removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCourseTemplate(BothIds):
    """A course template. `lifecycle_state` and `learning_mode` are Administrate's words, None where it is not there.

    `approved_instructors` holds the external ids of the contacts that may teach it.
    """

    code: str
    title: str = ""
    lifecycle_state: str | None = None
    learning_mode: str | None = None
    approved_instructors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedLocation(BothIds):
    """A location; `code` is the tutorial side's, `default_tax_type` the external id of Administrate's tax type."""

    name: str
    code: str | None = None
    default_tax_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedVenue(BothIds):
    """A venue, and the location that it is in: by the tutorial side's id, and by Administrate's."""

    name: str
    location_tutorial_id: int | None = None
    location_external_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedInstructor(BothIds):
    """An instructor by full name; the external id is the contact's."""

    name: str


@dataclass(frozen=True, slots=True)
class TenantAdministrator:
    """A contact of Administrate with isAdmin; there is no tutorial side."""

    name: str
    external_id: str


@dataclass(frozen=True, slots=True)
class TenantCustomField:
    """A definition of Administrate for Event or Session records; `options` are pairs of label and value."""

    entity_type: str
    label: str
    key: str
    field_type: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TenantTaxType:
    """A tax type of the tenant."""

    external_id: str
    name: str


@dataclass(frozen=True)
class ReferenceData:
    """Everything that events are validated against. `subjects` are subject codes (CB1, CM2 …)."""

    course_templates: Sequence[LinkedCourseTemplate] = ()
    locations: Sequence[LinkedLocation] = ()
    venues: Sequence[LinkedVenue] = ()
    instructors: Sequence[LinkedInstructor] = ()
    administrators: Sequence[TenantAdministrator] = ()
    subjects: Sequence[str] = ()
    exam_sessions: Sequence[ExamSession] = ()
    products: Sequence[Product] = ()
    custom_fields: Sequence[TenantCustomField] = ()
    tax_types: Sequence[TenantTaxType] = ()

    @cached_property
    def course_templates_by_code(self) -> Index[LinkedCourseTemplate]:
        """Course templates by code."""
        return Index((template.code, template) for template in self.course_templates)

    @cached_property
    def locations_by_name(self) -> Index[LinkedLocation]:
        """Locations by name."""
        return Index((location.name, location) for location in self.locations)

    @cached_property
    def venues_by_name(self) -> Index[LinkedVenue]:
        """Venues of all locations by name."""
        return Index((venue.name, venue) for venue in self.venues)

    @cached_property
    def instructors_by_name(self) -> Index[LinkedInstructor]:
        """Instructors by full name."""
        return Index((instructor.name, instructor) for instructor in self.instructors)

    @cached_property
    def administrators_by_name(self) -> Index[TenantAdministrator]:
        """Administrators by full name."""
        return Index((administrator.name, administrator) for administrator in self.administrators)

    @cached_property
    def exam_sessions_by_code(self) -> Index[ExamSession]:
        """Exam sessions by code."""
        return Index((session.session_code, session) for session in self.exam_sessions)

    @cached_property
    def products_by_subject_and_session(self) -> Mapping[tuple[str, int], Sequence[Product]]:
        """Products by the match key of their subject's code and the id of their exam session."""
        found: dict[tuple[str, int], list[Product]] = {}
        for product in self.products:
            found.setdefault((match_key(product.subject_code), product.exam_session_id), []).append(product)
        return found

    @cached_property
    def custom_fields_by_label(self) -> Index[TenantCustomField]:
        """Custom field definitions by record type and label, joined by a space."""
        return Index((f"{definition.entity_type} {definition.label}", definition) for definition in self.custom_fields)


Record = TypeVar("Record")


class Index(Generic[Record]):
    """Records by their match key; a key may have several."""

    def __init__(self, records: Iterable[tuple[str, Record]]) -> None:
        self._found: dict[str, list[Record]] = {}
        self._names: list[tuple[str, Record]] = []
        self._near: dict[Hashable, NearNames] = {}
        for name, record in records:
            self._found.setdefault(match_key(name), []).append(record)
            self._names.append((name, record))

    def find(self, name: str) -> Sequence[Record]:
        """Return the records that a name matches."""
        return self._found.get(match_key(name), ())

    def like(
        self, name: str, within: Hashable = None, which: Callable[[Record], bool] = lambda _: True
    ) -> tuple[str, ...]:
        """Return the names of records that are most like a name, the nearest first.

        `which` says of a record whether its name is of use, and `within` is one value for each meaning of `which`.
        """
        if within not in self._near:
            self._near[within] = NearNames(each for each, record in self._names if which(record))
        return self._near[within].like(name)
