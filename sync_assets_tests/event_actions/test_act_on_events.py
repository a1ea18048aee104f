"""Each action on both sides: shown first, then done, and nothing is left for a second run."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import text

from sync_assets.event_actions.action import EventAction
from sync_assets.event_actions.selection import NothingSelected, Selection
from sync_assets.event_actions.undertaking import ActionOutcome
from sync_assets.event_import.planning.comparison import ChangeKind
from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
from sync_assets_tests.event_actions.sittings import act, by_title, here, imported, outcomes, web_sale_of
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.systems import Systems

pytestmark = BOTH_LAYOUTS
SPRING = Selection(sitting="2026A")


def of_sitting(systems: Systems, sitting: str = "26A") -> list[str]:
    return sorted(title for title in by_title(systems) if title.endswith(sitting))


def test_a_dry_run_says_what_would_change_and_changes_nothing(systems: Systems) -> None:
    imported(systems)
    report = act(systems, EventAction.publish, SPRING, dry_run=True)
    assert [result.title for result in report.results] == of_sitting(systems)
    assert outcomes(report) == {ActionOutcome.WOULD_BE_DONE}
    assert all("draft to published" in result.changes for result in report.results)
    assert (report.mutations_sent, len(systems.tenant.carried_out)) == (0, 0)
    with systems.engine.connect() as connection:
        assert connection.scalar(text("select count(*) from adm.decisions")) == 0


def test_publishing_takes_the_draft_sessions_along_and_leaves_cancelled_ones(systems: Systems) -> None:
    imported(systems)
    chosen = [by_title(systems)[title] for title in of_sitting(systems)]
    with_sessions = next(event for event in chosen if len(event.sessions) > 1)
    systems.tenant.cancel(with_sessions.sessions[0])
    before = Counter(session.lifecycle_state for event in chosen for session in event.sessions)
    report = act(systems, EventAction.publish, SPRING)
    assert report.is_success, report.failure
    assert outcomes(report) == {ActionOutcome.DONE}
    assert {event.lifecycle_state for event in chosen} == {"published"}
    after = Counter(session.lifecycle_state for event in chosen for session in event.sessions)
    assert after == {"published": before["draft"], "cancelled": before["cancelled"]}
    assert report.mutations_sent == len(chosen) + before["draft"]
    others = [event for event in systems.tenant.events.values() if event not in chosen]
    assert others
    assert {event.lifecycle_state for event in others} == {"draft"}
    assert {here(systems, event.title)["lifecycle_state"] for event in chosen if event.sessions} == {"published"}
    again = act(systems, EventAction.publish, SPRING)
    assert (again.mutations_sent, outcomes(again)) == (0, {ActionOutcome.AS_WANTED})


@pytest.mark.parametrize(
    ("action", "back", "column"),
    [
        (EventAction.on_sale, EventAction.off_sale, "web_sale"),
        (EventAction.sold_out, EventAction.available, "is_soldout"),
    ],
)
def test_sale_and_sold_out_are_set_on_both_sides_and_taken_back(
    systems: Systems, action: EventAction, back: EventAction, column: str
) -> None:
    imported(systems)
    titles = [title for title in of_sitting(systems) if by_title(systems)[title].sessions]
    for each, wanted in ((action, True), (back, False)):
        report = act(systems, each, SPRING)
        assert report.is_success, report.failure
        assert report.mutations_sent
        assert {bool(here(systems, title)[column]) for title in titles} == {wanted}
        if column == "is_soldout":
            assert {bool(here(systems, title).get("sold_out", wanted)) for title in titles} == {wanted}
            assert {by_title(systems)[title].is_sold_out for title in titles} == {wanted}
        else:
            assert {web_sale_of(systems, by_title(systems)[title]) for title in titles} == {"Y" if wanted else "N"}
        assert act(systems, each, SPRING).mutations_sent == 0


@pytest.mark.parametrize("reaches", [False, True])
def test_cancelling_cancels_the_sessions_whether_or_not_they_go_with_their_event(
    systems: Systems, reaches: bool
) -> None:
    imported(systems)
    systems.tenant.behaviour = TenantBehaviour(cancel_reaches_sessions=reaches)
    report = act(systems, EventAction.cancel, SPRING)
    assert report.is_success, report.failure
    chosen = [by_title(systems)[title] for title in of_sitting(systems)]
    assert {event.lifecycle_state for event in chosen} == {"cancelled"}
    sessions = [session for event in chosen for session in event.sessions]
    assert {session.lifecycle_state for session in sessions} == {"cancelled"}
    assert report.mutations_sent == len(chosen) + (0 if reaches else len(sessions))
    row = here(systems, next(event.title for event in chosen if event.sessions))
    assert (row["cancelled"], row["lifecycle_state"]) == (True, "cancelled")
    if systems.has_pairs:
        with systems.engine.connect() as connection:
            assert set(
                connection.scalars(
                    text("select cancelled from acted.tutorial_sessions where tutorial_event_id = :id"),
                    {"id": row["event_id"]},
                )
            ) == {True}
    with systems.engine.connect() as connection:
        states = connection.scalars(
            text("""select distinct s.state from adm.planned_sessions s join adm.planned_events e
                    on e.id = s.planned_event_id where e.plan ->> 'sitting' = '2026A'""")
        )
        assert set(states) == {"cancelled"}
    again = act(systems, EventAction.cancel, SPRING)
    assert (again.mutations_sent, outcomes(again)) == (0, {ActionOutcome.AS_WANTED})


@pytest.mark.parametrize("action", list(EventAction))
def test_both_sides_agree_on_what_an_action_has_set(systems: Systems, action: EventAction) -> None:
    imported(systems)
    done = {result.title for result in act(systems, action, SPRING).results if result.outcome is ActionOutcome.DONE}
    with systems.engine.connect() as connection:
        rows = connection.execute(text("select title, plan, agreed from adm.planned_events")).all()
    fields = {"publish": "Lifecycle state", "on_sale": "Web sale", "off_sale": "Web sale", "cancel": "Cancelled"}
    field = fields.get(action.value, "Sold out")
    for row in rows:
        if row.title not in done:
            continue
        event = by_title(systems)[row.title]
        expected = {
            "Lifecycle state": ("published", "published"),
            "Web sale": (action is EventAction.on_sale, web_sale_of(systems, event)),
            "Cancelled": (True, True),
            "Sold out": (action is EventAction.sold_out,) * 2,
        }[field]
        values = [{column: held for day, column, held in row.agreed[side] if day is None} for side in ("here", "there")]
        assert tuple(view[field] for view in values) == expected
        if action is EventAction.cancel:
            assert row.plan["cancelled"] is True
            assert {held for day, column, held in row.agreed["there"] if column == "Cancelled"} == {True}


@pytest.mark.parametrize("action", list(EventAction))
def test_the_upload_says_what_it_says_otherwise_and_nothing_else(systems: Systems, action: EventAction) -> None:
    key = imported(systems)
    done = {result.title for result in act(systems, action, SPRING).results if result.outcome is ActionOutcome.DONE}
    report = systems.run(key, dry_run=True)
    changes = {(event.title, change.field.column, change.kind) for event in report.events for change in event.changes}
    moved = {EventAction.on_sale: {"Web sale"}, EventAction.cancel: {"Cancelled", "Cancelled (custom field)"}}
    assert {column for _, column, _ in changes} <= moved.get(action, set())
    # What somebody did on purpose is no conflict: both sides had it before the file was uploaded again.
    assert {kind for *_, kind in changes} <= {ChangeKind.CHANGE}
    assert {title for title, *_ in changes} <= done
    assert bool(changes) is (action in moved)


def test_each_event_is_logged_with_who_asked_before_anything_is_sent_and_when_it_is_done(systems: Systems) -> None:
    imported(systems)
    act(systems, EventAction.publish, SPRING)
    with systems.engine.connect() as connection:
        lines = connection.execute(text("select * from adm.decisions order by id")).all()
    count = len(of_sitting(systems))
    assert [line.outcome for line in lines] == ["begun"] * count + ["done"] * count
    assert {(line.who, line.entity, line.action) for line in lines} == {("Ada", "events", "publish")}
    assert {line.name for line in lines} == set(of_sitting(systems))
    assert all(line.record_id in systems.tenant.events and line.other_id for line in lines)


def test_booked_events_are_cancelled_only_when_told(systems: Systems) -> None:
    imported(systems)
    title = of_sitting(systems)[0]
    systems.tenant.book(by_title(systems)[title], 2)
    report = act(systems, EventAction.cancel, SPRING)
    refused = [result for result in report.results if result.outcome is ActionOutcome.REFUSED]
    assert [(each.title, "2 places are booked" in (each.sentence or "")) for each in refused] == [(title, True)]
    assert not report.is_success
    assert by_title(systems)[title].lifecycle_state == "draft"
    told = act(systems, EventAction.cancel, SPRING, cancel_booked=True)
    assert told.is_success
    assert by_title(systems)[title].lifecycle_state == "cancelled"


def test_a_cancelled_event_is_not_published_and_is_named(systems: Systems) -> None:
    imported(systems)
    title = of_sitting(systems)[0]
    systems.tenant.cancel(by_title(systems)[title])
    report = act(systems, EventAction.publish, SPRING)
    assert {r.title for r in report.results if r.outcome is ActionOutcome.REFUSED} == {title}
    assert report.counts[ActionOutcome.DONE] == len(of_sitting(systems)) - 1


def test_events_of_others_are_found_by_their_sitting_and_namesakes_are_left_and_named(systems: Systems) -> None:
    imported(systems)
    tenant = systems.tenant
    ours = next(iter(tenant.events.values()))
    keys = {each.label: each.id for each in tenant.definitions_of("Event")}
    common = {
        "location": ours.location,
        "default_tax_type": ours.default_tax_type,
        "time_zone_name": "Europe/London",
        "learning_mode": "classroom",
    }
    theirs = tenant.add_event(
        ours.course_template, "Summer school 26A", custom_fields={keys["Sitting"]: "26A"}, **common
    )
    namesake = tenant.add_event(ours.course_template, "Old 26A papers", **common)
    report = act(systems, EventAction.publish, SPRING)
    assert theirs.lifecycle_state == "published"
    assert namesake.lifecycle_state == "draft"
    assert report.only_titled == ["Old 26A papers"]
    result = next(each for each in report.results if each.title == theirs.title)
    assert (result.outcome, result.tutorial_event_id) == (ActionOutcome.DONE, None)


def test_events_are_chosen_by_upload_title_id_location_and_template(systems: Systems) -> None:
    key = imported(systems)
    events = list(by_title(systems).values())

    def titles(selection: Selection) -> set[str]:
        return {each.title for each in act(systems, EventAction.publish, selection, dry_run=True).results}

    assert titles(Selection(uploads=(key,))) == set(by_title(systems))
    first = events[0]
    assert titles(Selection(titles=(first.title.lower(),))) == {first.title}
    assert titles(Selection(ids=(first.id,))) == {first.title}
    of_location = {event.title for event in events if event.location is first.location}
    assert titles(Selection(uploads=(key,), location=first.location.name)) == of_location
    of_template = {event.title for event in events if event.course_template is first.course_template}
    assert titles(Selection(uploads=(key,), template=first.course_template.code)) == of_template
    for nothing in (
        Selection(uploads=("nonsense",)),
        Selection(titles=("Nobody's event",)),
        Selection(uploads=(key,), location="Nowhere"),
    ):
        with pytest.raises(NothingSelected):
            titles(nothing)
    with pytest.raises(NothingSelected):
        Selection(location=first.location.name)
