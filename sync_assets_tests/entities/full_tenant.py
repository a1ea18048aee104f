"""A tenant with more than a page of every kind of record that an entity reads."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, select

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.writing import Written
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import sync_entity
from sync_assets.sandbox.tenant.tenant import Tenant

KINDS = {
    "price_levels": "price_levels",
    "tax_types": "tax_types",
    "administrators": "contacts",
    "locations": "locations",
    "venues": "venues",
    "instructors": "contacts",
    "course_templates": "course_templates",
    "course_template_price_levels": "course_templates",
}
"""The attribute of the tenant that holds what an entity's list shows."""


def full_tenant(count: int = 150) -> Tenant:
    """Return a tenant with `count` records of each kind; a template has one price and one instructor."""
    tenant = Tenant()
    pounds = tenant.add_currency("GBP", "Pound sterling")
    region = tenant.add_region()
    for kind in ("CourseTemplate", "Event", "Session", "Contact", "Learner", "Account"):
        tenant.add_custom_field(kind, f"{kind} field")
    for number in range(count):
        level = tenant.add_price_level(f"Level {number}")
        tenant.add_tax_type(f"Tax {number}")
        contact = tenant.add_contact("Ana", f"Number {number}", is_instructor=True, is_admin=True)
        location = tenant.add_location(f"Town {number}", region=region)
        tenant.add_venue(f"Hall {number}", location)
        template = tenant.add_course_template(f"CB{number}_LO", approved_instructors=[contact])
        tenant.add_price(template, level, "100.00", pounds, region)
    return tenant


def add_another(tenant: Tenant, name: str) -> None:
    """Add one more record to an entity's list."""
    match name:
        case "price_levels":
            tenant.add_price_level("Another")
        case "tax_types":
            tenant.add_tax_type("Another")
        case "administrators" | "instructors":
            tenant.add_contact("Another", "One", is_instructor=True, is_admin=True)
        case "locations":
            tenant.add_location("Another")
        case "venues":
            tenant.add_venue("Another", next(iter(tenant.locations.values())))
        case "course_templates" | "course_template_price_levels":
            tenant.add_course_template("ANOTHER_LO")


def sync_tables(database: Engine, client: AdministrateClient) -> dict[str, Written]:
    return {name: sync_entity(database, client, entity, ENTITIES) for name, entity in ENTITIES.items()}


def live_ids(database: Engine, name: str) -> set[str]:
    table = ENTITIES[name].table
    with database.connect() as connection:
        return set(connection.scalars(select(table.c.external_id).where(table.c.removed_at.is_(None))))


def row_of(database: Engine, name: str, external_id: str) -> Any:
    table = ENTITIES[name].table
    with database.connect() as connection:
        return connection.execute(select(table).where(table.c.external_id == external_id)).one()
