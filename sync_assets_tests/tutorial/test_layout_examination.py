"""Tables of a version between the two that are known, or after them, are named column by column."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from sync_assets.tutorial.errors import TutorialTablesUnknown
from sync_assets.tutorial.layout import layout_of
from sync_assets.tutorial.layout_examination import examine, read_columns, require_known_tables
from sync_assets.tutorial.tables import LayoutName
from sync_assets_tests.bridge.schemas import execute
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.tutorial.upgrade import STEPS, upgrade

FEBRUARY = pytest.mark.parametrize("layout", [LayoutName.FEBRUARY])


@BOTH_LAYOUTS
def test_each_layout_is_known(tutorial_database: Engine, layout: LayoutName) -> None:
    with tutorial_database.connect() as connection:
        examination = examine(read_columns(connection))
        require_known_tables(connection)
    assert (examination.layout, examination.problems) == (layout, ())
    assert f"those of {layout.capitalize()} 2026" in examination.sentence


@FEBRUARY
@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("purchasables", "acted.tutorial_events.cancelled may not be empty"),
        ("tutorial products", "acted.products has no column id"),
        ("ids of sessions", "lms_start_date, lms_end_date"),
        ("events", "acted.tutorial_sessions has no column cancelled"),
        ("dates", "acted.tutorial_events.start_date may not be empty"),
        ("sessions", "adm.sessions has no column tutorial_session_id"),
    ],
)
def test_a_half_upgrade_is_neither(tutorial_database: Engine, before: str, said: str) -> None:
    upgrade(tutorial_database, before=before)
    with tutorial_database.connect() as connection, pytest.raises(TutorialTablesUnknown) as raised:
        layout_of(connection)
    sentence = str(raised.value)
    assert said in sentence
    assert "neither February 2026 nor May 2026" in sentence
    assert "finish it" in sentence


@FEBRUARY
def test_the_whole_upgrade_is_may(tutorial_database: Engine) -> None:
    assert list(STEPS)[-1] == "catalogue"
    upgrade(tutorial_database)
    with tutorial_database.connect() as connection:
        assert layout_of(connection).name == "May 2026"


@BOTH_LAYOUTS
def test_a_newer_version_is_refused_only_where_it_matters(tutorial_database: Engine) -> None:
    execute(
        tutorial_database,
        """
        alter table acted.tutorial_events add column note text, add column priority integer not null default 1;
        alter table acted.catalog_subjects add column level varchar(4) not null;
        create table acted.news (id bigint primary key, title text not null)""",
    )
    with tutorial_database.connect() as connection:
        require_known_tables(connection)
    execute(tutorial_database, "alter table adm.events add column tenant text not null")
    with (
        tutorial_database.connect() as connection,
        pytest.raises(TutorialTablesUnknown, match=r"adm\.events\.tenant may not be empty"),
    ):
        require_known_tables(connection)


@BOTH_LAYOUTS
def test_a_column_that_must_be_filled_now_and_cannot_always_be_is_named(tutorial_database: Engine) -> None:
    execute(tutorial_database, "alter table acted.tutorial_events alter column venue_id set not null")
    with (
        tutorial_database.connect() as connection,
        pytest.raises(TutorialTablesUnknown, match=r"acted\.tutorial_events\.venue_id may not be empty"),
    ):
        layout_of(connection)


@BOTH_LAYOUTS
def test_many_problems_are_counted(tutorial_database: Engine) -> None:
    columns = ", ".join(f"add column c{number} text not null" for number in range(20))
    execute(tutorial_database, f"alter table acted.tutorial_sessions {columns}")
    with tutorial_database.connect() as connection:
        sentence = examine(read_columns(connection)).sentence
    assert "c11 may not be empty" in sentence
    assert "and 8 more" in sentence
