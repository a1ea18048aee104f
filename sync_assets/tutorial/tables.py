"""The tables of the provider's tutorial application that the sync reads, and that the event import adds rows to.

Another application owns them: they are never altered here. `create_tutorial_tables` is for a database that has none
(the embedded one, the demo, the tests). No column has a database default, so an insert gives every column that is not
null a value; `auth_user` lives in `public`, everything else in `acted`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.schema import CreateSchema

SCHEMA = "acted"
METADATA = MetaData(schema=SCHEMA)


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
    UniqueConstraint("exam_session_id", "subject_id"),
)

catalog_products = Table(
    "catalog_products",
    METADATA,
    _id(),
    _text("fullname", 255),
    _text("shortname", 100),
    Column("description", Text),
    _text("code", 10),
    *_times(),
    _flag("is_active"),
    _flag("buy_both"),
)

catalog_product_variations = Table(
    "catalog_product_variations",
    METADATA,
    _id(),
    _text("variation_type", 32),
    _text("name", 64),
    Column("description", Text),
    _text("description_short", 255, nullable=True),
    _text("code", 50, nullable=True, unique=True),
    UniqueConstraint("variation_type", "name"),
)

catalog_product_product_variations = Table(
    "catalog_product_product_variations",
    METADATA,
    _id(),
    _reference("product_id", "acted.catalog_products.id"),
    _reference("product_variation_id", "acted.catalog_product_variations.id"),
    UniqueConstraint("product_id", "product_variation_id"),
)

products = Table(
    "products",
    METADATA,
    _id(),
    _reference("exam_session_subject_id", "acted.catalog_exam_session_subjects.id"),
    _reference("product_product_variation_id", "acted.catalog_product_product_variations.id"),
    _text("product_code", 64, unique=True),
    _flag("is_active"),
    *_times(),
    UniqueConstraint("exam_session_subject_id", "product_product_variation_id"),
)

tutorial_events = Table(
    "tutorial_events",
    METADATA,
    _id(),
    _text("code", 100, unique=True),
    _reference("venue_id", "acted.tutorial_venues.id", nullable=True),
    _reference("location_id", "acted.tutorial_locations.id", nullable=True),
    _flag("is_soldout"),
    Column("finalisation_date", Date),
    Column("remain_space", Integer, nullable=False),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date, nullable=False),
    _reference("product_id", "acted.products.id"),
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
    _moment("start_date"),
    _moment("end_date"),
    Column("sequence", Integer, CheckConstraint("sequence >= 0"), nullable=False),
    _text("url", 500, nullable=True),
    *_times(),
    UniqueConstraint("tutorial_event_id", "sequence"),
)

tutorial_session_instructors = Table(
    "tutorial_session_instructors",
    METADATA,
    _id(),
    _reference("tutorialsessions_id", "acted.tutorial_sessions.id"),
    _reference("tutorialinstructor_id", "acted.tutorial_instructors.id"),
    UniqueConstraint("tutorialsessions_id", "tutorialinstructor_id"),
)


def create_tutorial_tables(connection: Connection) -> None:
    """Create the tutorial tables where they are missing."""
    connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
    METADATA.create_all(connection)
