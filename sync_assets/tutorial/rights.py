"""The rights that this project needs on the tables of the tutorial application, and which of them a role lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, text

READ: Final = ("select",)
ADD: Final = ("select", "insert")
CHANGE: Final = ("select", "insert", "update", "delete")

RIGHTS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("acted.tutorial_events", "acted.tutorial_sessions", "acted.tutorial_session_instructors"), CHANGE),
    **dict.fromkeys(
        (
            "acted.tutorial_course_templates",
            "acted.tutorial_locations",
            "acted.tutorial_venues",
            "acted.tutorial_instructors",
            "acted.staff",
            "public.auth_user",
        ),
        ADD,
    ),
}
"""The tables of the application that are written to, by qualified name. All others of `acted` are only read."""


def missing_rights(connection: Connection, needed: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the rights that this session's role lacks, as "insert on acted.staff"; a table that is not there has none.

    `needed` maps a qualified name to privileges.
    """
    allowed = text("select has_table_privilege(to_regclass(:name), :privilege)")
    return [
        f"{privilege} on {name}"
        for name, privileges in needed.items()
        for privilege in privileges
        if not connection.scalar(allowed, {"name": name, "privilege": privilege})
    ]


def needed_rights(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Return the rights that are needed on all tables of `acted` that there are, and on the application's users."""
    tables = connection.scalars(
        text(
            "select format('acted.%I', relname) from pg_class where relnamespace = to_regnamespace('acted') "
            "and relkind in ('r', 'p') order by relname"
        )
    )
    return {**dict.fromkeys(tables, READ), **RIGHTS}
