"""How many rows an entity has on each side, and how many of them are partners."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select, true

from sync_assets.bridge.link import Link


@dataclass(frozen=True, slots=True)
class SideCounts:
    """Live records of Administrate, active tutorial rows, and the records that are linked to an active row."""

    records: int
    tutorial_rows: int
    linked: int


def count_sides(connection: Connection, link: Link) -> SideCounts:
    """Return the counts of an entity that is linked."""
    # What they are matched on is left out: it costs more than all of this.
    table, row = link.table, link.tutorial_table
    active = select(row.c.id).where(row.c.is_active if "is_active" in row.c else true())
    linked = func.count().filter(table.c[link.column].in_(active))
    here = select(func.count()).select_from(active.subquery()).scalar_subquery()
    counts = select(func.count(), here, linked).where(table.c.removed_at.is_(None))
    return SideCounts(*connection.execute(counts).one())
