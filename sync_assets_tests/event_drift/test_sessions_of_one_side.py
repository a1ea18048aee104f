"""A session that only one side has is told with its event: sessions have no partners of their own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from sync_assets.event_drift.event_checks import read_event_check
from sync_assets.event_drift.three_way import DriftKind
from sync_assets.sandbox.tenant.event_records import Event, Session
from sync_assets_tests.event_drift.drifting import AS_OF, compare, edit_here, found, imported
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.systems import Systems

pytestmark = BOTH_LAYOUTS


@pytest.fixture(params=["imported", "only linked"])
def event(systems: Systems, request: pytest.FixtureRequest) -> Event:
    """An event with several sessions, which an import planned or which is only linked, compared once."""
    chosen = next(each for each in imported(systems) if len(living(each)) > 2)
    if request.param == "only linked":
        compare(systems)
        with systems.engine.begin() as connection:
            connection.execute(text("delete from adm.planned_events"))
    compare(systems)
    return chosen


def living(event: Event) -> list[Session]:
    return [session for session in event.sessions if session.lifecycle_state != "cancelled"]


def add_there(systems: Systems, event: Event, title: str, **custom_fields: str) -> Session:
    last = living(event)[-1]
    assert last.start
    assert last.end
    week = timedelta(days=7)
    return systems.tenant.add_session(
        event, "", title, start=last.start + week, end=last.end + week, custom_fields=custom_fields
    )


def of_sessions(systems: Systems) -> set[tuple[str, str, str]]:
    """The differences that say of a session that one side does not have it."""
    return {each for each in found(systems) if each[1].endswith(", Session")}


def whose(systems: Systems, kind: DriftKind) -> DriftKind:
    """The kind of a new session: of an event that no import planned, nobody has agreed that there is none."""
    with systems.engine.connect() as connection:
        is_planned = connection.scalar(text("select exists (select from adm.planned_events)"))
    return kind if is_planned else DriftKind.NEVER_AGREED


def test_one_that_was_added_there_is_told(systems: Systems, event: Event) -> None:
    add_there(systems, event, f"{event.title}-77")
    compare(systems)
    assert found(systems) == {(event.title, "Day 77, Session", whose(systems, DriftKind.CHANGED_THERE))}


def test_one_that_was_added_here_is_told(systems: Systems, event: Event) -> None:
    with systems.engine.begin() as connection:
        row = connection.execute(
            text("""select s.* from acted.tutorial_sessions s join acted.tutorial_events e
                    on e.id = s.tutorial_event_id where e.code = :title order by s.sequence limit 1"""),
            {"title": event.title},
        )
        added = {**row.mappings().one(), "sequence": 77, "title": "Added here"}
        del added["id"]
        names = ", ".join(added)
        values = ", ".join(f":{name}" for name in added)
        connection.execute(text(f"insert into acted.tutorial_sessions ({names}) values ({values})"), added)
    compare(systems)
    assert found(systems) == {(event.title, "Day 77, Session", whose(systems, DriftKind.CHANGED_HERE))}


def test_one_that_was_removed_there_is_told(systems: Systems, event: Event) -> None:
    systems.tenant.delete(living(event)[-1])
    compare(systems)
    ((title, field, kind),) = found(systems)
    assert (title, kind) == (event.title, DriftKind.CHANGED_THERE)
    assert field.endswith(", Session")


def test_one_that_was_deleted_here_is_told(systems: Systems, event: Event) -> None:
    columns = {"acted.tutorial_session_instructors": "tutorialsessions_id", "acted.tutorial_sessions": "id"}
    if systems.has_pairs:
        columns = {"adm.sessions": "tutorial_session_id", **columns}
    for table, column in columns.items():
        edit_here(
            systems,
            f"""delete from {table} where {column} in (
                select s.id from acted.tutorial_sessions s join acted.tutorial_events e on e.id = s.tutorial_event_id
                where e.code = :title and s.sequence = 1)""",
            title=event.title,
        )
    compare(systems)
    assert found(systems) == {(event.title, "Day 1, Session", DriftKind.CHANGED_HERE)}


def test_one_that_was_cancelled_there_is_told(systems: Systems, event: Event) -> None:
    systems.tenant.cancel(living(event)[-1])
    compare(systems)
    ((title, field, kind),) = found(systems)
    assert (title, kind) == (event.title, DriftKind.CHANGED_THERE)
    assert field.startswith("Day ")


def without_a_day(systems: Systems, day: date = AS_OF) -> dict[str, str]:
    with systems.engine.connect() as connection:
        rows = read_event_check(connection, "sessions_without_a_day", day)
    return dict(zip(rows["title"], rows["why"], strict=True))


def test_one_there_of_which_nobody_can_tell_the_day_is_told_by_a_check(systems: Systems, event: Event) -> None:
    assert without_a_day(systems) == {}
    add_there(systems, event, "Question time")
    add_there(systems, event, f"{event.title}-1")
    compare(systems)
    assert of_sessions(systems) == set()
    assert without_a_day(systems) == {event.title: f"Question time, {event.title}-1"}
    assert without_a_day(systems, date(2099, 1, 1)) == {}
    for session in living(event)[-2:]:
        systems.tenant.cancel(session)
    compare(systems)
    assert without_a_day(systems) == {}
