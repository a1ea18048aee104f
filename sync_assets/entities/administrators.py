"""Administrators: contacts who can administer an event. They have no tutorial side."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Boolean, Column, Text

from sync_assets.administrate.records import PersonalName, Record
from sync_assets.bridge.bridge_table import bridge_table
from sync_assets.bridge.writing import Row
from sync_assets.entities.entity import Entity, RecordList

TABLE = bridge_table(
    "administrators",
    Column("legacy_id", Text, doc="The number in Administrate's older interfaces and pages."),
    Column("is_active", Boolean, doc="False once the person has left the company."),
    Column("first_name", Text, doc="First name."),
    Column("middle_name", Text, doc="Middle name."),
    Column("last_name", Text, doc="Last name."),
    Column("email_address", Text, doc="E-mail address."),
)


class Administrator(Record):
    """A contact with isAdmin."""

    legacy_id: str
    personal_name: PersonalName | None
    email_address: str | None
    has_left_company: bool


def rows(contact: Administrator) -> Iterator[Row]:
    """Turn a contact into its row."""
    name = contact.personal_name
    yield {
        "external_id": contact.id,
        "legacy_id": contact.legacy_id,
        "is_active": not contact.has_left_company,
        "first_name": name.first_name if name else None,
        "middle_name": name.middle_name if name else None,
        "last_name": name.last_name if name else None,
        "email_address": contact.email_address,
    }


ENTITY = Entity(
    name="administrators",
    singular="administrator",
    description="Contacts who can administer an event.",
    table=TABLE,
    reads=RecordList("contacts", Administrator, document="administrators", filters={"isAdmin": "true"}),
    rows=rows,
)
