"""One person is not made twice: whoever has the same whole name or the same e-mail address is found on either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from sqlalchemy import Connection, func, or_, select

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import load_document
from sync_assets.administrate.records import PersonalName, Record, parse_record
from sync_assets.entities.entity_creation import CannotCreate, Elsewhere, Facts
from sync_assets.text import match_key
from sync_assets.tutorial.tables import auth_user, staff, tutorial_instructors

LIKE_PERSON: Final = load_document(__package__, "contacts_like_person")


class Contact(Protocol):
    """A contact that a look must find: a control."""

    @property
    def id(self) -> str:
        """Its id in Administrate."""

    @property
    def personal_name(self) -> PersonalName | None:
        """The parts of its name."""

    @property
    def email_address(self) -> str | None:
        """Its primary e-mail address."""


class Person(Record):
    """A contact, instructor or not."""

    personal_name: PersonalName | None
    email_address: str | None
    is_instructor: bool


def whole_name(name: PersonalName | None) -> str:
    """Return what a contact is matched on: first and last name, however they are split."""
    return match_key(name.first_name, name.last_name) if name else ""


def look_among_contacts(client: AdministrateClient, row: Facts, instructors: Sequence[Contact]) -> Elsewhere:
    """Look among all contacts for one who may be the person of a tutorial instructor. Raises AdministrateError.

    An instructor of the list is asked for in the same ways: where that one is not found, finding nobody says nothing.
    """
    control = _control(instructors)
    answer = client.query(LIKE_PERSON, _variables(row, control))
    people: dict[str, Person] = {}
    for name in ("ofParts", "ofName", *(["ofEmail"] if row["email"] else [])):
        found, is_whole = _people(answer.get(name))
        if not is_whole:
            return Elsewhere(trouble=f"Administrate did not show all contacts who are like {row['key']!r}.")
        people.update({person.id: person for person in found})
    if objection := _objection(row, list(people.values())):
        return Elsewhere(objection=objection)
    if control is not None:
        of_names = [_shows(answer.get(name), control) for name in ("controlOfParts", "controlOfName")]
        if not any(of_names) or (control.email_address and not _shows(answer.get("controlOfEmail"), control)):
            return Elsewhere(
                trouble=f"Administrate did not show the contact {control.id}, who must be there, when it was asked for "
                f"by name and e-mail address, so that it says nothing that {row['key']!r} was not found either."
            )
    return Elsewhere()


def _objection(row: Facts, people: Sequence[Person]) -> str | None:
    for person in people:
        if whole_name(person.personal_name) != match_key(row["key"]):
            continue
        if person.is_instructor:
            return (
                f"Administrate has the instructor {person.id} of the name {row['key']!r}, whom its list of instructors "
                "does not show yet. Run a sync, and decide again."
            )
        return (
            f"Administrate has the contact {person.id} of the name {row['key']!r}, who is no instructor there. If it "
            "is the same person, make the contact an instructor, and the next sync links the two; if not, create the "
            "other one in Administrate by hand."
        )
    email = (row["email"] or "").strip().casefold()
    for person in people:
        if email and (person.email_address or "").strip().casefold() == email:
            first = "" if person.is_instructor else "make the contact an instructor there, sync, and "
            name = person.personal_name
            named = " ".join(part for part in (name.first_name, name.last_name) if part) if name else "no name"
            return (
                f"Administrate has the contact {person.id} ({named}) with the e-mail address {row['email']}. If it is "
                f"the same person, {first}link the two by hand; if not, correct the address on the side where it is "
                "wrong, and decide again."
            )
    return None


def _control(instructors: Sequence[Contact]) -> Contact | None:
    """Return one who can be asked for by name, and by e-mail address if any of them can."""
    named = [
        each
        for each in instructors
        if each.personal_name and each.personal_name.first_name and each.personal_name.last_name
    ]
    return next((each for each in named if each.email_address), named[0] if named else None)


def _variables(row: Facts, control: Contact | None) -> dict[str, Any]:
    name = control.personal_name if control else None
    first, last = (name.first_name or "", name.last_name or "") if name else ("", "")
    email = control.email_address if control else None
    return {
        "firstName": row["first_name"],
        "lastName": row["last_name"],
        "name": row["key"],
        "emails": _spellings(row["email"]),
        "hasEmail": bool(row["email"]),
        "controlFirstName": first,
        "controlLastName": last,
        "controlName": f"{first} {last}",
        "controlEmails": _spellings(email),
        "hasControl": control is not None,
        "hasControlEmail": bool(email),
    }


def _spellings(email: str | None) -> list[str]:
    """Return an e-mail address as it is and in small letters; how a filter compares letters is not documented."""
    return list(dict.fromkeys([email, email.strip(), email.strip().lower()])) if email else []


def _people(connection: Any) -> tuple[list[Person], bool]:
    """Return the people of a list, and whether it holds all of them."""
    try:
        nodes = [edge["node"] for edge in connection["edges"]]
        total = int(connection["pageInfo"]["totalRecords"])
    except (KeyError, TypeError, ValueError):
        return [], False
    found = [parse_record(Person, node, "contact") for node in nodes if isinstance(node, Mapping)]
    return found, len(found) == total


def _shows(connection: Any, control: Contact) -> bool:
    return any(person.id == control.id for person in _people(connection)[0])


def refuse_same_user(connection: Connection, record: Facts) -> None:
    """Raise CannotCreate where a user of the tutorial application may be the person of a contact."""
    email, name = record["email_address"] or "", f"{record['first_name'] or ''} {record['last_name'] or ''}".strip()
    same_email = select(auth_user.c.id, auth_user.c.username).where(
        func.lower(func.btrim(auth_user.c.email)) == email.strip().lower()
    )
    if email.strip() and (user := connection.execute(same_email.limit(1)).first()):
        has_it = f"The user {user.username} has the e-mail address {email} already."
        if _is_instructor(connection, user.id):
            raise CannotCreate(
                f"{has_it} That user is an instructor of another name: link the two by hand if it is the same person, "
                "or correct the address."
            )
        raise CannotCreate(
            f"{has_it} Make that person an instructor in the tutorial application, and the next sync links the two."
        )
    if namesake := _user_of_name(connection, match_key(name)):
        raise CannotCreate(
            f"The user {namesake} has the name {name} already. If it is the same person, make that user an instructor "
            "in the tutorial application, and the next sync links the two; if not, add the other one there by hand."
        )


def _is_instructor(connection: Connection, user_id: int) -> bool:
    found = (
        select(tutorial_instructors.c.id)
        .join(staff, staff.c.id == tutorial_instructors.c.staff_id)
        .where(staff.c.user_id == user_id)
    )
    return connection.execute(found).first() is not None


def _user_of_name(connection: Connection, key: str) -> str | None:
    """Return the name of a user of a whole name, None where there is none.

    PostgreSQL does not fold text as `match_key` does. It compares what has plain characters alone; the others, which
    are few, are compared here.
    """
    if not key:
        return None
    text = func.concat_ws(" ", auth_user.c.first_name, auth_user.c.last_name)
    plain = func.lower(func.btrim(func.regexp_replace(text, r"\s+", " ", "g")))
    candidates = select(auth_user.c.username, auth_user.c.first_name, auth_user.c.last_name).where(
        or_(plain == key, text.regexp_match(r"[^ -_a-~]"))
    )
    for user in connection.execute(candidates):
        if match_key(user.first_name, user.last_name) == key:
            return str(user.username)
    return None
