"""Instructors: contacts who teach, linked to the tutorial instructors by their full name."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Boolean, Column, Text, func, select

from sync_assets.administrate.records import PersonalName, Record, Reference
from sync_assets.bridge.acted import auth_user, staff, tutorial_instructors
from sync_assets.bridge.linking import Link, records_to_link, tutorial_rows_to_link
from sync_assets.bridge.matching import Words
from sync_assets.bridge.tables import bridge_table
from sync_assets.bridge.writing import Row
from sync_assets.entities.entity import Entity, whole_list

TABLE = bridge_table(
    "instructors",
    Column("legacy_id", Text),
    Column("is_active", Boolean),
    Column("first_name", Text),
    Column("middle_name", Text),
    Column("last_name", Text),
    Column("email_address", Text),
    Column("is_staff", Boolean),
    Column("is_admin", Boolean),
    Column("account_id", Text),
    link=("tutorial_instructor_id", tutorial_instructors),
)


class Instructor(Record):
    """A contact with isInstructor."""

    legacy_id: str
    personal_name: PersonalName | None
    email_address: str | None
    is_instructor: bool
    is_staff: bool
    is_admin: bool
    has_left_company: bool
    account: Reference | None


def rows(contact: Instructor) -> Iterator[Row]:
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
        "is_staff": contact.is_staff,
        "is_admin": contact.is_admin,
        "account_id": contact.account.id if contact.account else None,
    }


# First and last name as one text: the two sides split a name of three parts at different places.
RECORD_NAME = func.concat_ws(" ", TABLE.c.first_name, TABLE.c.last_name)
TUTORIAL_NAME = (
    select(func.concat_ws(" ", auth_user.c.first_name, auth_user.c.last_name))
    .join_from(staff, auth_user)
    .where(staff.c.id == tutorial_instructors.c.staff_id)
    .scalar_subquery()
)

ENTITY = Entity(
    name="instructors",
    singular="instructor",
    plural="instructors",
    description="Contacts who teach.",
    table=TABLE,
    fetch=whole_list("contacts", Instructor, "instructor", document="instructors"),
    rows=rows,
    link=Link(
        table=TABLE,
        column="tutorial_instructor_id",
        tutorial_tables=(tutorial_instructors, staff, auth_user),
        records=records_to_link(TABLE, "tutorial_instructor_id", key=RECORD_NAME),
        tutorial_rows=tutorial_rows_to_link(tutorial_instructors, key=TUTORIAL_NAME),
        words=Words(key="full name"),
    ),
)
