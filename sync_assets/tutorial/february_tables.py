"""The tables of the tutorial application that only February's layout has, or that have other columns there."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Time,
)

METADATA = MetaData(schema="acted")


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


catalog_products: Final = Table("catalog_products", METADATA, _id(), Column("code", String(10), nullable=False))

catalog_product_variations: Final = Table(
    "catalog_product_variations",
    METADATA,
    _id(),
    Column("variation_type", String(32), nullable=False),
    Column("code", String(50)),
)

catalog_product_product_variations: Final = Table(
    "catalog_product_product_variations", METADATA, _id(), _number("product_id"), _number("product_variation_id")
)

products: Final = Table(
    "products",
    METADATA,
    _id(),
    _number("exam_session_subject_id"),
    _number("product_product_variation_id"),
    Column("product_code", String(64), nullable=False),
    Column("is_active", Boolean, nullable=False),
)

staff: Final = Table(
    "staff",
    METADATA,
    _id(),
    Column("user_id", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

tutorial_events: Final = Table(
    "tutorial_events",
    METADATA,
    _id(),
    Column("code", String(100), nullable=False),
    Column("venue_id", BigInteger),
    Column("location_id", BigInteger),
    Column("is_soldout", Boolean, nullable=False),
    Column("finalisation_date", Date),
    Column("remain_space", Integer, nullable=False),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date, nullable=False),
    _number("product_id"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

tutorial_sessions: Final = Table(
    "tutorial_sessions",
    METADATA,
    _id(),
    _number("tutorial_event_id"),
    Column("title", String(255), nullable=False),
    Column("venue_id", BigInteger),
    Column("location_id", BigInteger),
    Column("start_date", DateTime(timezone=True), nullable=False),
    Column("end_date", DateTime(timezone=True), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("url", String(500)),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

bridge_events: Final = Table(
    "events",
    METADATA,
    _id(),
    Column("external_id", String(50)),
    Column("tutorial_event_id", BigInteger),
    _number("course_template_id"),
    Column("title", String(255), nullable=False),
    Column("session_title", String(255), nullable=False),
    Column("learning_mode", String(20), nullable=False),
    Column("tutorial_category", String(20), nullable=False),
    _number("location_id"),
    Column("venue_id", BigInteger),
    _number("primary_instructor_id"),
    Column("administrator", String(255), nullable=False),
    Column("max_places", Integer, nullable=False),
    Column("min_places", Integer, nullable=False),
    Column("registration_deadline", DateTime(timezone=True)),
    Column("lms_start_date", DateTime(timezone=True)),
    Column("lms_end_date", DateTime(timezone=True)),
    Column("access_duration", String(100), nullable=False),
    Column("event_url", String(500), nullable=False),
    Column("virtual_classroom", String(255), nullable=False),
    Column("lifecycle_state", String(20), nullable=False),
    Column("sold_out", Boolean, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("web_sale", Boolean, nullable=False),
    Column("sitting", String(50), nullable=False),
    Column("finalisation_date", DateTime(timezone=True)),
    Column("ocr_moodle_code", String(100), nullable=False),
    Column("sage_code", String(100), nullable=False),
    Column("recordings", Boolean, nullable=False),
    Column("recording_pin", String(50), nullable=False),
    Column("extra_information", Text, nullable=False),
    Column("tutors", String(255), nullable=False),
    Column("timezone", String(50), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    schema="adm",
)
"""The application's own copy of what Administrate says of an event; ids are those of tables of `adm`."""

bridge_sessions: Final = Table(
    "sessions",
    METADATA,
    _id(),
    _number("event_id"),
    Column("title", String(255), nullable=False),
    Column("day_number", Integer, nullable=False),
    Column("classroom_start_date", Date, nullable=False),
    Column("classroom_start_time", Time, nullable=False),
    Column("classroom_end_date", Date, nullable=False),
    Column("classroom_end_time", Time, nullable=False),
    _number("session_instructor_id"),
    Column("session_url", String(500), nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    schema="adm",
)
"""Likewise of a session; times are by the clocks of the event's zone."""
