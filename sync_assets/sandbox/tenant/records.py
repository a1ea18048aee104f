"""Reference records as the stand-in tenant keeps them: the schema's field names in snake case, references as objects.

What the API derives from stored values, such as legacy ids and whole names, are properties here.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from typing import ClassVar


def global_id(kind: str, number: int) -> str:
    """Return the id that the API shows: base64 of `<internal name>:<number>`, such as `Course:7` for an event."""
    return base64.b64encode(f"{kind}:{number}".encode()).decode()


@dataclass(slots=True, eq=False, kw_only=True)
class Record:
    """Anything with an id. `KIND` is the internal name within the id, `TYPE` the GraphQL type."""

    KIND: ClassVar[str]
    TYPE: ClassVar[str]

    number: int
    id: str = field(init=False)

    def __post_init__(self) -> None:
        self.id = global_id(self.KIND, self.number)

    @property
    def legacy_id(self) -> str:
        """Return the bare number, as text."""
        return str(self.number)


@dataclass(slots=True, eq=False, kw_only=True)
class TaxType(Record):
    """A rate of tax, in per cent."""

    KIND = TYPE = "TaxType"
    name: str
    effective_rate: Decimal


@dataclass(slots=True, eq=False, kw_only=True)
class Currency(Record):
    """A currency by its ISO 4217 code; the only kind of financial unit here. It is not a node."""

    KIND = TYPE = "Currency"
    name: str
    code: str


@dataclass(slots=True, eq=False, kw_only=True)
class Region(Record):
    """Where prices and tax are decided; each location is in one."""

    KIND = TYPE = "Region"
    code: str
    name: str


@dataclass(slots=True, eq=False, kw_only=True)
class PriceLevel(Record):
    """A kind of price such as early booking, read-only in the API. `expiry_offset` counts days before the start."""

    KIND = TYPE = "PriceLevel"
    name: str
    description: str | None = None
    expiry_offset: int | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class CustomFieldDefinition(Record):
    """A custom field of one type of record. Its id is the key by which values name it. It is not a node.

    A choice is a text, or a pair of what people read and what a value has to be.
    """

    KIND = "CustomFieldDefinition"
    TYPE = "StandardCustomFieldDefinition"
    record_type: str
    label: str
    type: str = "string"
    description: str | None = None
    definition_locator: str | None = None
    is_required: bool = False
    is_restricted: bool = False
    can_edit: bool = True
    choices: tuple[str | tuple[str, str], ...] = ()
    roles: ClassVar[tuple[()]] = ()

    @property
    def key(self) -> str:
        """Return what a value refers to the definition by."""
        return self.id

    @property
    def options(self) -> list[dict[str, str]] | None:
        """Return label and value of each choice; None unless the field is a choice."""
        pairs = [(choice, choice) if isinstance(choice, str) else choice for choice in self.choices]
        return [{"label": label, "value": value} for label, value in pairs] or None


@dataclass(slots=True, eq=False, kw_only=True)
class WithCustomFields(Record):
    """A record that can carry custom fields: `custom_fields` is text by definition key."""

    custom_fields: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False, kw_only=True)
class Account(Record):
    """An organisation."""

    KIND, TYPE = "Organisation", "Account"
    name: str


@dataclass(slots=True, eq=False, kw_only=True)
class Location(Record):
    """A town or site. It has no update time."""

    KIND = TYPE = "Location"
    name: str
    region: Region
    code: str | None = None
    description: str | None = None
    status: str = "active"
    time_zone: str | None = None
    default_tax_type: TaxType | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class Venue(Record):
    """A building at a location. It is not a node, and nothing in the API makes one."""

    KIND = TYPE = "Venue"
    name: str
    location: Location
    description: str | None = None
    latitude: str | None = None
    longitude: str | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class Contact(WithCustomFields):
    """A person; an instructor is a contact with `is_instructor`."""

    KIND, TYPE = "Person", "Contact"
    account: Account
    first_name: str
    last_name: str
    middle_name: str | None = None
    email_address: str | None = None
    is_instructor: bool = False
    is_staff: bool = False
    is_admin: bool = False
    has_left_company: bool = False

    @property
    def name(self) -> str:
        """Return first, middle and last name with a space between."""
        return " ".join(part for part in (self.first_name, self.middle_name, self.last_name) if part)

    @property
    def personal_name(self) -> Contact:
        """Return what has the parts of the name: the contact itself."""
        return self


@dataclass(slots=True, eq=False, kw_only=True)
class LearningCategory(Record):
    """A heading that course templates stand under."""

    KIND = TYPE = "LearningCategory"
    name: str


@dataclass(slots=True, eq=False, kw_only=True)
class SessionTemplate(Record):
    """A planned day of a course template."""

    KIND = TYPE = "SessionTemplate"
    day_number: int
    start_time: time | None = None
    end_time: time | None = None
    code: str | None = None
    title: str | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class CourseTemplatePrice(Record):
    """What a course template costs in a region, at a level, in a currency. It is not a node."""

    KIND, TYPE = "CoursePrice", "CourseTemplatePublicPrice"
    amount: Decimal
    financial_unit: Currency
    region: Region
    price_level: PriceLevel | None


@dataclass(slots=True, eq=False, kw_only=True)
class CourseTemplate(WithCustomFields):
    """What events are made from."""

    KIND = TYPE = "CourseTemplate"
    code: str
    title: str
    lifecycle_state: str = "published"
    event_learning_mode: str | None = None
    min_places: int | None = None
    max_places: int | None = None
    approved_instructors: list[Contact] = field(default_factory=list)
    learning_categories: list[LearningCategory] = field(default_factory=list)
    public_prices: list[CourseTemplatePrice] = field(default_factory=list)
    session_templates: list[SessionTemplate] = field(default_factory=list)
    updated_at: datetime
