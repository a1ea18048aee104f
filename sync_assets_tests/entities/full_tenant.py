"""A tenant with more than a page of every kind of record that an entity reads.

What an entity reads comes from its query, so that a new entity is tried without a word here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, select

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.writing import Written
from sync_assets.entities import ENTITIES
from sync_assets.entities.record_list import RecordList
from sync_assets.entities.sync import sync_entity
from sync_assets.sandbox.tenant.records import Record
from sync_assets.sandbox.tenant.tenant import Tenant

LISTS = {name: entity.reads for name, entity in ENTITIES.items() if isinstance(entity.reads, RecordList)}
"""The entities whose records come in pages."""
KINDS = {name: re.sub("([A-Z])", r"_\1", records.query.connection).lower() for name, records in LISTS.items()}
"""The attribute of the tenant that holds what an entity's list shows."""


def full_tenant(count: int = 150) -> Tenant:
    """Return a tenant with at least `count` records of each kind; a template has one price and one instructor, an event
    one session.
    """
    tenant = Tenant()
    pounds = tenant.add_currency("GBP", "Pound sterling")
    region = tenant.add_region()
    for kind in ("CourseTemplate", "Event", "Session", "Contact", "Learner", "Account"):
        tenant.add_custom_field(kind, f"{kind} field")
    for number in range(count):
        level = tenant.add_price_level(f"Level {number}")
        contact = tenant.add_contact("Ana", f"Number {number}", is_instructor=True, is_admin=True)
        location = tenant.add_location(f"Town {number}", region=region)
        tenant.add_venue(f"Hall {number}", location)
        template = tenant.add_course_template(f"CB{number}_LO", approved_instructors=[contact])
        tenant.add_price(template, level, "100.00", pounds, region)
    tax_type = tenant.add_tax_type()
    place = {"location": location, "default_tax_type": tax_type, "time_zone_name": "Europe/London"}
    event = tenant.add_event(template, "Event 0", learning_mode="classroom", **place)
    tenant.add_session(event, "S", "Day 1")
    for kind in KINDS.values():
        while len(getattr(tenant, kind)) < count:
            add_another(tenant, kind)
    return tenant


def add_another(tenant: Tenant, kind: str) -> Record:
    """Add a record that is like the last one of its kind but for its id."""
    records: dict[str, Any] = getattr(tenant, kind)
    last = list(dict(records).values())[-1]
    nested = {"course_templates": {"public_prices": []}, "events": {"sessions": []}}.get(kind, {})
    another = replace(last, number=last.number + 1, **nested)
    records[another.id] = another
    if kind == "events":
        tenant.add_session(another, "S", "Day 1")
    return another


def ids_of(name: str, record: Any) -> set[str]:
    """Return the ids of the rows that an entity makes of a record."""
    within = {"course_template_price_levels": "public_prices", "sessions": "sessions"}.get(name)
    return {each.id for each in getattr(record, within)} if within else {record.id}


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
