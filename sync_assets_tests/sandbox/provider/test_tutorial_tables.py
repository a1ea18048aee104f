from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine, func, insert, select

from sync_assets.sandbox.provider.catalogue import TOLD_APART_BY_FORMAT, TOLD_APART_BY_LOCATION
from sync_assets.sandbox.provider.provider import Provider
from sync_assets.sandbox.provider.tutorial_tables import fill_tutorial_tables
from sync_assets.tutorial import tables as tutorial
from sync_assets.tutorial.tables import create_tutorial_tables


def test_the_tutorial_tables_hold_the_provider_and_what_it_sells(empty_database: Engine, provider: Provider) -> None:
    with empty_database.begin() as connection:
        create_tutorial_tables(connection)
        fill_tutorial_tables(connection, provider)
    with empty_database.begin() as connection:

        def rows_in(table: str) -> int:
            return connection.scalar(select(func.count()).select_from(tutorial.METADATA.tables[f"acted.{table}"])) or 0

        assert rows_in("tutorial_locations") == len(provider.tutorial_locations)
        assert rows_in("tutorial_venues") == len(provider.tutorial_venues)
        assert rows_in("tutorial_instructors") == rows_in("staff") == len(provider.tutorial_instructors)
        assert rows_in("tutorial_course_templates") == len(provider.tutorial_course_templates)
        assert rows_in("catalog_exam_session_subjects") == 40

        tutorials = connection.execute(
            select(tutorial.catalog_subjects.c.code, func.count())
            .select_from(tutorial.catalog_subjects)
            .join(tutorial.catalog_exam_session_subjects)
            .join(tutorial.products)
            .join(tutorial.catalog_product_product_variations)
            .join(tutorial.catalog_product_variations)
            .where(tutorial.catalog_product_variations.c.variation_type == "Tutorial", tutorial.products.c.is_active)
            .group_by(tutorial.catalog_subjects.c.code)
        )
        by_subject = {row[0]: row[1] for row in tutorials}
        assert {code for code, count in by_subject.items() if count == 4} == {
            TOLD_APART_BY_FORMAT,
            TOLD_APART_BY_LOCATION,
        }
        assert sorted(set(by_subject.values())) == [2, 4]
        assert len(by_subject) == 20

        now = datetime.now(UTC)
        another = {"name": "Elsewhere", "code": "ELS", "is_active": True, "created_at": now, "updated_at": now}
        made = connection.execute(
            insert(tutorial.tutorial_locations).returning(tutorial.tutorial_locations.c.id), another
        )
        assert made.scalar_one() == len(provider.tutorial_locations) + 1
