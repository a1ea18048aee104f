"""The records of one made-up customer of Administrate, in memory.

The add methods are how records come to be, for the provider, the mutations and the tests alike. They check nothing, so
that a test can build what the API would refuse. What is added or changed within a `transaction` can be read as late as
the tenant's lag says; everything else at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain
from typing import Any, TypeVar

from sync_assets.sandbox.tenant.event_records import Event, EventPrice, Session, Staff
from sync_assets.sandbox.tenant.history import History
from sync_assets.sandbox.tenant.records import (
    Account,
    Contact,
    CourseTemplate,
    CourseTemplatePrice,
    Currency,
    CustomFieldDefinition,
    LearningCategory,
    Location,
    PriceLevel,
    Record,
    Region,
    SessionTemplate,
    TaxType,
    Venue,
)

R = TypeVar("R", bound=Record)

NOT_NODES = (Venue, Currency, CourseTemplatePrice, EventPrice, CustomFieldDefinition)


class Store:
    """All records by id, one dict per type of record, in the order in which they were made.

    Whoever changes records while a server serves them holds `lock`.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.custom_field_definitions: dict[str, CustomFieldDefinition] = {}
        self.tax_types: dict[str, TaxType] = {}
        self.currencies: dict[str, Currency] = {}
        self.regions: dict[str, Region] = {}
        self.price_levels: dict[str, PriceLevel] = {}
        self.accounts: dict[str, Account] = {}
        self.locations: dict[str, Location] = {}
        self.venues: dict[str, Venue] = {}
        self.contacts: dict[str, Contact] = {}
        self.learning_categories: dict[str, LearningCategory] = {}
        self.course_templates: dict[str, CourseTemplate] = {}
        self.session_templates: dict[str, SessionTemplate] = {}
        self.prices: dict[str, CourseTemplatePrice] = {}
        self.events: dict[str, Event] = {}
        self.event_prices: dict[str, EventPrice] = {}
        self.sessions: dict[str, Session] = {}
        self.staff: dict[str, Staff] = {}
        self.history = History()
        self.clock: Callable[[], float] = time.monotonic
        self._last_numbers: dict[str, int] = {}
        self._in_transaction = False

    def add_custom_field(self, record_type: str, label: str, **values: Any) -> CustomFieldDefinition:
        """Add a definition to a record type such as `Event`; its key is what values name it by."""
        return self._add(
            CustomFieldDefinition,
            self.custom_field_definitions,
            {"definition_locator": f"{record_type}.{label}".lower().replace(" ", "_"), **values},
            record_type=record_type,
            label=label,
        )

    def add_tax_type(self, name: str = "Standard tax", *, rate: str = "20.00", **values: Any) -> TaxType:
        """Add a tax type of `rate` per cent."""
        return self._add(TaxType, self.tax_types, values, name=name, effective_rate=Decimal(rate))

    def add_currency(self, code: str, name: str, **values: Any) -> Currency:
        """Add a currency by its ISO 4217 code."""
        return self._add(Currency, self.currencies, values, code=code, name=name)

    def add_region(self, code: str = "GB", name: str = "Great Britain", **values: Any) -> Region:
        """Add a region."""
        return self._add(Region, self.regions, values, code=code, name=name)

    def add_price_level(self, name: str, **values: Any) -> PriceLevel:
        """Add a price level."""
        return self._add(PriceLevel, self.price_levels, values, name=name)

    def add_account(self, name: str = "Example Tutors", **values: Any) -> Account:
        """Add an organisation."""
        return self._add(Account, self.accounts, values, name=name)

    def add_location(self, name: str, *, region: Region | None = None, **values: Any) -> Location:
        """Add a location, in the first region unless told otherwise (one is made if there is none)."""
        return self._add(Location, self.locations, values, name=name, region=region or self._any_region())

    def add_venue(self, name: str, location: Location, **values: Any) -> Venue:
        """Add a venue at a location, as a person would in the vendor's pages."""
        return self._add(Venue, self.venues, values, name=name, location=location)

    def add_contact(self, first_name: str, last_name: str, *, account: Account | None = None, **values: Any) -> Contact:
        """Add a person, in the first account unless told otherwise (one is made if there is none)."""
        return self._add(
            Contact,
            self.contacts,
            values,
            first_name=first_name,
            last_name=last_name,
            account=account or next(iter(self.accounts.values()), None) or self.add_account(),
        )

    def add_learning_category(self, name: str, **values: Any) -> LearningCategory:
        """Add a learning category."""
        return self._add(LearningCategory, self.learning_categories, values, name=name)

    def add_course_template(self, code: str, title: str | None = None, **values: Any) -> CourseTemplate:
        """Add a course template, published unless told otherwise."""
        return self._add(
            CourseTemplate,
            self.course_templates,
            {"updated_at": self.now(), **values},
            code=code,
            title=title or code,
        )

    def add_session_template(self, course_template: CourseTemplate, day_number: int, **values: Any) -> SessionTemplate:
        """Add a planned day to a template."""
        added = self._add(SessionTemplate, self.session_templates, values, day_number=day_number)
        course_template.session_templates.append(added)
        return added

    def add_price(
        self,
        course_template: CourseTemplate,
        price_level: PriceLevel | None,
        amount: str | Decimal,
        currency: Currency,
        region: Region | None = None,
        **values: Any,
    ) -> CourseTemplatePrice:
        """Add a public price to a template; several of one level are allowed, as they are there."""
        added = self._add(
            CourseTemplatePrice,
            self.prices,
            values,
            amount=Decimal(amount),
            financial_unit=currency,
            region=region or self._any_region(),
            price_level=price_level,
        )
        course_template.public_prices.append(added)
        return added

    def add_event(self, course_template: CourseTemplate, title: str, **values: Any) -> Event:
        """Add an event without sessions; location, tax type, zone and learning mode must be given."""
        now = self.now()
        number = values.pop("number", None) or self._next_number(Event.KIND)
        defaults = {"code": f"E{number}", "type": "public", "created_at": now, "updated_at": now, "number": number}
        return self._add(Event, self.events, {**defaults, **values}, course_template=course_template, title=title)

    def add_event_price(
        self, event: Event, price_level: PriceLevel, amount: str | Decimal, currency: Currency
    ) -> EventPrice:
        """Add a price to an event, as a person would in the vendor's pages."""
        added = self._add(
            EventPrice,
            self.event_prices,
            {},
            amount=Decimal(amount),
            financial_unit=currency,
            region=event.location.region,
            price_level=price_level,
        )
        self.change(event, prices=[*event.prices, added])
        return added

    def add_session(self, event: Event, code: str, title: str, **values: Any) -> Session:
        """Add a session to an event, at the event's location and in its zone unless told otherwise."""
        defaults = {"location": event.location, "time_zone_name": event.time_zone_name}
        added = self._add(Session, self.sessions, {**defaults, **values}, parent_event=event, code=code, title=title)
        self.change(event, sessions=[*event.sessions, added])
        return added

    def add_staff(
        self, contact: Contact, staff_type: str, event: Event, session: Session | None = None, **values: Any
    ) -> Staff:
        """Book a contact on a session, or on the event itself if no session is given."""
        added = self._add(
            Staff,
            self.staff,
            values,
            contact=contact,
            staff_type=staff_type,
            event=event,
            session=session,
        )
        place = session or event
        self.change(place, staff=[*place.staff, added])
        return added

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock, and keep what changes for reads that lag behind."""
        with self.lock:
            outer, self._in_transaction = self._in_transaction, True
            try:
                yield
            finally:
                self._in_transaction = outer

    def change(self, record: Record, **values: Any) -> None:
        """Set attributes of a record. A list is given whole: earlier versions of the record keep theirs."""
        with self.lock:
            if self._in_transaction:
                self.history.changing(record, self.clock())
            for name, value in values.items():
                setattr(record, name, value)

    def remove(self, record: Record) -> None:
        """Take a record out of the tenant's list of its type; what refers to it is left as it is."""
        with self.lock:
            found = [kind.pop(record.id) for kind in self._kinds() if record.id in kind]
            if found and self._in_transaction:
                self.history.removed(record, self.clock())

    def node(self, node_id: str) -> Record | None:
        """Return the record of an id, if the API serves its type as a node."""
        record: Record | None
        for kind in self._kinds():
            record = kind.get(node_id)
            if record is not None:
                return None if isinstance(record, NOT_NODES) else record
        return None

    def past_node(self, node_id: str, moment: float) -> Record | None:
        """Return what `node` would have returned at a moment of `clock`."""
        record = self.node(node_id) or self.history.record_removed_after(node_id, moment)
        return self.history.record_at(record, moment) if record else None

    def definitions_of(self, record_type: str) -> list[CustomFieldDefinition]:
        """Return the custom fields of a type of record."""
        return [each for each in self.custom_field_definitions.values() if each.record_type == record_type]

    @staticmethod
    def now() -> datetime:
        """Return the moment that is stored as made or changed."""
        return datetime.now(UTC)

    def _add(self, record: type[R], kind: dict[str, R], values: dict[str, Any], **named: Any) -> R:
        with self.lock:
            number = values.get("number")
            if number is None:
                values = {**values, "number": self._next_number(record.KIND)}
            else:
                self._last_numbers[record.KIND] = max(number, self._last_numbers.get(record.KIND, 0))
            added = record(**{**named, **values})
            kind[added.id] = added
            if self._in_transaction:
                self.history.made(added, self.clock())
            return added

    def _next_number(self, kind: str) -> int:
        with self.lock:
            self._last_numbers[kind] = self._last_numbers.get(kind, 0) + 1
            return self._last_numbers[kind]

    def _any_region(self) -> Region:
        return next(iter(self.regions.values()), None) or self.add_region()

    def _kinds(self) -> Iterator[dict[str, Any]]:
        return chain(
            (self.events, self.sessions, self.staff, self.course_templates, self.contacts, self.locations),
            (self.venues, self.accounts, self.regions, self.tax_types, self.currencies, self.price_levels),
            (self.prices, self.event_prices, self.session_templates, self.learning_categories),
            (self.custom_field_definitions,),
        )
