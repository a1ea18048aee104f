"""A sitting as large as they come, published with one command: in how many requests, and what a second run does."""

from __future__ import annotations

from collections import Counter

import pytest

from sync_assets.event_actions.action import EventAction
from sync_assets.event_actions.selection import Selection
from sync_assets.event_actions.undertaking import ActionOutcome
from sync_assets.sandbox.server.faults import PayloadError
from sync_assets_tests.event_actions.sittings import act, imported, outcomes
from sync_assets_tests.support.systems import Systems

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
