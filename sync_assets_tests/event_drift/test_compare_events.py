"""Every difference between the sides of imported events is found and named, and none is invented."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from sync_assets.event_drift.three_way import DriftKind
from sync_assets_tests.event_actions.sittings import here
from sync_assets_tests.event_drift.drifting import compare, drift, edit_here, found, imported, move_session_here
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.systems import Systems


@BOTH_LAYOUTS
def test_nothing_differs_right_after_an_import(systems: Systems) -> None:
    events = imported(systems)
    for _ in range(2):
        counts = compare(systems)
        assert found(systems) == set()
        assert (counts.events, counts.under_way, dict(counts.kinds)) == (len(events), 0, {})


@BOTH_LAYOUTS
def test_edits_of_either_side_are_told_apart(systems: Systems) -> None:
    events = [event for event in imported(systems, events=8) if event.sessions]
    there, here, both, state = events[:4]
    compare(systems)
    systems.tenant.edit(there, max_places=55)
    move_session_here(systems, here.title)
    move_session_here(systems, both.title)
    session = both.sessions[0]
    assert session.start
    systems.tenant.edit(session, start=session.start - timedelta(hours=1))
    systems.tenant.edit(state, is_sold_out=True)
    compare(systems)
    assert found(systems) == {
        (there.title, "Max places", DriftKind.CHANGED_THERE),
        (here.title, "Day 1, Classroom start", DriftKind.CHANGED_HERE),
        (here.title, "Day 1, Classroom end", DriftKind.CHANGED_HERE),
        (both.title, "Day 1, Classroom start", DriftKind.CHANGED_IN_BOTH),
        (both.title, "Day 1, Classroom end", DriftKind.CHANGED_HERE),
        (state.title, "Sold out", DriftKind.CHANGED_THERE),
    }


def test_what_both_sides_were_changed_to_alike_is_agreed(systems: Systems) -> None:
    event = next(event for event in imported(systems) if event.sessions)
    systems.tenant.edit(event, max_places=55)
    edit_here(systems, "update acted.tutorial_events set max_places = 55 where code = :title", title=event.title)
    compare(systems)
    assert found(systems) == set()
    systems.tenant.edit(event, max_places=56)
    compare(systems)
    assert found(systems) == {(event.title, "Max places", DriftKind.CHANGED_THERE)}
    assert list(drift(systems)["agreed"]) == ["55"]


def test_fields_that_follow_are_taken_over_and_others_are_not(systems: Systems) -> None:
    events = [event for event in imported(systems) if event.sessions]
    compare(systems)
    systems.tenant.edit(events[0], max_places=55, is_sold_out=True, title="Renamed there")
    counts = compare(systems, ("Sold out", "max places", "Lifecycle state"))
    assert counts.followed == 2
    assert found(systems) == {("Renamed there", "Event title", DriftKind.CHANGED_THERE)}
    with systems.engine.connect() as connection:
        row = connection.execute(
            text("select max_places, is_soldout, sold_out from acted.tutorial_events where code <> 'x' and is_soldout")
        ).one()
    assert tuple(row) == (55, True, True)
    assert compare(systems, ("Sold out", "Max places")).followed == 0


def test_null_there_and_records_that_are_not_linked_empty_nothing_here(systems: Systems) -> None:
    event = next(event for event in imported(systems) if event.sessions)
    compare(systems)
    elsewhere = systems.tenant.add_location("Nowhere here")
    systems.tenant.edit(event, max_places=None, location=elsewhere)
    compare(systems, ("Max places", "Location"))
    assert found(systems) == {
        (event.title, "Max places", DriftKind.CHANGED_THERE),
        (event.title, "Location", DriftKind.CHANGED_THERE),
    }
    with systems.engine.connect() as connection:
        row = connection.execute(
            text("select max_places, location_id from acted.tutorial_events where code = :title"),
            {"title": event.title},
        ).one()
    assert None not in row


def test_an_event_that_nobody_imported_is_compared_from_what_was_once_alike(systems: Systems) -> None:
    first, second = [event for event in imported(systems) if event.sessions][:2]
    with systems.engine.begin() as connection:
        connection.execute(text("delete from adm.planned_events"))
    move_session_here(systems, second.title)
    compare(systems)
    assert {(title, kind) for title, _, kind in found(systems)} == {(second.title, DriftKind.NEVER_AGREED)}
    systems.tenant.edit(first, max_places=55)
    compare(systems)
    assert (first.title, "Max places", DriftKind.CHANGED_THERE) in found(systems)


@BOTH_LAYOUTS
def test_the_state_follows_wherever_the_layout_keeps_it(systems: Systems) -> None:
    event = next(event for event in imported(systems) if event.sessions)
    compare(systems)
    systems.tenant.edit(event, lifecycle_state="published", is_sold_out=True)
    assert compare(systems, ("Lifecycle state", "Sold out")).followed == 2
    assert found(systems) == set()
    row = here(systems, event.title)
    assert (row["lifecycle_state"], row["is_soldout"], row["sold_out"]) == ("published", True, True)
