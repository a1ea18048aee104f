"""Instructors: contacts who teach, linked to the tutorial instructors by their full name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Text, func, select

from sync_assets.administrate.documents import load_document
from sync_assets.administrate.records import PersonalName, Record, Reference
from sync_assets.bridge.bridge_table import bridge_table
from sync_assets.bridge.link import Link
from sync_assets.bridge.matching import Words
from sync_assets.bridge.write_one_row import add_tutorial_row
from sync_assets.bridge.writing import Row
from sync_assets.entities.entity import Entity, RecordList
from sync_assets.entities.entity_creation import CannotCreate, EntityCreation, Facts, Given, InAdministrate
from sync_assets.entities.same_person import look_among_contacts, refuse_same_user, whole_name
from sync_assets.tutorial.layout import layout_of
from sync_assets.tutorial.tables import auth_user, staff, tutorial_instructors

TABLE = bridge_table(
    "instructors",
    Column("legacy_id", Text, doc="The number in Administrate's older interfaces and pages."),
    Column("is_active", Boolean, doc="False once the person has left the company."),
    Column("first_name", Text, doc="First name."),
    Column("middle_name", Text, doc="Middle name."),
    Column("last_name", Text, doc="Last name."),
    Column("email_address", Text, doc="E-mail address, by which a person is looked for before one is created."),
    Column("is_staff", Boolean, doc="Whether the contact belongs to the provider's staff."),
    Column("is_admin", Boolean, doc="Whether the contact may administrate events."),
    Column("account_id", Text, doc="Id in Administrate of the organisation that the contact belongs to."),
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

NO_PASSWORD = "!"  # noqa: S105 - Django's mark of a password that nothing matches, and that cannot be reset by mail


def contact_key(contact: Instructor) -> str:
    """Return what a contact is matched on: first and last name, however they are split."""
    return whole_name(contact.personal_name)


def contact_input(row: Facts, given: Given) -> dict[str, Any]:
    """Return the input that makes a tutorial instructor's contact. Raises CannotCreate without an account or a name."""
    if given.account_id is None:
        raise CannotCreate(
            "Administrate makes a contact in an account only: set ADMINISTRATE_ACCOUNT_ID, or give the decision an "
            "account, with the account's id in Administrate."
        )
    if not (row["first_name"] and row["last_name"]):
        raise CannotCreate(
            f"Administrate wants a first and a last name, and row {row['id']} has {row['first_name']!r} and "
            f"{row['last_name']!r}. Complete them in the tutorial application."
        )
    made: dict[str, Any] = {
        "accountId": given.account_id,
        "personalName": {"firstName": row["first_name"], "lastName": row["last_name"]},
        "isInstructor": True,
    }
    return {**made, "emailAddresses": [{"usage": "primary", "address": row["email"]}]} if row["email"] else made


def add_tutorial_instructor(connection: Connection, record: Facts) -> int:
    """Insert user, staff and tutorial instructor of a contact; the user has no rights and no password.

    Raises CannotCreate where a user has the contact's name or e-mail address: that person would be there twice. Raises
    TutorialTablesUnknown where the application's tables are of a version that is not known.
    """
    refuse_same_user(connection, record)
    first_name, last_name = record["first_name"] or "", record["last_name"] or ""
    user = {
        "password": NO_PASSWORD,
        "is_superuser": False,
        "username": _free_username(connection, record),
        "first_name": first_name,
        "last_name": last_name,
        "email": record["email_address"] or "",
        "is_staff": False,
        "is_active": True,
    }
    user_id = add_tutorial_row(connection, auth_user, user)
    now = connection.execute(select(func.now())).scalar_one()
    staff_id = layout_of(connection).insert_staff(connection, user_id, first_name, last_name, now)
    return add_tutorial_row(connection, tutorial_instructors, {"staff_id": staff_id, "is_active": True})


def _free_username(connection: Connection, record: Facts) -> str:
    """Return the name in plain letters with a point between its words, and a number where another user has that."""
    name = unicodedata.normalize("NFKD", f"{record['first_name'] or ''} {record['last_name'] or ''}").lower()
    plain = ".".join(re.findall("[a-z0-9]+", name.encode("ascii", "ignore").decode()))[:140] or "instructor"
    taken = set(connection.scalars(select(auth_user.c.username).where(auth_user.c.username.startswith(plain))))
    number = 1
    while (username := plain if number == 1 else f"{plain}.{number}") in taken:
        number += 1
    return username


ENTITY = Entity(
    name="instructors",
    singular="instructor",
    description="Contacts who teach.",
    table=TABLE,
    reads=RecordList("contacts", Instructor, document="instructors", filters={"isInstructor": "true"}),
    rows=rows,
    link=Link(TABLE, Words(key="full name"), key=(RECORD_NAME, TUTORIAL_NAME), also_read=(staff, auth_user)),
    creation=EntityCreation(
        tutorial_facts=select(
            tutorial_instructors,
            func.concat_ws(" ", auth_user.c.first_name, auth_user.c.last_name).label("key"),
            auth_user.c.first_name,
            auth_user.c.last_name,
            auth_user.c.email,
        )
        .outerjoin(staff, staff.c.id == tutorial_instructors.c.staff_id)
        .outerjoin(auth_user, auth_user.c.id == staff.c.user_id),
        in_administrate=InAdministrate(
            load_document(__package__, "create_instructor"),
            Instructor,
            contact_key,
            contact_input,
            look_elsewhere=look_among_contacts,
        ),
        in_tutorial=add_tutorial_instructor,
    ),
)
