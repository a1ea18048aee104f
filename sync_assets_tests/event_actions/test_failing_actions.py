"""What Administrate refuses or leaves unanswered is told per event, and running again does just what is left."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from itertools import groupby

import openpyxl
import pytest
from sqlalchemy import text

from sync_assets.administrate.errors import AdministrateError
from sync_assets.bridge.locks import tenant_lock
from sync_assets.event_actions.action import EventAction
from sync_assets.event_actions.selection import Selection
from sync_assets.event_actions.undertaking import ActionOutcome
from sync_assets.sandbox.server.faults import AnswerLost, Down, HalfDone, HalvedList, PayloadError
from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
from sync_assets_tests.event_actions.killed_actions import kill_action
from sync_assets_tests.event_actions.sittings import act, by_title, here, imported, outcomes
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.systems import Systems


def everything_is_published(systems: Systems) -> bool:
    events = systems.tenant.events.values()
    states = {event.lifecycle_state for event in events} | {
        session.lifecycle_state for event in events for session in event.sessions
    }
    return states <= {"published", "cancelled"}


def sessions_published_once(systems: Systems) -> bool:
    done = [each.record_id for each in systems.tenant.carried_out if each.mutation == "session.update"]
    return len(done) == len(set(done))


def test_a_session_that_is_refused_is_told_with_its_event_and_sent_alone_by_the_next_run(systems: Systems) -> None:
    chosen = Selection(uploads=(imported(systems),))
    event = next(each for each in systems.tenant.events.values() if len(each.sessions) > 1)
    session = event.sessions[1]
    systems.sandbox.faults.add(PayloadError(value=session.id, mutation="session.update", message="Its room is closed."))
    report = act(systems, EventAction.publish, chosen)
    unfinished = [each for each in report.results if each.outcome is ActionOutcome.NOT_FINISHED]
    assert [each.title for each in unfinished] == [event.title]
    assert session.title in (unfinished[0].sentence or "")
    assert "Its room is closed." in (unfinished[0].sentence or "")
    assert report.counts[ActionOutcome.DONE] == len(report.results) - 1
    assert not report.is_success
    assert (event.lifecycle_state, session.lifecycle_state) == ("published", "draft")
    with systems.engine.connect() as connection:
        failed = connection.execute(text("select name from adm.decisions where outcome = 'failed'")).scalars().all()
    assert failed == [event.title]
    systems.sandbox.faults.clear()
    again = act(systems, EventAction.publish, chosen)
    assert (again.mutations_sent, again.is_success) == (1, True)
    assert everything_is_published(systems)


def test_the_sessions_of_an_event_that_is_refused_are_left_as_they_are(systems: Systems) -> None:
    chosen = Selection(uploads=(imported(systems),))
    event = next(each for each in systems.tenant.events.values() if each.sessions)
    systems.sandbox.faults.add(PayloadError(value=event.id, mutation="event.update", message="Not today."))
    report = act(systems, EventAction.publish, chosen)
    assert {each.title for each in report.results if each.outcome is ActionOutcome.NOT_FINISHED} == {event.title}
    assert {session.lifecycle_state for session in event.sessions} == {"draft"}
    assert here(systems, event.title)["lifecycle_state"] == "draft"
    systems.sandbox.faults.clear()
    assert act(systems, EventAction.publish, chosen).is_success
    assert here(systems, event.title)["lifecycle_state"] == "published"


@pytest.mark.parametrize("mentions", ["event { payload: update(", "session { payload: update("])
@pytest.mark.parametrize("half", [False, True])
def test_what_has_no_answer_is_read_again_and_nothing_is_sent_twice(
    systems: Systems, mentions: str, half: bool
) -> None:
    systems.tenant.behaviour = TenantBehaviour(sessions_wait_for_event=True)
    chosen = Selection(uploads=(imported(systems),))
    systems.sandbox.faults.add((HalfDone if half else AnswerLost)(times=1, mentions=mentions))
    report = act(systems, EventAction.publish, chosen)
    if half:
        assert ActionOutcome.NOT_KNOWN in outcomes(report)
        assert act(systems, EventAction.publish, chosen).is_success
    else:
        assert report.is_success, report.failure
    assert everything_is_published(systems)
    assert sessions_published_once(systems)
    assert {here(systems, title)["lifecycle_state"] for title in by_title(systems)} == {"published"}
    assert act(systems, EventAction.publish, chosen).mutations_sent == 0


def test_a_tenant_that_goes_away_in_the_middle_is_told_and_the_next_run_goes_on(systems: Systems) -> None:
    chosen = Selection(uploads=(imported(systems),))
    systems.sandbox.faults.add(Down(mentions="session { payload: update("))
    report = act(systems, EventAction.publish, chosen)
    assert not report.is_success
    assert {event.lifecycle_state for event in systems.tenant.events.values()} == {"published"}
    systems.sandbox.faults.clear()
    assert act(systems, EventAction.publish, chosen).is_success
    assert everything_is_published(systems)


def test_nothing_is_sent_where_the_events_cannot_be_read_to_the_end(systems: Systems) -> None:
    imported(systems)
    systems.sandbox.faults.add(HalvedList(connection="events", truthful_count=True))
    with pytest.raises(AdministrateError):
        act(systems, EventAction.publish, Selection(sitting="2026A"))
    assert len(systems.tenant.carried_out) == 0


STEPS: dict[str, tuple[str, Callable[[Systems], object]]] = {
    "while everything is read": ("currentEvents", lambda systems: systems.sandbox.requests.count_of("events")),
    "between the events": (
        "event { payload: update(",
        lambda systems: systems.tenant.carried_out.count_of("event.update"),
    ),
    "between the sessions": (
        "session { payload: update(",
        lambda systems: systems.tenant.carried_out.count_of("session.update"),
    ),
}


@BOTH_LAYOUTS
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("action", [EventAction.publish, EventAction.cancel])
@pytest.mark.slow
def test_after_a_kill_the_next_run_does_what_is_left(systems: Systems, step: str, action: EventAction) -> None:
    key = imported(systems)
    mentions, has_happened = STEPS[step]
    kill_action(systems, key, action, mentions=mentions, has_happened=has_happened, mutations_per_request=3)
    report = act(systems, action, Selection(uploads=(key,)))
    assert report.is_success, report.failure
    state = {EventAction.publish: "published", EventAction.cancel: "cancelled"}[action]
    assert {event.lifecycle_state for event in systems.tenant.events.values()} == {state}
    if action is EventAction.publish:
        assert everything_is_published(systems)
    else:
        sessions = systems.tenant.sessions.values()
        assert {session.lifecycle_state for session in sessions} == {"cancelled"}
    # February's table has no place for an event without an instructor.
    said = {here(systems, title).get("lifecycle_state", state) for title in by_title(systems)}
    assert said == {state}
    assert sessions_published_once(systems)
    assert act(systems, action, Selection(uploads=(key,))).mutations_sent == 0


def test_two_actions_at_the_same_time_take_turns(systems: Systems) -> None:
    chosen = Selection(uploads=(imported(systems),))
    reports = []
    actions = (EventAction.sold_out, EventAction.publish, EventAction.on_sale)
    threads = [
        threading.Thread(target=lambda each=each: reports.append(act(systems, each, chosen))) for each in actions
    ]
    with tenant_lock(systems.engine, exclusive=True):
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        assert len(systems.tenant.carried_out) == 0
    for thread in threads:
        thread.join()
    assert [report.is_success for report in reports] == [True] * 3
    with systems.engine.connect() as connection:
        log = connection.scalars(text("select action from adm.decisions order by id")).all()
    # None of them logged or sent anything before the one before it had ended.
    assert [action for action, _ in groupby(log)] == [report.action.value for report in reports]
    for action in actions:
        assert act(systems, action, chosen).mutations_sent == 0


def test_an_action_and_an_import_of_changes_take_turns(systems: Systems) -> None:
    imported(systems)
    # By title: an event that the newer file changes belongs to that upload from then on.
    every_event = Selection(titles=tuple(by_title(systems)))
    content, title = _with_more_places(systems.workbook(events=6, sessions=20))
    newer = systems.store(content, "newer.xlsx")
    done: dict[str, bool] = {}

    def import_() -> None:
        done["import"] = systems.run(newer, apply_changes=True, change_published=True).is_success

    def publish() -> None:
        done["publish"] = act(systems, EventAction.publish, every_event).is_success

    threads = [threading.Thread(target=each) for each in (import_, publish)]
    with tenant_lock(systems.engine, exclusive=True):
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        assert len(systems.tenant.carried_out) == 0
    for thread in threads:
        thread.join()
    assert done == {"import": True, "publish": True}
    assert everything_is_published(systems)
    assert by_title(systems)[title].max_places == 99
    assert act(systems, EventAction.publish, every_event).mutations_sent == 0
    assert systems.run(newer).mutations_sent == 0


def _with_more_places(content: bytes) -> tuple[bytes, str]:
    """A newer version of a workbook, and the title of the event that has more places there."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book["Import"]
    column = {cell.value: cell.column for cell in page[1]}
    page.cell(4, column["Max places"]).value = 99
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), str(page.cell(4, column["Event title"]).value)
