"""What people decide about discrepancies: `adm.decisions`, only ever added to, and `adm.ignored`, which stands.

A row is ignored for what it is: as unmatched, or as ambiguous. The day it is the other it is told of again, and nothing
has to be written for that, since both tables are only joined when they are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import pandas as pd
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Identity,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
    insert,
    select,
)

from sync_assets.bridge.bridge_table import METADATA
from sync_assets.bridge.matching import DiscrepancyKind, Side

decisions = Table(
    "decisions",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("decided_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("who", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("other_id", Text),
    Column("reason", Text, nullable=False),
    Column("run_id", Text),
    Column("dry_run", Boolean, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Index("decisions_of_record", "entity", "side", "record_id"),
    Index("decisions_of_run", "run_id"),
)

ignored = Table(
    "ignored",
    METADATA,
    Column("entity", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("ignored_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    PrimaryKeyConstraint("entity", "side", "record_id", "kind"),
)


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """A line of `adm.decisions`.

    `side` and `record_id` say which row was decided about, `other_id` names the row of the other side that it was
    linked to, parted from or made into. `outcome` is one word, `sentence` what was done, or why it could not be.
    """

    who: str
    entity: str
    side: str
    record_id: str
    name: str
    action: str
    reason: str
    run_id: str | None
    dry_run: bool
    outcome: str
    sentence: str
    other_id: str | None = None


def record_decisions(connection: Connection, entries: Sequence[DecisionEntry]) -> None:
    """Add decisions to those that are kept, in their order."""
    if entries:
        connection.execute(insert(decisions), [asdict(entry) for entry in entries])


def read_decisions(
    connection: Connection, *, entity: str | None = None, run_id: str | None = None, limit: int | None = None
) -> pd.DataFrame:
    """Return the decisions, oldest first, with the columns of `adm.decisions`; with `limit` only that many newest."""
    newest = select(decisions).order_by(decisions.c.id.desc()).limit(limit)
    if entity is not None:
        newest = newest.where(decisions.c.entity == entity)
    if run_id is not None:
        newest = newest.where(decisions.c.run_id == run_id)
    return pd.read_sql(newest, connection).iloc[::-1].reset_index(drop=True)


def ignored_places(connection: Connection, entity: str) -> set[tuple[Side, str, DiscrepancyKind]]:
    """Return the rows of an entity that are ignored, each with what it is ignored as."""
    found = connection.execute(
        select(ignored.c.side, ignored.c.record_id, ignored.c.kind).where(ignored.c.entity == entity)
    )
    return {(Side(side), record_id, DiscrepancyKind(kind)) for side, record_id, kind in found}
