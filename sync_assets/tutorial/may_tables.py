"""The tables of the tutorial application that only May's layout has, or that have other columns there."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Identity, Integer, MetaData, String, Table, Text

METADATA = MetaData(schema="acted")


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(), primary_key=True)


catalog_exam_sessions: Final = Table(
    "catalog_exam_sessions",
    METADATA,
    _id(),
    Column("session_code", String(50), nullable=False),
    Column("end_date", DateTime(timezone=True), nullable=False),
    Column("is_active", Boolean, nullable=False),
)

purchasables: Final = Table(
    "purchasables",
    METADATA,
    _id(),
    Column("kind", String(32), nullable=False),
    Column("code", String(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("is_addon", Boolean, nullable=False),
)

products: Final = Table(
    "products",
    METADATA,
    Column("purchasable_ptr_id", BigInteger, Identity(), primary_key=True),
    Column("product_code", String(64), nullable=False),
    Column("exam_session_subject_id", BigInteger, nullable=False),
)

tutorial_products: Final = Table(
    "tutorial_products",
    METADATA,
    Column("product_ptr_id", BigInteger, primary_key=True),
    Column("format", String(16), nullable=False),
    Column("tutorial_course_template_id", BigInteger),
    Column("tutorial_location_id", BigInteger),
)

staff: Final = Table(
    "staff",
    METADATA,
    _id(),
    Column("user_id", Integer, nullable=False),
    Column("job_title", String(200), nullable=False),
    Column("initials", String(10), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

tutorial_events: Final = Table(
    "tutorial_events",
    METADATA,
    _id(),
    Column("code", String(100), nullable=False),
    Column("is_soldout", Boolean, nullable=False),
    Column("finalisation_date", DateTime(timezone=True)),
    Column("remain_space", Integer, nullable=False),
    Column("product_id", BigInteger, nullable=False),
    Column("location_id", BigInteger),
    Column("venue_id", BigInteger),
    Column("main_instructor_id", BigInteger),
    Column("cancelled", Boolean, nullable=False),
    Column("access_duration", String(100)),
    Column("administrator", String(255)),
    Column("course_template_id", BigInteger),
    Column("event_url", String(500)),
    Column("external_id", String(64)),
    Column("extra_information", Text),
    Column("learning_mode", String(20)),
    Column("lifecycle_state", String(20)),
    Column("lms_start_date", DateTime(timezone=True)),
    Column("lms_end_date", DateTime(timezone=True)),
    Column("max_places", Integer),
    Column("ocr_moodle_code", String(100)),
    Column("recording_pin", String(50)),
    Column("recordings", Boolean),
    Column("registration_deadline", DateTime(timezone=True)),
    Column("sage_code", String(100)),
    Column("session_title", String(255)),
    Column("sitting", String(50)),
    Column("sold_out", Boolean),
    Column("timezone", String(50)),
    Column("tutors", String(255)),
    Column("web_sale", Boolean),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)
"""`course_template_id` is a key of `adm.course_templates`."""

tutorial_sessions: Final = Table(
    "tutorial_sessions",
    METADATA,
    _id(),
    Column("tutorial_event_id", BigInteger, nullable=False),
    Column("title", String(255), nullable=False),
    Column("venue_id", BigInteger),
    Column("location_id", BigInteger),
    Column("start_date", DateTime(timezone=True), info={"filled": True}),
    Column("end_date", DateTime(timezone=True), info={"filled": True}),
    Column("sequence", Integer, nullable=False),
    Column("url", String(500)),
    Column("cancelled", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)
