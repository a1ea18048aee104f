"""The decisions of people about discrepancies: `adm.decisions`, a log, and `adm.ignored`, what is ignored now.

A row is ignored as unmatched, or as ambiguous. If it changes from one to the other, it is reported again. Nothing has
to be written for that, since both tables are joined when they are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import pandas as pd
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Identity,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    and_,
    func,
    insert,
    or_,
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
    # The only reason for which the row is ignored; null where it is ignored for any.
    Column("why", Text),
    PrimaryKeyConstraint("entity", "side", "record_id", "kind"),
)


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """A line of `adm.decisions`.

    `side` and `record_id` say which row was decided about. `other_id` is the row of the other side: the one that it was
    linked to, unlinked from, or that was created for it. `outcome` is one word, `sentence` says what was done, or why
    it was not.
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
    """Add decisions to the log, in their order."""
    if entries:
        connection.execute(insert(decisions), [asdict(entry) for entry in entries])


def read_decisions(
    connection: Connection, *, entity: str | None = None, run_id: str | None = None, limit: int | None = None
) -> pd.DataFrame:
    """Return decisions with the columns of `adm.decisions`, oldest first; with `limit`, that many of the newest."""
    newest = select(decisions).order_by(decisions.c.id.desc()).limit(limit)
    if entity is not None:
        newest = newest.where(decisions.c.entity == entity)
    if run_id is not None:
        newest = newest.where(decisions.c.run_id == run_id)
    return pd.read_sql(newest, connection).iloc[::-1].reset_index(drop=True)


def is_ignored_row(row: Table) -> ColumnElement[bool]:
    """Return the condition that a row of `adm.ignored` is about a row of another table, which has its columns."""
    same = (row.c[name] == ignored.c[name] for name in ("entity", "side", "record_id", "kind"))
    return and_(*same, or_(ignored.c.why.is_(None), ignored.c.why == row.c.why))


def ignored_places(connection: Connection, entity: str) -> dict[tuple[Side, str, DiscrepancyKind], str | None]:
    """Return the ignored rows of an entity, each with the kind that it is ignored as, and the only reason if it has."""
    found = connection.execute(
        select(ignored.c.side, ignored.c.record_id, ignored.c.kind, ignored.c.why).where(ignored.c.entity == entity)
    )
    return {(Side(side), record_id, DiscrepancyKind(kind)): why for side, record_id, kind, why in found}
