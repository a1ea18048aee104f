"""The audit: every mutation that was sent to the tenant. Rows are only added, and deleted when they are old.

A request is recorded before it is sent, and its row completed when its outcome is known. A process that is killed in
between leaves a row that says so. Variables and answers are kept as they were sent, including people's names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Double,
    Index,
    Table,
    Text,
    Uuid,
    delete,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from sync_assets.bridge.bridge_table import METADATA

api_calls: Final = Table(
    "api_calls",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("sent_at", DateTime(timezone=True), nullable=False),
    Column("run_id", Text),
    Column("document", Text, nullable=False),
    Column("mutations", JSONB, nullable=False),
    Column("variables", JSONB, nullable=False),
    Column("result", Text, nullable=False),
    Column("answer", JSONB(none_as_null=True)),
    Column("said", Text),
    Column("seconds", Double),
    Index("api_calls_sent_at", "sent_at"),
    Index("api_calls_run_id", "run_id"),
)
"""`run_id` is Dagster's, null outside of a run; `mutations` holds how many of each, such as {"session.update": 20}.

`result` is sent, done, errors, not done or unknown. `answer` is the data that came back, `said` the errors in words.
"""

DONE: Final = "done"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A row of the audit."""

    id: UUID
    sent_at: datetime
    run_id: str | None
    document: str
    mutations: Mapping[str, int]
    variables: Mapping[str, Any]
    result: str
    answer: Mapping[str, Any] | None
    said: str | None
    seconds: float | None


def record_mutation(connection: Connection, call: AuditEntry) -> None:
    """Add the row of a request, or complete the row that is there, in one statement."""
    row = {column.name: getattr(call, column.name) for column in api_calls.columns}
    statement = insert(api_calls).values(**row)
    found = {name: statement.excluded[name] for name in ("result", "answer", "said", "seconds")}
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=found))


def read_calls(
    connection: Connection,
    *,
    since: datetime | None = None,
    mutation: str | None = None,
    run_id: str | None = None,
    failed: bool = False,
    limit: int | None = None,
) -> list[AuditEntry]:
    """Return the recorded requests, the newest first.

    `mutation` is a name such as `session.update`, or its group (`session`). `run_id` is the beginning of a run's id.
    `failed` leaves out those that were done without an error.
    """
    wanted: list[ColumnElement[bool]] = []
    if since is not None:
        wanted.append(api_calls.c.sent_at >= since)
    if run_id is not None:
        wanted.append(api_calls.c.run_id.startswith(run_id, autoescape=True))
    if failed:
        wanted.append(api_calls.c.result != DONE)
    if mutation is not None:
        names = func.jsonb_object_keys(api_calls.c.mutations).table_valued("value").render_derived(name="named")
        matching = (names.c.value == mutation) | names.c.value.startswith(f"{mutation}.", autoescape=True)
        wanted.append(select(names.c.value).where(matching).exists())
    ordered = select(api_calls).where(*wanted).order_by(api_calls.c.sent_at.desc(), api_calls.c.id).limit(limit)
    return [AuditEntry(**row) for row in connection.execute(ordered).mappings()]


def prune_audit(connection: Connection, *, days: int) -> int:
    """Delete the rows that are older than that many days, and return how many there were."""
    age = api_calls.c.sent_at < func.now() - timedelta(days=days)
    return connection.execute(delete(api_calls).where(age)).rowcount
