"""What should not be so of events, whatever both sides say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sync_assets.event_drift.event_checks import EVENT_CHECKS, read_event_check
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets_tests.event_drift.drifting import imported, read
from sync_assets_tests.support.systems import Systems


def told(systems: Systems, name: str, today: date, **options: timedelta) -> dict[str, str]:
    read(systems)
    with systems.engine.connect() as connection:
        rows = read_event_check(connection, name, today, **options)
    return dict(zip(rows["title"], rows["why"], strict=True))


def set_field(systems: Systems, event: Event, label: str, value: str) -> None:
    key = next(each.id for each in systems.tenant.definitions_of("Event") if each.label == label)
    systems.tenant.edit(event, custom_fields={**event.custom_fields, key: value})


@pytest.fixture
def events(systems: Systems) -> list[Event]:
    found = [event for event in imported(systems) if event.sessions]
    for event in found:
        set_field(systems, event, "Web sale", "N")
        set_field(systems, event, "Finalisation date", "2099-01-01")
    return found


def first_day(event: Event) -> date:
    return min(session.start.date() for session in event.sessions if session.start)


def last_day(event: Event) -> date:
    ends = [session.end.date() for session in event.sessions if session.end]
    return max([*ends, *([event.lms_end.date()] if event.lms_end else [])])


def test_each_check_tells_of_its_events_alone(systems: Systems, events: list[Event]) -> None:
    event, other = events[:2]
    today = first_day(event) - timedelta(days=100)
    assert {name: told(systems, name, today) for name in EVENT_CHECKS} == {name: {} for name in EVENT_CHECKS}

    systems.tenant.edit(event, lifecycle_state="published")
    drafts = sum(session.lifecycle_state == "draft" for session in event.sessions)
    assert told(systems, "published_with_draft_sessions", today) == {
        event.title: f"{drafts} of its sessions are drafts"
    }

    set_field(systems, event, "Web sale", "True")
    set_field(systems, other, "Web sale", "True")
    assert told(systems, "on_sale_and_not_published", today) == {other.title: "it is on sale and draft"}

    systems.tenant.edit(event, max_places=4, booked_places=4)
    assert told(systems, "full_and_not_sold_out", today) == {event.title: "4 of 4 places are booked"}
    systems.tenant.edit(event, is_sold_out=True)
    assert told(systems, "full_and_not_sold_out", today) == {}

    set_field(systems, other, "Finalisation date", (today + timedelta(days=10)).isoformat())
    assert set(told(systems, "draft_near_finalisation", today)) == {other.title}
    assert told(systems, "draft_near_finalisation", today, finalisation_near=timedelta(days=9)) == {}
    assert set(told(systems, "draft_near_finalisation", today, finalisation_near=timedelta(days=10))) == {other.title}
    systems.tenant.edit(other, lifecycle_state="published")
    assert told(systems, "draft_near_finalisation", today) == {}

    after = last_day(event) + timedelta(days=1)
    assert event.title in told(systems, "over_and_on_sale", after)
    set_field(systems, event, "Web sale", "False")
    assert event.title not in told(systems, "over_and_on_sale", after)
