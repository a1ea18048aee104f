"""The bridge tables of the event import: the uploads, what became of their rows, and the events on both sides."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from sync_assets.bridge.bridge_table import METADATA


class ImportOutcome(StrEnum):
    """What a run of an import has left to do."""

    SUCCESS = "success"
    """Nothing: every event of the file is on both sides as it says; of a dry run, would be."""
    NEEDS_SOMEBODY = "needs_somebody"
    """Somebody has to correct or to decide something."""
    WAITING = "waiting"
    """Events wait for Administrate: a later run goes on."""


def _moment(name: str) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


def _upload_key(*, nullable: bool) -> Column[str]:
    key = ForeignKey("adm.event_uploads.key", deferrable=True, initially="DEFERRED")
    return Column("upload_key", Text, key, nullable=nullable)


event_uploads: Final = Table(
    "event_uploads",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("way_in", Text, nullable=False),
    Column("options", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    _moment("uploaded_at"),
    Column("requested_at", DateTime(timezone=True)),
    Column("started_at", DateTime(timezone=True)),
    Column("run_id", Text),
    Column("uploaded_by", Text),
    Column("requested_by", Text),
    Column(
        "corrects",
        Text,
        ForeignKey("adm.event_uploads.key", ondelete="SET NULL", deferrable=True, initially="DEFERRED"),
    ),
    Index("event_uploads_uploaded_at", "uploaded_at"),
)
"""Uploaded files. `key` is the partition's key, `size` in bytes; at `requested_at` its import was last asked for, and
at `started_at` the run `run_id` began with it. A new request makes both null again: no run has taken it up.
`uploaded_by` and `requested_by` are people's names, where they are known. `corrects` is the upload that this one was
made from.
"""

event_imports: Final = Table(
    "event_imports",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("run_id", Text),
    Column(
        "upload_key",
        Text,
        ForeignKey("adm.event_uploads.key", ondelete="CASCADE", deferrable=True, initially="DEFERRED"),
        nullable=False,
    ),
    Column("dry_run", Boolean, nullable=False),
    Column("counts", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("unavailable", Text),
    Column("outcome", Text),
    Column("files", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    _moment("started_at"),
    Column("ended_at", DateTime(timezone=True)),
    Column("started_by", Text),
    Index("event_imports_ended_at", "ended_at"),
    Index("event_imports_upload_key", "upload_key"),
)
"""One row per run of an import. `counts` are events by outcome, `unavailable` says why the run stopped asking
Administrate, `outcome` what is left to do (`ImportOutcome`), `files` where its report and its error workbook are, by
name. `started_by` is a person's name, where it is known. `ended_at` is null while it runs, and stays null where its
process died.
"""

event_import_rows: Final = Table(
    "event_import_rows",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    _upload_key(nullable=False),
    Column("row_number", Integer, nullable=False),
    Column("event_row", Integer),
    Column("course_template_code", Text, nullable=False),
    Column("event_title", Text, nullable=False),
    Column("session_title", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("sentence", Text),
    Column("problems", JSONB, nullable=False),
    Column("tutorial_event_id", BigInteger),
    Column("tutorial_session_id", BigInteger),
    Column("external_event_id", Text),
    Column("external_session_id", Text),
    _moment("recorded_at"),
    UniqueConstraint("upload_key", "row_number"),
)
"""What the last run of an upload made of each row of its sheet; row numbers are Excel's."""
