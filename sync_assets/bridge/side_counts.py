"""How many rows an entity has on each side, and how many of them are partners."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from sync_assets.bridge.link import Link


@dataclass(frozen=True, slots=True)
class SideCounts:
    """Live records of Administrate, active tutorial rows, and the records that are linked to an active row."""

    records: int
    tutorial_rows: int
    linked: int


def count_sides(connection: Connection, link: Link) -> SideCounts:
    """Return the counts of an entity that is linked."""
    records, rows = link.records.subquery(), link.tutorial_rows.subquery()
    active = select(rows.c.id).where(rows.c.is_active)
    linked = select(func.count()).select_from(records).where(records.c.linked_to.in_(active))
    return SideCounts(
        records=connection.execute(select(func.count()).select_from(records)).scalar_one(),
        tutorial_rows=connection.execute(select(func.count()).select_from(active.subquery())).scalar_one(),
        linked=connection.execute(linked).scalar_one(),
    )
