"""A sitting as large as they come, published with one command: in how many requests, and what a second run does."""

from __future__ import annotations

from collections import Counter

import pytest

from sync_assets.event_actions.action import EventAction
from sync_assets.event_actions.selection import Selection
from sync_assets.event_actions.undertaking import ActionOutcome
from sync_assets.event_import.import_options import MUTATIONS_PER_REQUEST
from sync_assets.sandbox.server.faults import PayloadError
from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
from sync_assets_tests.event_actions.killed_actions import kill_action
from sync_assets_tests.event_actions.sittings import act, by_title, here, imported, outcomes
from sync_assets_tests.support.systems import Systems
from sync_assets_tests.support.waiting import eventually

EVENTS, SESSIONS = 348, 1288


@pytest.mark.slow
def test_a_whole_sitting_is_published_in_few_requests_and_a_second_run_sends_nothing(systems: Systems) -> None:
    chosen = Selection(uploads=(imported(systems, events=EVENTS, sessions=SESSIONS),))
    shown = act(systems, EventAction.publish, chosen, dry_run=True)
    # Four pages of a hundred events with their sessions, and a token.
    assert (shown.requests_sent, shown.mutations_sent) == (5, 0)
    session = next(iter(systems.tenant.sessions.values()))
    systems.sandbox.faults.add(PayloadError(value=session.id, mutation="session.update"))
    report = act(systems, EventAction.publish, chosen)
    assert (report.counts[ActionOutcome.DONE], report.counts[ActionOutcome.NOT_FINISHED]) == (EVENTS - 1, 1)
    (unfinished,) = (each for each in report.results if each.outcome is ActionOutcome.NOT_FINISHED)
    assert unfinished.title == session.parent_event.title
    assert session.title in (unfinished.sentence or "")
    assert report.mutations_sent == EVENTS + SESSIONS
    assert report.requests_sent < 100
    systems.sandbox.faults.clear()
    again = act(systems, EventAction.publish, chosen)
    assert (again.mutations_sent, again.is_success) == (1, True)
    last = act(systems, EventAction.publish, chosen)
    assert (last.mutations_sent, outcomes(last)) == (0, {ActionOutcome.AS_WANTED})
    assert {event.lifecycle_state for event in systems.tenant.events.values()} == {"published"}
    states = Counter(session.lifecycle_state for session in systems.tenant.sessions.values())
    assert states["published"] == SESSIONS
    assert states["draft"] == 0
    sent = Counter(each.record_id for each in systems.tenant.carried_out)
    assert set(sent.values()) == {1}


@pytest.mark.slow
def test_after_a_kill_in_the_middle_of_a_whole_sitting_each_event_and_session_is_published_once(
    systems: Systems,
) -> None:
    key = imported(systems, events=EVENTS, sessions=SESSIONS)
    chosen = Selection(uploads=(key,))
    drafts = [each for each in systems.tenant.sessions.values() if each.lifecycle_state == "draft"]
    in_the_middle = drafts[SESSIONS // 2]
    log = systems.tenant.carried_out
    # Slow enough that the other requests are not all worked off before the kill.
    systems.tenant.behaviour = TenantBehaviour(seconds_per_mutation=0.01)
    kill_action(
        systems,
        key,
        EventAction.publish,
        # Requests that read name events, and none of their sessions.
        mentions=in_the_middle.id,
        has_happened=lambda _: in_the_middle.lifecycle_state == "published",
        mutations_per_request=MUTATIONS_PER_REQUEST,
        patience=120.0,
    )
    systems.tenant.behaviour = TenantBehaviour()
    # The answer that is held back is worked off, and stays under way.
    eventually(lambda: systems.sandbox.under_way() <= 1, "the tenant has worked off what the dead process had sent")
    done = log.count_of("session.update")
    assert log.count_of("event.update") == EVENTS
    assert 0 < done < SESSIONS
    report = act(systems, EventAction.publish, chosen)
    assert report.is_success, report.failure
    assert report.mutations_sent == SESSIONS - done
    assert Counter(Counter(each.record_id for each in log).values()) == {1: EVENTS + SESSIONS}
    assert {event.lifecycle_state for event in systems.tenant.events.values()} == {"published"}
    assert Counter(each.lifecycle_state for each in systems.tenant.sessions.values())["draft"] == 0
    assert {here(systems, title)["lifecycle_state"] for title in by_title(systems)} == {"published"}
    assert act(systems, EventAction.publish, chosen).mutations_sent == 0
