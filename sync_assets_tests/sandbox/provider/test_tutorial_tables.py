from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from sqlalchemy import Engine, insert, text

from sync_assets.sandbox.provider.catalogue import TOLD_APART_BY_FORMAT, TOLD_APART_BY_LOCATION
from sync_assets.sandbox.provider.provider import Provider
from sync_assets.sandbox.provider.tutorial_tables import fill_tutorial_tables
from sync_assets.tutorial import tables as tutorial
from sync_assets.tutorial.layout import layout_of
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.support.layouts import BOTH_LAYOUTS

PRODUCTS = {
    LayoutName.FEBRUARY: {TOLD_APART_BY_FORMAT: 4, TOLD_APART_BY_LOCATION: 4},
    LayoutName.MAY: {TOLD_APART_BY_FORMAT: 6, TOLD_APART_BY_LOCATION: 8},
}
PRODUCTS_OF_OTHERS = {LayoutName.FEBRUARY: 2, LayoutName.MAY: 8}


@BOTH_LAYOUTS
def test_the_tutorial_tables_hold_the_provider_and_what_it_sells(
    tutorial_database: Engine, provider: Provider, layout: LayoutName
) -> None:
    with tutorial_database.begin() as connection:
        fill_tutorial_tables(connection, provider)
    with tutorial_database.begin() as connection:

        def rows_in(table: str) -> int:
            return connection.scalar(text(f"select count(*) from acted.{table}")) or 0

        assert rows_in("tutorial_locations") == len(provider.tutorial_locations)
        assert rows_in("tutorial_venues") == len(provider.tutorial_venues)
        assert rows_in("tutorial_instructors") == rows_in("staff") == len(provider.tutorial_instructors)
        assert rows_in("tutorial_course_templates") == len(provider.tutorial_course_templates)
        assert rows_in("catalog_exam_session_subjects") == 20 * rows_in("catalog_exam_sessions")

        products = layout_of(connection).products(connection)
        by_subject = Counter(product.subject_code for product in products if product.is_active)
        special = PRODUCTS[layout]
        assert {subject: count for subject, count in by_subject.items() if subject in special} == special
        assert {by_subject[subject] for subject in by_subject if subject not in special} == {PRODUCTS_OF_OTHERS[layout]}
        assert len(by_subject) == 20
        assert len(products) == by_subject.total() + 2

        now = datetime.now(UTC)
        another = {"name": "Elsewhere", "code": "ELS", "is_active": True, "created_at": now, "updated_at": now}
        made = connection.execute(
            insert(tutorial.tutorial_locations).returning(tutorial.tutorial_locations.c.id), another
        )
        assert made.scalar_one() == len(provider.tutorial_locations) + 1
