"""A sitting of 348 events that is edited on both sides: every difference is found and named, and none is invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.event_drift.three_way import DriftKind
from sync_assets.sandbox.tenant.event_records import Event, Session
from sync_assets_tests.event_drift.drifting import compare, edit_here, found, imported, move_session_here
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.systems import Systems

EVENTS, SESSIONS = 348, 1288
TIMES = ("Day 1, Classroom start", "Day 1, Classroom end")


def first_session(event: Event) -> Session:
    return min((each for each in event.sessions if each.lifecycle_state != "cancelled"), key=lambda each: each.number)


def move_there(systems: Systems, event: Event) -> None:
    session = first_session(event)
    assert session.start
    assert session.end
    shift = timedelta(hours=2)
    systems.tenant.edit(session, start=session.start - shift, end=session.end - shift)


def sell_there(systems: Systems, event: Event) -> None:
    key = next(each.id for each in systems.tenant.definitions_of("Event") if each.label == "Web sale")
    sold = event.custom_fields.get(key)
    systems.tenant.edit(event, custom_fields={**event.custom_fields, key: "N" if sold == "Y" else "Y"})


def sell_out_there(systems: Systems, event: Event) -> None:
    systems.tenant.edit(event, is_sold_out=True)


def fill_there(systems: Systems, event: Event) -> None:
    systems.tenant.edit(event, max_places=(event.max_places or 0) + 7)


def name_session_there(systems: Systems, event: Event) -> None:
    systems.tenant.edit(first_session(event), title="Named there")


def move_here(systems: Systems, event: Event) -> None:
    move_session_here(systems, event.title)


def rename_here(systems: Systems, event: Event) -> None:
    edit_here(systems, "update acted.tutorial_events set code = code || ' here' where code = :title", title=event.title)


def name_session_here(systems: Systems, event: Event) -> None:
    edit_here(
        systems,
        """
        update acted.tutorial_sessions s set title = 'Named here' from acted.tutorial_events e
        where e.id = s.tutorial_event_id and e.code = :title and s.sequence = 1""",
        title=event.title,
    )


Edit = tuple[Callable[[Systems, Event], None], tuple[str, ...]]
THERE: tuple[Edit, ...] = (
    (move_there, TIMES),
    (sell_there, ("Web sale",)),
    (sell_out_there, ("Sold out",)),
    (fill_there, ("Max places",)),
    (name_session_there, ("Day 1, Session title",)),
)
HERE: tuple[Edit, ...] = (
    (move_here, TIMES),
    (rename_here, ("Event title",)),
    (name_session_here, ("Day 1, Session title",)),
)


@pytest.mark.slow
@BOTH_LAYOUTS
def test_every_difference_is_found_and_none_is_invented(systems: Systems) -> None:
    events = imported(systems, events=EVENTS, sessions=SESSIONS)
    assert not compare(systems).kinds
    assert found(systems) == set()

    taught = [event for event in events if event.sessions]
    there, here, both, gone = taught[:50], taught[50:80], taught[80:90], taught[90:95]
    expected: set[tuple[str, str, str]] = set()
    for chosen, edits, kind in ((there, THERE, DriftKind.CHANGED_THERE), (here, HERE, DriftKind.CHANGED_HERE)):
        for number, event in enumerate(chosen):
            edit, fields = edits[number % len(edits)]
            edit(systems, event)
            expected |= {(event.title, field, kind) for field in fields}
    for event in both:
        move_here(systems, event)
        move_there(systems, event)
        expected |= {(event.title, field, DriftKind.CHANGED_IN_BOTH) for field in TIMES}
    for event in gone:
        systems.tenant.delete(event)
    for number in range(5):
        systems.tenant.add_event(
            there[0].course_template,
            f"Added there {number}",
            location=there[0].location,
            default_tax_type=there[0].default_tax_type,
            time_zone_name="Europe/London",
            learning_mode="blended",
        )

    counts = compare(systems)
    assert found(systems) == expected
    assert counts.events == EVENTS - len(gone)
    with systems.engine.connect() as connection:
        alone = {(row.side, row.name) for row in read_discrepancies(connection, "events").itertuples()}
    assert alone == {
        *(("tutorial", event.title) for event in gone),
        *(("administrate", f"Added there {number}") for number in range(5)),
    }
    again = compare(systems)
    assert (again.kinds, again.followed) == (counts.kinds, 0)
