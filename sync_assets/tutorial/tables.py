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
    return Column("id", BigInteger, Identity(), primary_key=True, doc="The row's key.")


def _text(
    name: str, length: int, doc: str | None = None, *, nullable: bool = False, unique: bool = False
) -> Column[str]:
    return Column(name, String(length), nullable=nullable, unique=unique, doc=doc)


def _flag(name: str, doc: str | None = None) -> Column[bool]:
    return Column(name, Boolean, nullable=False, doc=doc)


def _moment(name: str, doc: str | None = None) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=False, doc=doc)


def _times() -> tuple[Column[Any], Column[Any]]:
    return _moment("created_at", "When the row was made."), _moment("updated_at", "When the row was last changed.")


def _reference(name: str, target: str, *, nullable: bool = False, unique: bool = False) -> Column[int]:
    key = ForeignKey(target, deferrable=True, initially="DEFERRED")
    return Column(name, BigInteger, key, nullable=nullable, unique=unique, doc=f"Row of {target.rpartition('.')[0]}.")


auth_user = Table(
    "auth_user",
    METADATA,
    Column("id", Integer, Identity(), primary_key=True, doc="The row's key."),
    _text("password", 128, "A hash of the password; never read here."),
    Column("last_login", DateTime(timezone=True), doc="When the user last signed in."),
    _flag("is_superuser", "Whether the user may do everything there."),
    _text("username", 150, "The name that the user signs in by.", unique=True),
    _text("first_name", 150, "First name; with the last name, what an instructor is matched by."),
    _text("last_name", 150, "Last name."),
    _text("email", 254, "E-mail address."),
    _flag("is_staff", "Whether the user may open the application's own pages of administration."),
    _flag("is_active", "Whether the user may sign in."),
    _moment("date_joined", "When the user was made."),
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
        doc="Row of public.auth_user: the person.",
    ),
    *_times(),
)

tutorial_course_templates = Table(
    "tutorial_course_templates",
    METADATA,
    _id(),
    _text("code", 50, "The template's code, by which it is matched.", unique=True),
    _text("title", 255, "The template's title."),
    Column("description", Text, nullable=False, doc="What is said of it to students."),
    _flag("is_active", "Whether it is still in use."),
    *_times(),
)

tutorial_locations = Table(
    "tutorial_locations",
    METADATA,
    _id(),
    _text("name", 255, "The location's name, by which it is matched."),
    _text("code", 50, "The location's code."),
    _flag("is_active", "Whether it is still in use."),
    *_times(),
)

tutorial_venues = Table(
    "tutorial_venues",
    METADATA,
    _id(),
    _text("name", 255, "The venue's name, by which it is matched within its location."),
    Column("description", Text, nullable=False, doc="What is said of it to students."),
    _reference("location_id", "acted.tutorial_locations.id", nullable=True),
    *_times(),
)

tutorial_instructors = Table(
    "tutorial_instructors",
    METADATA,
    _id(),
    _reference("staff_id", "acted.staff.id", nullable=True, unique=True),
    _flag("is_active", "Whether the person still teaches."),
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
    _text("code", 100, "The title in Administrate.", unique=True),
    _reference("venue_id", "acted.tutorial_venues.id", nullable=True),
    _reference("location_id", "acted.tutorial_locations.id", nullable=True),
    _flag("is_soldout", "Whether no place is left, or none is sold."),
    Column("remain_space", Integer, nullable=False, doc="Places that are left."),
    Column("product_id", BigInteger, nullable=False, doc="The product that it is sold as."),
    *_times(),
)

tutorial_sessions = Table(
    "tutorial_sessions",
    METADATA,
    _id(),
    _reference("tutorial_event_id", "acted.tutorial_events.id"),
    _text("title", 255, "The title."),
    _reference("venue_id", "acted.tutorial_venues.id", nullable=True),
    _reference("location_id", "acted.tutorial_locations.id", nullable=True),
    Column("start_date", DateTime(timezone=True), doc="When it starts."),
    Column("end_date", DateTime(timezone=True), doc="When it ends."),
    Column("sequence", Integer, nullable=False, doc="Its number among the sessions of its event."),
    _text("url", 500, "Where it is held online.", nullable=True),
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
