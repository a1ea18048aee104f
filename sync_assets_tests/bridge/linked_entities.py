"""Rows of both sides of every entity that has two, by nothing but a name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, insert, select, text, update

from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.bridge.link import Link
from sync_assets.bridge.linking import Linked, link_rows
from sync_assets.bridge.write_one_row import add_tutorial_row
from sync_assets.entities import ENTITIES
from sync_assets.tutorial.layout import layout_of
from sync_assets.tutorial.tables import auth_user, staff, tutorial_instructors

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LINKED = [name for name, entity in ENTITIES.items() if entity.link]
WITH_FLAG = [name for name in LINKED if name not in ("venues", "events")]
"""Those whose tutorial rows can be inactive."""


def link_of(entity: str) -> Link:
    link = ENTITIES[entity].link
    assert link
    return link


def facts(name: str, town: str = "L1") -> dict[str, Any]:
    """Return every column that a record of that name may have; `town` is the external id of a venue's location."""
    first, _, last = name.partition(" ")
    return {
        **dict.fromkeys(("name", "code", "title"), name),
        "first_name": first,
        "last_name": last,
        "email_address": None,
        "description": "",
        "location_id": town,
    }


def add_row(database: Engine, entity: str, name: str, town: str = "L1") -> int:
    """Insert a tutorial row and return its id."""
    creation = ENTITIES[entity].creation
    with database.begin() as connection:
        if entity == "instructors":
            return _add_instructor(connection, name)
        if entity == "events":
            return _add_event(connection, name)
        assert creation
        return creation.in_tutorial(connection, facts(name, town))


def _add_instructor(connection: Connection, name: str) -> int:
    first, _, last = name.partition(" ")
    user = {"password": "!", "username": uuid4().hex, "first_name": first, "last_name": last, "email": ""}
    flags = {"is_superuser": False, "is_staff": False, "is_active": True}
    user_id = add_tutorial_row(connection, auth_user, {**user, **flags})
    staff_id = layout_of(connection).insert_staff(connection, user_id, first, last, datetime.now(UTC))
    return add_tutorial_row(connection, tutorial_instructors, {"staff_id": staff_id, "is_active": True})


def _add_event(connection: Connection, title: str) -> int:
    columns = connection.execute(
        text("""
            select column_name, data_type from information_schema.columns where table_schema = 'acted'
            and table_name = 'tutorial_events' and is_nullable = 'NO' and is_identity = 'NO' and column_default is null
            and column_name <> 'code'""")
    )
    kinds = {"boolean": False, "date": NOW.date(), "timestamp with time zone": NOW, "character varying": "", "text": ""}
    values = {row.column_name: kinds.get(row.data_type, 0) for row in columns}
    names, places = ", ".join(["code", *values]), ", ".join([":code", *(f":{name}" for name in values)])
    # The product does not matter to a link.
    connection.execute(text("set session_replication_role = replica"))
    inserting = f"insert into acted.tutorial_events ({names}) values ({places}) returning id"
    id_ = connection.scalar(text(inserting), {"code": title, **values})
    connection.execute(text("set session_replication_role = origin"))
    return int(id_ or 0)


def add_record(database: Engine, entity: str, external_id: str, name: str, town: str = "L1", **values: Any) -> None:
    """Insert a bridge row."""
    table = link_of(entity).table
    known = {column: value for column, value in facts(name, town).items() if column in table.c}
    if entity == "locations":
        del known["description"]
    with database.begin() as connection:
        connection.execute(insert(table).values(external_id=external_id, **known, **values))


def add_towns(database: Engine) -> None:
    """Add two towns to both sides, and link them, for venues to stand in."""
    for external_id, name in (("L1", "First town"), ("L2", "Second town")):
        row_id = add_row(database, "locations", name)
        add_record(database, "locations", external_id, name, tutorial_location_id=row_id, linked_by="match")


def set_link(database: Engine, entity: str, external_id: str, row_id: int | None, by: str | None) -> None:
    """Write a link as a person with SQL, a former version or a decision does."""
    link = link_of(entity)
    with database.begin() as connection:
        connection.execute(
            update(link.table)
            .where(link.table.c.external_id == external_id)
            .values(**{link.column: row_id, "linked_by": by, "linked_row_id": row_id})
        )


def rename_row(connection: Connection, entity: str, row_id: int, name: str) -> None:
    table = link_of(entity).tutorial_table
    if entity == "instructors":
        user = (
            select(staff.c.user_id)
            .join_from(tutorial_instructors, staff)
            .where(tutorial_instructors.c.id == row_id)
            .scalar_subquery()
        )
        first, _, last = name.partition(" ")
        connection.execute(update(auth_user).where(auth_user.c.id == user).values(first_name=first, last_name=last))
    else:
        column = "code" if entity in ("course_templates", "events") else "name"
        connection.execute(update(table).where(table.c.id == row_id).values(**{column: name}))


def delete_row(database: Engine, entity: str, row_id: int) -> None:
    """Delete a tutorial row, as the application does."""
    with database.begin() as connection:
        connection.execute(text(f"delete from {link_of(entity).tutorial_table.fullname} where id = {row_id}"))


def link(database: Engine, entity: str) -> Linked:
    with database.begin() as connection:
        return link_rows(connection, entity, link_of(entity))


def stored_link(database: Engine, entity: str, external_id: str) -> tuple[int | None, str | None]:
    how = link_of(entity)
    with database.connect() as connection:
        found = connection.execute(
            select(how.table.c[how.column], how.table.c.linked_by).where(how.table.c.external_id == external_id)
        ).one()
    return found[0], found[1]


def told(database: Engine, entity: str) -> dict[str, tuple[str, str]]:
    """Return kind and reason of the discrepancies of an entity, by the id of the row."""
    with database.connect() as connection:
        found = read_discrepancies(connection, entity)
    return {str(row.record_id): (str(row.kind), str(row.why)) for row in found.itertuples()}
