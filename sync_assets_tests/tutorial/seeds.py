"""A provider small enough to be seen at a glance, in the rows of either layout, and an event of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from sync_assets.tutorial.events import TutorialEvent, TutorialSession
from sync_assets.tutorial.tables import LayoutName

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")

_SHARED = """
    insert into public.auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active,
        date_joined) select '!', false, 'tutor' || n, 'Ida', 'Fernsby', '', true, true, now()
        from generate_series(1, 2) n;
    insert into acted.tutorial_locations (name, code, is_active, created_at, updated_at)
        values ('London', 'LDN', true, now(), now()), ('Leeds', 'LDS', true, now(), now());
    insert into acted.tutorial_venues (name, description, location_id, created_at, updated_at)
        values ('Quill House', '', 1, now(), now());
    insert into acted.tutorial_course_templates (code, title, description, is_active, created_at, updated_at)
        values ('CB1_LO_6', 'CB1 live online', '', true, now(), now());
    insert into acted.catalog_subjects (code, active, created_at, updated_at) values ('CB1', true, now(), now());
    insert into acted.catalog_exam_session_subjects (exam_session_id, subject_id, is_active, created_at, updated_at)
        values (1, 1, true, now(), now());
    insert into adm.course_templates (external_id, custom_fields, created_at, updated_at)
        values ('T1', '{}', now(), now());
    insert into adm.locations (external_id, created_at, updated_at) values ('L1', now(), now());
    insert into adm.instructors (external_id, is_active, created_at, updated_at, last_synced)
        values ('I1', true, now(), now(), now());
    insert into acted.tutorial_instructors (staff_id, is_active, created_at, updated_at)
        select id, true, now(), now() from acted.staff;
"""
_OWN = {
    LayoutName.FEBRUARY: """
    insert into acted.staff (user_id, created_at, updated_at) values (1, now(), now()), (2, now(), now());
    insert into acted.catalog_exam_sessions (session_code, start_date, end_date, create_date, modified_date)
        values ('2026-04', now(), now(), now(), now());
    insert into acted.catalog_products (fullname, shortname, code, created_at, updated_at, is_active, buy_both)
        values ('Tutorial', 'Tutorial', 'T', now(), now(), true, false);
    insert into acted.catalog_product_variations (variation_type, name, code)
        values ('Tutorial', 'Live online', 'LO_6H'), ('eBook', 'eBook', 'EB'), ('Tutorial', 'In Leeds', 'F2F_3F');
    insert into acted.catalog_product_product_variations (product_id, product_variation_id)
        values (1, 1), (1, 2), (1, 3);
    insert into acted.products (exam_session_subject_id, product_product_variation_id, product_code, is_active,
        created_at, updated_at) values (1, 1, 'CB1/LO/26A', true, now(), now()),
        (1, 2, 'CB1/EB/26A', true, now(), now()), (1, 3, 'CB1/LDS/26A', false, now(), now());
    """,
    LayoutName.MAY: """
    insert into acted.staff (user_id, initials, created_at, updated_at) values (1, 'IF', now(), now()),
        (2, 'IF', now(), now());
    insert into acted.catalog_exam_sessions (session_code, start_date, end_date, create_date, modified_date, is_active)
        values ('2026-04', now(), now(), now(), now(), false);
    insert into acted.purchasables (kind, code, name, description, is_active, dynamic_pricing, vat_classification,
        created_at, updated_at, is_addon)
        values ('tutorial', 'CB1/LO/26A', 'CB1', '', true, false, '', now(), now(), false),
        ('material', 'CB1/EB/26A', 'CB1', '', true, false, '', now(), now(), false),
        ('tutorial', 'CB1/F2F/26A', 'CB1', '', false, false, '', now(), now(), false),
        ('tutorial', 'CB1/EXTRA/26A', 'CB1', '', true, false, '', now(), now(), true);
    insert into acted.products (purchasable_ptr_id, product_code, exam_session_subject_id)
        select id, code, 1 from acted.purchasables;
    insert into acted.tutorial_products (product_ptr_id, format, tutorial_course_template_id, tutorial_location_id)
        values (1, 'LO_6H', 1, null), (3, 'F2F_3F', null, 2), (4, 'LO_6H', null, null);
    """,
}


def plant(connection: Connection, layout: LayoutName) -> None:
    """Fill a database of a layout with the provider; its foreign keys wait for the end of the transaction."""
    run(connection, _OWN[layout] + _SHARED)


def run(connection: Connection, script: str) -> None:
    """Execute the statements of a script."""
    connection.exec_driver_sql(script, execution_options={"no_parameters": True})


def at(month: int, day: int, hour: int, zone: ZoneInfo = LONDON) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=zone)


def session(day: int, **changes: Any) -> TutorialSession:
    """A session of a Monday in March or, from day 5 on, April."""
    start = at(3, 2, 9) if day == 1 else at(3, 2 + 7 * (day - 1), 9)
    values: dict[str, Any] = {
        "day": day,
        "title": f"CB1-01-26A-{day}",
        "start": start,
        "end": start.replace(hour=17),
        "location_id": 1,
        "venue_id": 1,
        "url": None,
        "instructor_ids": (1,),
        "bridge_instructor_id": 1,
    }
    return TutorialSession(**{**values, **changes})


def event(**changes: Any) -> TutorialEvent:
    """A live online event with two sessions on 2 and 9 March 2026, everything given."""
    values: dict[str, Any] = {
        "title": "CB1-01-26A",
        "product_id": 1,
        "zone": "Europe/London",
        "learning_mode": "blended",
        "location_id": 1,
        "venue_id": 1,
        "main_instructor_id": 1,
        "bridge_course_template_id": 1,
        "bridge_location_id": 1,
        "bridge_instructor_id": 1,
        "lms_start": at(1, 12, 16),
        "lms_end": at(4, 10, 0),
        "first_start": at(3, 2, 9),
        "last_end": at(3, 9, 17),
        "finalisation_date": date(2026, 2, 20),
        "registration_deadline": date(2026, 2, 25),
        "max_places": 14,
        "web_sale": True,
        "sitting": "2026A",
        "url": "https://meet.example.org/cb1/",
        "session_title": "CB1-01-26A-1",
        "administrators": ("Mona Sedgely", "Odette Fairweatherly"),
        "tutors": "Ida",
        "ocr_moodle_code": "CB1 OCR",
        "sage_code": "S1",
        "access_duration": "a year",
        "recordings": True,
        "recording_pin": "1234",
        "extra_information": "Bring a pen.",
    }
    return TutorialEvent(**{**values, **changes})
