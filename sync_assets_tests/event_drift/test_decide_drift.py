"""Each decision about each kind of difference, dry and real; afterwards nothing is open, and nothing is sent again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from sync_assets.bridge.decision_log import read_decisions
from sync_assets.event_drift.drift_decision import DriftChoice, DriftOutcome
from sync_assets.event_drift.three_way import DriftKind
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets_tests.event_drift.drifting import (
    compare,
    decide,
    drift,
    edit_here,
    found,
    imported,
    move_session_here,
)
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.systems import Systems

ALL = (DriftOutcome.DONE, DriftOutcome.WOULD_BE_DONE, DriftOutcome.NOTHING_TO_DO)


@pytest.fixture
def events(systems: Systems) -> list[Event]:
    """Events with sessions, compared once."""
    found = [event for event in imported(systems) if event.sessions]
    compare(systems)
    return found


def drift_apart(systems: Systems, event: Event, kind: DriftKind) -> None:
    """Move the first session of an event on one side or on both."""
    if kind is not DriftKind.CHANGED_THERE:
        move_session_here(systems, event.title)
    if kind is not DriftKind.CHANGED_HERE:
        session = event.sessions[0]
        assert session.start
        assert session.end
        shift = timedelta(hours=2)
        systems.tenant.edit(session, start=session.start - shift, end=session.end - shift)


def starts_here(systems: Systems, title: str) -> object:
    with systems.engine.connect() as connection:
        return connection.scalar(
            text("""
                select s.start_date from acted.tutorial_sessions s join acted.tutorial_events e
                on e.id = s.tutorial_event_id where e.code = :title order by s.sequence limit 1"""),
            {"title": title},
        )


@BOTH_LAYOUTS
@pytest.mark.parametrize("kind", [DriftKind.CHANGED_HERE, DriftKind.CHANGED_THERE, DriftKind.CHANGED_IN_BOTH])
@pytest.mark.parametrize("choice", [DriftChoice.take_theirs, DriftChoice.send_ours])
def test_a_decision_makes_both_sides_alike_and_a_second_one_sends_nothing(
    systems: Systems, events: list[Event], choice: DriftChoice, kind: DriftKind
) -> None:
    event = events[0]
    drift_apart(systems, event, kind)
    compare(systems)
    assert found(systems) == {(event.title, f"Day 1, Classroom {edge}", kind) for edge in ("start", "end")}
    there, here = event.sessions[0].time_zoned_start, starts_here(systems, event.title)

    dry = decide(systems, choice, event.title, dry_run=True)
    assert dry.counts == {DriftOutcome.WOULD_BE_DONE: 2}
    assert dry.mutations_sent == 0
    assert (event.sessions[0].time_zoned_start, starts_here(systems, event.title)) == (there, here)

    done = decide(systems, choice, event.title)
    assert done.counts == {DriftOutcome.DONE: 2}
    wanted = there if choice is DriftChoice.take_theirs else here
    assert event.sessions[0].time_zoned_start == starts_here(systems, event.title) == wanted
    assert done.mutations_sent == (1 if choice is DriftChoice.send_ours else 0)
    assert found(systems) == set()

    again = decide(systems, choice, event.title)
    assert (again.counts, again.mutations_sent) == ({DriftOutcome.NOTHING_TO_DO: 1}, 0)
    compare(systems)
    assert found(systems) == set()


@BOTH_LAYOUTS
@pytest.mark.parametrize("kind", [DriftKind.CHANGED_HERE, DriftKind.CHANGED_THERE, DriftKind.CHANGED_IN_BOTH])
def test_what_is_left_apart_is_told_again_when_a_side_changes(
    systems: Systems, events: list[Event], kind: DriftKind
) -> None:
    event = events[0]
    drift_apart(systems, event, kind)
    compare(systems)
    assert decide(systems, DriftChoice.leave_apart, event.title, dry_run=True).counts == {DriftOutcome.WOULD_BE_DONE: 2}
    assert len(found(systems)) == 2
    done = decide(systems, DriftChoice.leave_apart, event.title, reason="moved back next week")
    assert (done.counts, done.mutations_sent) == ({DriftOutcome.DONE: 2}, 0)
    for _ in range(2):
        compare(systems)
        assert found(systems) == set()
        assert list(drift(systems, left_apart=True)["left_apart_reason"]) == ["moved back next week"] * 2
    move_session_here(systems, event.title, hours=3)
    compare(systems)
    assert len(found(systems)) == 2


def test_decisions_are_about_single_fields_and_are_kept(systems: Systems, events: list[Event]) -> None:
    event = events[0]
    systems.tenant.edit(event, max_places=55, title="Renamed there", is_sold_out=True)
    compare(systems)
    decide(systems, DriftChoice.take_theirs, event.id, fields=("Max places",))
    decide(systems, DriftChoice.send_ours, event.id, fields=("Event title", "sold out"))
    assert found(systems) == set()
    assert (event.title != "Renamed there", event.is_sold_out) == (True, False)
    with systems.engine.connect() as connection:
        log = read_decisions(connection, entity="events")
        assert (
            connection.scalar(
                text("select max_places from acted.tutorial_events where code = :title"), {"title": event.title}
            )
            == 55
        )
    assert list(log["action"]) == ["take_theirs", "send_ours", "send_ours"]
    assert set(log["who"]) == {"Ada"}


def test_rooms_people_and_custom_fields_go_either_way(systems: Systems, events: list[Event]) -> None:
    event, session, elsewhere = next(
        (event, session, venue)
        for event in events
        for session in event.sessions
        for venue in systems.tenant.venues.values()
        if session.venue and venue.location is session.location and venue is not session.venue
    )
    day = sorted(event.sessions, key=lambda each: each.number).index(session) + 1
    key = next(each.id for each in systems.tenant.definitions_of("Event") if each.label == "Web sale")
    before, sold = session.venue, event.custom_fields.get(key)
    systems.tenant.edit(session, venue=elsewhere)
    systems.tenant.edit(event, custom_fields={**event.custom_fields, key: "N" if sold == "Y" else "Y"})
    compare(systems)
    assert {field for _, field, _ in found(systems)} == {f"Day {day}, Venue", "Web sale"}
    done = decide(systems, DriftChoice.send_ours, event.title)
    assert {each.outcome for each in done.results} == {DriftOutcome.DONE}, done.results
    assert (session.venue, event.custom_fields.get(key)) == (before, sold)
    assert found(systems) == set()


def test_nothing_is_emptied_here_and_nothing_unlinked_is_written(systems: Systems, events: list[Event]) -> None:
    event = events[0]
    systems.tenant.edit(event, max_places=None, location=systems.tenant.add_location("Nowhere here"))
    compare(systems)
    report = decide(systems, DriftChoice.take_theirs, event.title)
    assert report.counts == {DriftOutcome.REFUSED: 2}
    assert {result.sentence.split(":")[0] for result in report.results} == {"Max places", "Location"}
    assert len(found(systems)) == 2


def test_an_event_that_no_side_knows_is_refused_in_a_sentence(systems: Systems, events: list[Event]) -> None:
    report = decide(systems, DriftChoice.take_theirs, "No such event", events[0].title)
    assert [each.outcome for each in report.results] == [DriftOutcome.REFUSED, DriftOutcome.NOTHING_TO_DO]
    assert "No such event" in report.results[0].sentence


def test_a_refusal_of_administrate_is_told_and_the_others_go_on(systems: Systems, events: list[Event]) -> None:
    first, second = events[:2]
    systems.tenant.edit(first, lifecycle_state="published")
    move_session_here(systems, second.title)
    compare(systems)
    report = decide(systems, DriftChoice.send_ours, first.title, second.title)
    assert {(each.title, each.outcome) for each in report.results} == {
        (first.title, DriftOutcome.NOT_FINISHED),
        (second.title, DriftOutcome.DONE),
    }
    assert {title for title, _, _ in found(systems)} == {first.title}


def test_a_process_that_ends_between_sending_and_writing_leaves_nothing_open(
    systems: Systems, events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    event = events[0]
    move_session_here(systems, event.title)
    compare(systems)
    with monkeypatch.context() as killed:
        killed.setattr("sync_assets.event_drift.decide_drift._keep", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            decide(systems, DriftChoice.send_ours, event.title)
    compare(systems)
    assert found(systems) == set()
    assert decide(systems, DriftChoice.send_ours, event.title).mutations_sent == 0


def test_an_import_of_the_same_file_finds_nothing_to_do_after_decisions(systems: Systems, events: list[Event]) -> None:
    event = events[0]
    move_session_here(systems, event.title)
    compare(systems)
    assert decide(systems, DriftChoice.send_ours, event.title).failure is None
    edit_here(systems, "update acted.tutorial_events set updated_at = now() where code = :title", title=event.title)
    counts = compare(systems)
    assert not counts.kinds
