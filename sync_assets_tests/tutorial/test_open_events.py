"""Which tutorial events are open on a day, in both layouts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, select, text

from sync_assets.tutorial.layout import layout_of
from sync_assets.tutorial.open_events import is_open_row
from sync_assets.tutorial.tables import LayoutName, tutorial_events
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.tutorial.seeds import NOW, at, event, session

MAY = pytest.mark.parametrize("layout", [LayoutName.MAY])
FEBRUARY = pytest.mark.parametrize("layout", [LayoutName.FEBRUARY])
LAST_DAY = date(2026, 3, 9)
AFTER = LAST_DAY + timedelta(days=1)


def plant_event(connection: Connection, *, days: int = 2, lms_end: object = None) -> int:
    """Insert an event of which the second session ends on `LAST_DAY`."""
    start = at(3, 1, 9) if lms_end else None
    sessions = [session(day) for day in range(1, days + 1)]
    written = event(
        lms_start=start,
        lms_end=lms_end,
        first_start=sessions[0].start if sessions else None,
        last_end=sessions[-1].end if sessions else None,
    )
    return layout_of(connection).insert_event(connection, written, sessions, NOW).event_id


def is_open(connection: Connection, event_id: int, day: date) -> bool:
    found = connection.scalar(select(is_open_row(day)).where(tutorial_events.c.id == event_id))
    assert isinstance(found, bool)
    return found


@BOTH_LAYOUTS
def test_an_event_is_over_on_the_day_after_its_last_session(connection: Connection) -> None:
    event_id = plant_event(connection)
    assert is_open(connection, event_id, LAST_DAY)
    assert not is_open(connection, event_id, AFTER)


@BOTH_LAYOUTS
def test_an_event_is_open_as_long_as_its_lms_access_is(connection: Connection) -> None:
    event_id = plant_event(connection, lms_end=at(6, 30, 12))
    assert is_open(connection, event_id, AFTER)
    assert is_open(connection, event_id, date(2026, 6, 30))
    assert not is_open(connection, event_id, date(2026, 7, 1))


@BOTH_LAYOUTS
def test_an_event_without_sessions_is_over_after_its_lms_access(connection: Connection) -> None:
    event_id = plant_event(connection, days=0, lms_end=at(6, 30, 12))
    assert is_open(connection, event_id, date(2026, 6, 30))
    assert not is_open(connection, event_id, date(2026, 7, 1))


@MAY
def test_an_event_of_which_no_end_is_known_is_open(connection: Connection) -> None:
    event_id = plant_event(connection)
    connection.execute(text("update acted.tutorial_events set lms_end_date = null"))
    connection.execute(text("update acted.tutorial_sessions set start_date = null, end_date = null"))
    assert is_open(connection, event_id, date(2099, 1, 1))


@MAY
def test_a_session_that_is_cancelled_does_not_keep_an_event_open(connection: Connection) -> None:
    event_id = plant_event(connection)
    connection.execute(text("update acted.tutorial_events set lms_end_date = null"))
    connection.execute(text("update acted.tutorial_sessions set cancelled = true where sequence = 2"))
    assert not is_open(connection, event_id, LAST_DAY)


@MAY
@pytest.mark.parametrize("change", ["cancelled = true", "lifecycle_state = 'CANCELLED'"])
def test_a_cancelled_event_is_not_open(connection: Connection, change: str) -> None:
    event_id = plant_event(connection)
    connection.execute(text(f"update acted.tutorial_events set {change}"))
    assert not is_open(connection, event_id, LAST_DAY)


@FEBRUARY
def test_an_event_whose_copy_says_that_it_is_cancelled_is_not_open(connection: Connection) -> None:
    event_id = plant_event(connection)
    connection.execute(text("update adm.events set cancelled = true"))
    assert not is_open(connection, event_id, LAST_DAY)
