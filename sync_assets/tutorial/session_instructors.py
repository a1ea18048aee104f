"""Who teaches a session: the rows of `acted.tutorial_session_instructors`, which both layouts have alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, delete, insert, select

from sync_assets.tutorial.tables import tutorial_session_instructors


def instructors_of(connection: Connection, session_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return the instructors of each session, in the order in which they were entered."""
    table = tutorial_session_instructors
    found: dict[int, tuple[int, ...]] = defaultdict(tuple)
    for row in connection.execute(
        select(table).where(table.c.tutorialsessions_id.in_(session_ids)).order_by(table.c.id)
    ):
        found[row.tutorialsessions_id] += (row.tutorialinstructor_id,)
    return found


def add_instructors(connection: Connection, instructors: Mapping[int, Collection[int]]) -> None:
    """Insert the instructors of sessions, each once."""
    rows = [
        {"tutorialsessions_id": session_id, "tutorialinstructor_id": instructor}
        for session_id, taught_by in instructors.items()
        for instructor in dict.fromkeys(taught_by)
    ]
    if rows:
        connection.execute(insert(tutorial_session_instructors), rows)


def change_instructors(connection: Connection, session_id: int, wanted: Collection[int]) -> None:
    """Make these the instructors of a session; rows that stand already stay."""
    table = tutorial_session_instructors
    there = instructors_of(connection, [session_id])[session_id]
    connection.execute(
        delete(table).where(
            table.c.tutorialsessions_id == session_id, table.c.tutorialinstructor_id.not_in(tuple(wanted))
        )
    )
    add_instructors(connection, {session_id: [each for each in wanted if each not in there]})


def remove_instructors(connection: Connection, session_ids: Collection[int]) -> None:
    """Delete the instructors of sessions."""
    table = tutorial_session_instructors
    connection.execute(delete(table).where(table.c.tutorialsessions_id.in_(session_ids)))
