"""The bridge tables of the event import: the uploads, what became of their rows, and the events on both sides."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
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
)
"""Uploaded files. `key` is the partition's key, `size` in bytes; at `requested_at` its import was last asked for."""

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
