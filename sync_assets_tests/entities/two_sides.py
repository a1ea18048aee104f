"""A tenant and a tutorial side that were once the same, and that change at random, each by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, text, update

from sync_assets.entities import ENTITIES
from sync_assets.sandbox.tenant.records import Record
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets.tutorial.layout import layout_of
from sync_assets.tutorial.tables import (
    auth_user,
    staff,
    tutorial_course_templates,
    tutorial_instructors,
    tutorial_locations,
    tutorial_venues,
)
from sync_assets_tests.entities.plain_model import TutorialRow

LINKED = ("locations", "venues", "instructors", "course_templates")
KINDS = {"Venue": "venues", "Contact": "contacts", "CourseTemplate": "course_templates", "Location": "locations"}
DELETED = ("venues", "venues", "contacts", "contacts", "course_templates", "locations", "price")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TIMES = {"created_at": NOW, "updated_at": NOW}


class TwoSides:
    """Both sides. The same seed makes the same changes."""

    def __init__(self, tenant: Tenant, database: Engine, seed: int, size: int = 500) -> None:
        self.tenant, self.database, self.random = tenant, database, Random(seed)  # noqa: S311
        self.rows: dict[str, dict[int, TutorialRow]] = {name: {} for name in LINKED}
        self.numbers = iter(range(10**6))
        self.names: list[str] = []
        self.gone: list[Record] = []
        tenant.add_region()
        self.pounds = tenant.add_currency("GBP", "Pound sterling")
        self.levels = [tenant.add_price_level(f"Level {number}") for number in range(5)]
        tenant.add_custom_field("CourseTemplate", "Sitting")
        tenant.add_tax_type()
        for _ in range(size):
            self.add_location()
            self.add_venue()
            self.add_contact()
            self.add_template()
        with database.begin() as connection:
            self._fill(connection)

    def new_name(self) -> str:
        """Return a name that nobody has, or now and then one that somebody may have."""
        if self.names and self.random.random() < 0.4:
            return self.random.choice(self.names)
        self.names.append(f"Name {next(self.numbers)}")
        return self.names[-1]

    def new_hall(self) -> str:
        """Return a venue's name: few there are, so that many towns have the same."""
        return f"Hall {self.random.randrange(40)}"

    def any_town(self) -> Any:
        """Return one of few towns, so that several venues are in each."""
        return self.random.choice(list(self.tenant.locations.values())[:50])

    def any(self, kind: str) -> Any:
        return self.random.choice(list(getattr(self.tenant, kind).values()))

    # The tenant's side

    def add_location(self) -> None:
        self.tenant.add_location(self.new_name())

    def add_venue(self) -> None:
        self.tenant.add_venue(self.new_hall(), self.any_town())

    def add_contact(self) -> None:
        self.tenant.add_contact(*self.new_name().split(), is_instructor=True)

    def add_template(self) -> None:
        template = self.tenant.add_course_template(self.new_name(), approved_instructors=[self.any("contacts")])
        for level in self.random.sample(self.levels, 2):
            self.tenant.add_price(template, level, self.random.randrange(1000), self.pounds)

    def rename(self) -> None:
        match self.random.choice(("locations", "venues", "contacts", "course_templates")):
            case "contacts":
                contact = self.any("contacts")
                contact.first_name, contact.last_name = self.new_name().split()
            case "course_templates":
                self.any("course_templates").code = self.new_name()
            case "venues":
                self.any("venues").name = self.new_hall()
            case kind:
                self.any(kind).name = self.new_name()

    def swap(self) -> None:
        kind, field = self.random.choice(
            (("locations", "name"), ("venues", "name"), ("contacts", "last_name"), ("course_templates", "code"))
        )
        one, other = self.any(kind), self.any(kind)
        kept = getattr(one, field)
        setattr(one, field, getattr(other, field))
        setattr(other, field, kept)

    def move(self) -> None:
        match self.random.randrange(3):
            case 0:
                self.any("venues").location = self.any_town()
            case 1:
                self.any("course_templates").approved_instructors = [self.any("contacts"), self.any("contacts")][:1]
            case 2:
                price = self.random.choice(self.any("course_templates").public_prices or [None])
                if price:
                    price.price_level = self.random.choice(self.levels)

    def delete(self) -> None:
        kind = self.random.choice(
            ("venues", "venues", "contacts", "contacts", "course_templates", "locations", "price")
        )
        if kind == "price":
            prices = self.any("course_templates").public_prices
            if prices:
                prices.pop()
            return
        if kind == "locations" and self.random.random() < 0.6:
            return
        record = self.any(kind)
        self.tenant.remove(record)
        self.gone.append(record)

    def bring_back(self) -> None:
        record = self.gone.pop(self.random.randrange(len(self.gone)))
        kinds = {
            "Venue": "venues",
            "Contact": "contacts",
            "CourseTemplate": "course_templates",
            "Location": "locations",
        }
        getattr(self.tenant, kinds[record.TYPE])[record.id] = record

    # The tutorial side

    def _fill(self, connection: Connection) -> None:
        towns = {each.id: self._insert(connection, "locations", each.name) for each in self.tenant.locations.values()}
        for venue in self.tenant.venues.values():
            self._insert(connection, "venues", venue.name, towns[venue.location.id])
        for contact in self.tenant.contacts.values():
            self._insert(connection, "instructors", contact.name)
        for code in {each.code for each in self.tenant.course_templates.values()}:
            self._insert(connection, "course_templates", code)

    def _insert(self, connection: Connection, name: str, text_: str, scope: int | None = None) -> int:
        match name:
            case "locations":
                row = insert(tutorial_locations).values(name=text_, code="", is_active=True, **TIMES)
            case "venues":
                row = insert(tutorial_venues).values(name=text_, description="", location_id=scope, **TIMES)
            case "course_templates":
                values = {"code": text_, "title": text_, "description": "", "is_active": True}
                row = insert(tutorial_course_templates).values(**values, **TIMES)
            case _:
                row = insert(tutorial_instructors).values(
                    staff_id=self._insert_staff(connection, text_), is_active=True, **TIMES
                )
        row_id = int(connection.execute(row.returning(text("id"))).scalar_one())
        self.rows[name][row_id] = TutorialRow(text_, scope=scope)
        return row_id

    def _insert_staff(self, connection: Connection, name: str) -> int:
        first, last = name.split()
        flags = {"is_superuser": False, "is_staff": False, "is_active": True, "date_joined": NOW, "email": ""}
        user = {"password": "!", "username": f"user{next(self.numbers)}", "first_name": first, "last_name": last}
        user_id = connection.execute(insert(auth_user).values(**user, **flags).returning(auth_user.c.id)).scalar_one()
        return layout_of(connection).insert_staff(connection, user_id, first, last, NOW)

    def change_tutorial(self, connection: Connection) -> None:
        name = self.random.choice(LINKED)
        table = ENTITIES[name].link.tutorial_table  # type: ignore[union-attr]
        row_id = self.random.choice(list(self.rows[name]))
        row = self.rows[name][row_id]
        match self.random.choice(("rename", "rename", "switch", "delete", "add", "move")):
            case "rename":
                row.name = self._free_name(name)
                self._rename(connection, name, row_id, row.name)
            case "switch" if name != "venues":
                row.is_active = not row.is_active
                connection.execute(update(table).where(table.c.id == row_id).values(is_active=row.is_active))
            case "delete" if name in ("venues", "instructors", "course_templates"):
                connection.execute(delete(table).where(table.c.id == row_id))
                del self.rows[name][row_id]
            case "move" if name == "venues":
                row.scope = self.random.choice(list(self.rows["locations"])[:50])
                connection.execute(update(table).where(table.c.id == row_id).values(location_id=row.scope))
            case "add":
                scope = self.random.choice(list(self.rows["locations"])[:50]) if name == "venues" else None
                self._insert(connection, name, self._free_name(name), scope)
            case _:
                pass

    def _free_name(self, name: str) -> str:
        """Return a new name; a template's code occurs once on the tutorial side."""
        if name == "venues":
            return self.new_hall()
        taken = {row.name for row in self.rows[name].values()} if name == "course_templates" else set()
        while (found := self.new_name()) in taken:
            pass
        return found

    def _rename(self, connection: Connection, name: str, row_id: int, text_: str) -> None:
        if name == "instructors":
            user = (
                select(staff.c.user_id)
                .join_from(tutorial_instructors, staff)
                .where(tutorial_instructors.c.id == row_id)
                .scalar_subquery()
            )
            first, last = text_.split()
            connection.execute(update(auth_user).where(auth_user.c.id == user).values(first_name=first, last_name=last))
        else:
            table = ENTITIES[name].link.tutorial_table  # type: ignore[union-attr]
            column = "code" if name == "course_templates" else "name"
            connection.execute(update(table).where(table.c.id == row_id).values({column: text_}))

    def change(self, times: int, *, back: bool = False) -> None:
        """Let something happen `times` times, on either side."""
        tenant_changes: list[tuple[Callable[[], None], float]] = [
            (self.rename, 40),
            (self.swap, 20),
            (self.move, 20),
            (self.delete, 6),
            (self.add_location, 2),
            (self.add_venue, 3),
            (self.add_contact, 3),
            (self.add_template, 2),
            (self.bring_back, 6 if back else 0),
        ]
        changes, weights = zip(*tenant_changes, strict=True)
        with self.database.begin() as connection:
            for _ in range(times):
                if self.random.random() < 0.2:
                    self.change_tutorial(connection)
                else:
                    self.random.choices(changes, weights)[0]()
