"""The bridge tables of the event import: the uploads, what became of their rows, and the events on both sides."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Time,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from sync_assets.bridge.bridge_table import METADATA
from sync_assets.entities import course_templates, instructors, locations, venues
from sync_assets.tutorial.tables import tutorial_events, tutorial_sessions


class ImportState(StrEnum):
    """How far an event has come; it is recorded before the next step begins."""

    WRITTEN = "written"
    """The tutorial rows are there, and nothing is known of Administrate."""
    CREATED = "created"
    """The event is in Administrate, and its id is recorded."""
    SCHEDULED = "scheduled"
    """Its sessions there are those of the workbook."""
    COMPLETE = "complete"
    """Its staff is booked: nothing is left to do."""


class ImportOutcome(StrEnum):
    """What a run of an import has left to do."""

    SUCCESS = "success"
    """Nothing: what the file asks for is on both sides, or was to be tried only."""
    ERROR = "error"
    """Events of the file are in error: somebody has to correct them."""
    WAITING = "waiting"
    """Events wait for Administrate: the same upload is to be run again."""


class SessionState(StrEnum):
    """How far a session has come; its id in Administrate may be known before it is sent."""

    WRITTEN = "written"
    SENT = "sent"


def _moment(name: str) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


def _reference(name: str, target: Table, *, nullable: bool = True) -> Column[int]:
    key = ForeignKey(target.c.id, deferrable=True, initially="DEFERRED")
    return Column(name, BigInteger, key, nullable=nullable)


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
)
"""Uploaded files. `key` is the partition's key, `size` in bytes; at `requested_at` its import was last asked for, and
at `started_at` the run `run_id` began with it. A request that is newer than the start has not been taken up.
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
    Index("event_imports_ended_at", "ended_at"),
    Index("event_imports_upload_key", "upload_key"),
)
"""One row per run of an import. `counts` are events by outcome, `unavailable` says why the run stopped asking
Administrate, `outcome` what is left to do (`ImportOutcome`), `files` where its report and its error workbook are, by
name. `ended_at` is null while it runs, and stays null where its process died.
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

events: Final = Table(
    "events",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("external_id", Text, unique=True),
    _reference("tutorial_event_id", tutorial_events),
    _reference("course_template_id", course_templates.TABLE, nullable=False),
    Column("title", Text, nullable=False),
    Column("session_title", Text),
    Column("learning_mode", Text, nullable=False),
    Column("tutorial_category", Text),
    _reference("location_id", locations.TABLE, nullable=False),
    _reference("venue_id", venues.TABLE),
    _reference("primary_instructor_id", instructors.TABLE),
    Column("administrator", Text),
    Column("max_places", Integer),
    Column("min_places", Integer),
    Column("registration_deadline", DateTime(timezone=True)),
    Column("lms_start_date", DateTime(timezone=True)),
    Column("lms_end_date", DateTime(timezone=True)),
    Column("access_duration", Text),
    Column("event_url", Text),
    Column("virtual_classroom", Text),
    Column("lifecycle_state", Text),
    Column("sold_out", Boolean, nullable=False, server_default=false()),
    Column("cancelled", Boolean, nullable=False, server_default=false()),
    Column("web_sale", Boolean),
    Column("sitting", Text),
    Column("finalisation_date", DateTime(timezone=True)),
    Column("ocr_moodle_code", Text),
    Column("sage_code", Text),
    Column("recordings", Boolean),
    Column("recording_pin", Text),
    Column("extra_information", Text),
    Column("tutors", Text),
    Column("timezone", Text),
    _moment("created_at"),
    _moment("updated_at"),
    _upload_key(nullable=True),
    Column("upload_row", Integer),
    Column("state", Text),
    Column("sent", JSONB(none_as_null=True)),
    Column("warnings", JSONB(none_as_null=True)),
    Column("failure", Text),
    UniqueConstraint("upload_key", "upload_row"),
)
"""Events of both sides. `upload_key` and `upload_row` (the Excel row that the event starts in) say where one comes
from; both and `state` are null for an event that no import has made. `sent` is the input that Administrate was given,
`failure` the sentence of the last try, null after one that went well.
"""

sessions: Final = Table(
    "sessions",
    METADATA,
    Column("id", BigInteger, Identity(), primary_key=True),
    _reference("event_id", events, nullable=False),
    Column("external_id", Text, unique=True),
    _reference("tutorial_session_id", tutorial_sessions),
    Column("title", Text, nullable=False),
    Column("day_number", Integer),
    Column("classroom_start_date", Date),
    Column("classroom_start_time", Time),
    Column("classroom_end_date", Date),
    Column("classroom_end_time", Time),
    _reference("session_instructor_id", instructors.TABLE),
    Column("session_url", Text),
    Column("cancelled", Boolean, nullable=False, server_default=false()),
    _moment("created_at"),
    _moment("updated_at"),
    Column("state", Text),
    Column("sent", JSONB(none_as_null=True)),
)
"""Sessions of both sides; times are by the clocks of the session's zone. A row without a day is a session that
Administrate made from the template beyond those of the workbook, and that the import cancels.
"""
