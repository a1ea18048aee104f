"""The provider's tutorial side as rows of the tutorial tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from sync_assets.sandbox.provider.catalogue import EXAM_SESSIONS, PRODUCTS, VARIATIONS, catalogue
from sync_assets.sandbox.provider.provider import Provider
from sync_assets.tutorial import tables as tutorial

Rows = list[dict[str, Any]]

MADE = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)
_TIMES = {"created_at": MADE, "updated_at": MADE}


def fill_tutorial_tables(connection: Connection, provider: Provider) -> None:
    """Insert the provider's rows under the ids that the provider gives them. The tables exist and are empty.

    Commits nothing; the identity sequences go on behind the last row.
    """
    for table, rows in (*_people(provider), *_places(provider), *_catalogue(provider)):
        connection.execute(insert(table), rows)
        sequence = func.pg_get_serial_sequence(f"{table.schema}.{table.name}", "id")
        connection.execute(select(func.setval(sequence, len(rows))))


def _numbered(rows: Iterable[dict[str, Any]]) -> Rows:
    return [{"id": number, **row} for number, row in enumerate(rows, start=1)]


def _people(provider: Provider) -> list[tuple[Table, Rows]]:
    people = provider.tutorial_instructors
    users = [
        {
            "id": person.id,
            "password": "!",
            "last_login": None,
            "is_superuser": False,
            "username": f"tutor{person.id:04}",
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": f"tutor{person.id}@example.org",
            "is_staff": True,
            "is_active": person.is_active,
            "date_joined": MADE,
        }
        for person in people
    ]
    staff = [{"id": person.id, "user_id": person.id, **_TIMES} for person in people]
    instructors = [
        {"id": person.id, "staff_id": person.id, "is_active": person.is_active, **_TIMES} for person in people
    ]
    return [(tutorial.auth_user, users), (tutorial.staff, staff), (tutorial.tutorial_instructors, instructors)]


def _places(provider: Provider) -> list[tuple[Table, Rows]]:
    locations = [
        {"id": each.id, "name": each.name, "code": each.code, "is_active": each.is_active, **_TIMES}
        for each in provider.tutorial_locations
    ]
    venues = [
        {"id": each.id, "name": each.name, "description": "", "location_id": each.location_id, **_TIMES}
        for each in provider.tutorial_venues
    ]
    templates = [
        {
            "id": each.id,
            "code": each.code,
            "title": each.title,
            "description": "",
            "is_active": each.is_active,
            **_TIMES,
        }
        for each in provider.tutorial_course_templates
    ]
    return [
        (tutorial.tutorial_locations, locations),
        (tutorial.tutorial_venues, venues),
        (tutorial.tutorial_course_templates, templates),
    ]


def _catalogue(provider: Provider) -> list[tuple[Table, Rows]]:
    subjects = _numbered(
        {"code": code, "description": f"Subject {code}", "active": True, **_TIMES} for code in provider.subjects
    )
    sessions = _numbered(
        {"session_code": code, "start_date": start, "end_date": end, "create_date": MADE, "modified_date": MADE}
        for code, start, end in EXAM_SESSIONS
    )
    offered = _numbered(
        {"exam_session_id": session["id"], "subject_id": subject["id"], "is_active": True, **_TIMES}
        for subject in subjects
        for session in sessions
    )
    products = _numbered(
        {
            "fullname": name,
            "shortname": name,
            "description": None,
            "code": code,
            "is_active": True,
            "buy_both": False,
            **_TIMES,
        }
        for code, name in PRODUCTS
    )
    variations = _numbered(
        {"variation_type": kind, "name": name, "description": None, "description_short": None, "code": code}
        for code, kind, name in VARIATIONS
    )
    product_ids = {row["code"]: row["id"] for row in products}
    variation_ids = {row["code"]: row["id"] for row in variations}
    sold = list(catalogue(provider.subjects))
    combinations = _numbered(
        {"product_id": product_ids[product], "product_variation_id": variation_ids[variation]}
        for product, variation in dict.fromkeys((each.product, each.variation) for each in sold)
    )
    subject_codes = {row["id"]: row["code"] for row in subjects}
    session_codes = {row["id"]: row["session_code"] for row in sessions}
    offered_ids = {
        (subject_codes[row["subject_id"]], session_codes[row["exam_session_id"]]): row["id"] for row in offered
    }
    combination_ids = {(row["product_id"], row["product_variation_id"]): row["id"] for row in combinations}
    for_sale = _numbered(
        {
            "exam_session_subject_id": offered_ids[each.subject, each.exam_session],
            "product_product_variation_id": combination_ids[product_ids[each.product], variation_ids[each.variation]],
            "product_code": each.code,
            "is_active": each.is_active,
            **_TIMES,
        }
        for each in sold
    )
    return [
        (tutorial.catalog_subjects, subjects),
        (tutorial.catalog_exam_sessions, sessions),
        (tutorial.catalog_exam_session_subjects, offered),
        (tutorial.catalog_products, products),
        (tutorial.catalog_product_variations, variations),
        (tutorial.catalog_product_product_variations, combinations),
        (tutorial.products, for_sale),
    ]
