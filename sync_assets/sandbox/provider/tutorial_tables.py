"""The provider's tutorial side as rows of the tutorial tables, in whichever layout they are."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, column, func, insert, select, table

from sync_assets.sandbox.provider.february_catalogue import february_catalogue, february_staff
from sync_assets.sandbox.provider.may_catalogue import may_catalogue, may_staff
from sync_assets.sandbox.provider.provider import Provider
from sync_assets.sandbox.provider.rows import MADE, TIMES, TableRows
from sync_assets.tutorial.february import February
from sync_assets.tutorial.layout import layout_of
from sync_assets.tutorial.may import May

_OWN_ROWS: Final = {February.name: (february_staff, february_catalogue), May.name: (may_staff, may_catalogue)}
"""What differs between the layouts: the rows of the staff, and those of the catalogue."""


def fill_tutorial_tables(connection: Connection, provider: Provider) -> None:
    """Insert the provider's rows under the ids that the provider gives them. The tables exist and are empty.

    Commits nothing; the identity sequences go on behind the last row.
    """
    staff, catalogue = _OWN_ROWS[layout_of(connection).name]
    for name, rows in (*_people(provider, staff(provider)), *_places(provider), *catalogue(provider)):
        schema, _, plain = name.partition(".")
        key = next(iter(rows[0]))
        target = table(plain, *(column(each) for each in rows[0]), schema=schema)
        connection.execute(insert(target), rows)
        sequence = func.pg_get_serial_sequence(name, key)
        connection.execute(select(func.setval(sequence, max(row[key] for row in rows))))


def _people(provider: Provider, staff: TableRows) -> list[TableRows]:
    people = provider.tutorial_instructors
    users = [
        {
            "id": person.id,
            "password": "!",
            "last_login": None,
            "is_superuser": False,
            "username": f"tutor{person.id:04}",
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": f"tutor{person.id}@example.org",
            "is_staff": True,
            "is_active": person.is_active,
            "date_joined": MADE,
        }
        for person in people
    ]
    instructors = [
        {"id": person.id, "staff_id": person.id, "is_active": person.is_active, **TIMES} for person in people
    ]
    return [("public.auth_user", users), staff, ("acted.tutorial_instructors", instructors)]


def _places(provider: Provider) -> list[TableRows]:
    locations = [
        {"id": each.id, "name": each.name, "code": each.code, "is_active": each.is_active, **TIMES}
        for each in provider.tutorial_locations
    ]
    venues = [
        {"id": each.id, "name": each.name, "description": "", "location_id": each.location_id, **TIMES}
        for each in provider.tutorial_venues
    ]
    templates = [
        {
            "id": each.id,
            "code": each.code,
            "title": each.title,
            "description": "",
            "is_active": each.is_active,
            **TIMES,
        }
        for each in provider.tutorial_course_templates
    ]
    return [
        ("acted.tutorial_locations", locations),
        ("acted.tutorial_venues", venues),
        ("acted.tutorial_course_templates", templates),
    ]
