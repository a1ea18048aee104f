"""The tables of the provider's tutorial application, with the columns that both of its layouts have.

Another application owns them: they are never altered here. `create_tutorial_tables` is for a database that has none
(the embedded one, the demo, the tests). No column has a database default, so an insert gives every column that is not
null a value; `auth_user` lives in `public`, everything else in `acted`. What only one layout has stands in
`february_tables.py` and `may_tables.py`.
"""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

SCHEMA: Final = "acted"
METADATA = MetaData(schema=SCHEMA)


class LayoutName(StrEnum):
    """The layouts that are known, by the month of 2026 in which the application had them."""

    FEBRUARY = "february"
    MAY = "may"


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def _text(name: str, length: int, *, nullable: bool = False, unique: bool = False) -> Column[str]:
    return Column(name, String(length), nullable=nullable, unique=unique)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _moment(name: str) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=False)


def _times() -> tuple[Column[Any], Column[Any]]:
    return _moment("created_at"), _moment("updated_at")


def _reference(name: str, target: str, *, nullable: bool = False, unique: bool = False) -> Column[int]:
    key = ForeignKey(target, deferrable=True, initially="DEFERRED")
    return Column(name, BigInteger, key, nullable=nullable, unique=unique)


auth_user = Table(
    "auth_user",
    METADATA,
    Column("id", Integer, Identity(), primary_key=True),
    _text("password", 128),
    Column("last_login", DateTime(timezone=True)),
    _flag("is_superuser"),
    _text("username", 150, unique=True),
    _text("first_name", 150),
    _text("last_name", 150),
    _text("email", 254),
    _flag("is_staff"),
    _flag("is_active"),
    _moment("date_joined"),
    schema="public",
)

staff = Table(
    "staff",
    METADATA,
    _id(),
    Column(
        "user_id",
        Integer,
        ForeignKey("public.auth_user.id", deferrable=True, initially="DEFERRED"),
        nullable=False,
        unique=True,
    ),
    *_times(),
)

tutorial_course_templates = Table(
    "tutorial_course_templates",
    METADATA,
    _id(),
    _text("code", 50, unique=True),
    _text("title", 255),
    Column("description", Text, nullable=False),
    _flag("is_active"),
    *_times(),
)

tutorial_locations = Table(
    "tutorial_locations",
    METADATA,
    _id(),
    _text("name", 255),
    _text("code", 50),
    _flag("is_active"),
    *_times(),
)

tutorial_venues = Table(
    "tutorial_venues",
    METADATA,
    _id(),
    _text("name", 255),
    Column("description", Text, nullable=False),
    _reference("location_id", "acted.tutorial_locations.id", nullable=True),
    *_times(),
)

tutorial_instructors = Table(
    "tutorial_instructors",
    METADATA,
    _id(),
    _reference("staff_id", "acted.staff.id", nullable=True, unique=True),
    _flag("is_active"),
    *_times(),
)

catalog_subjects = Table(
    "catalog_subjects",
    METADATA,
    _id(),
    _text("code", 10, unique=True),
    Column("description", Text),
    _flag("active"),
    *_times(),
)

catalog_exam_sessions = Table(
    "catalog_exam_sessions",
    METADATA,
    _id(),
    _text("session_code", 50),
    _moment("start_date"),
    _moment("end_date"),
    _moment("create_date"),
    _moment("modified_date"),
)

catalog_exam_session_subjects = Table(
    "catalog_exam_session_subjects",
    METADATA,
    _id(),
    _reference("exam_session_id", "acted.catalog_exam_sessions.id"),
    _reference("subject_id", "acted.catalog_subjects.id"),
    _flag("is_active"),
    *_times(),
)

tutorial_events = Table(
    "tutorial_events",
    METADATA,
    _id(),
    _text("code", 100, unique=True),
    _reference("venue_id", "acted.tutorial_venues.id", nullable=True),
    _reference("location_id", "acted.tutorial_locations.id", nullable=True),
    _flag("is_soldout"),
    Column("remain_space", Integer, nullable=False),
    Column("product_id", BigInteger, nullable=False),
    *_times(),
)

tutorial_sessions = Table(
    "tutorial_sessions",
    METADATA,
    _id(),
    _reference("tutorial_event_id", "acted.tutorial_events.id"),
    _text("title", 255),
    _reference("venue_id", "acted.tutorial_venues.id", nullable=True),
    _reference("location_id", "acted.tutorial_locations.id", nullable=True),
    Column("start_date", DateTime(timezone=True)),
    Column("end_date", DateTime(timezone=True)),
    Column("sequence", Integer, nullable=False),
    _text("url", 500, nullable=True),
    *_times(),
)

tutorial_session_instructors = Table(
    "tutorial_session_instructors",
    METADATA,
    _id(),
    _reference("tutorialsessions_id", "acted.tutorial_sessions.id"),
    _reference("tutorialinstructor_id", "acted.tutorial_instructors.id"),
)


def has_tutorial_tables(connection: Connection) -> bool:
    """Tell whether a database has the tables of the tutorial application, of whatever version."""
    return connection.scalar(text("select to_regclass('acted.tutorial_events')")) is not None


def create_tutorial_tables(connection: Connection, layout: LayoutName = LayoutName.MAY) -> None:
    """Create the tables of the tutorial application, those of its own in `adm` included, unless it has some already."""
    if not has_tutorial_tables(connection):
        script = files(__package__).joinpath(f"{layout}.sql").read_text("utf-8")
        # Many statements in one go: the driver takes them only where no parameters come along.
        connection.exec_driver_sql(script, execution_options={"no_parameters": True})
