"""An action on events and a decision about their differences at the same time take turns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

from sync_assets.event_actions.act_on_events import act_on_events
from sync_assets.event_actions.action import ActionOptions, EventAction
from sync_assets.event_actions.action_report import ActionReport
from sync_assets.event_actions.selection import Selection
from sync_assets.event_drift.drift_decision import DriftChoice, DriftOutcome, DriftReport
from sync_assets.sandbox.server.faults import Latency
from sync_assets_tests.event_drift.drifting import compare, decide, found, imported, move_session_here
from sync_assets_tests.support.layouts import BOTH_LAYOUTS
from sync_assets_tests.support.systems import Systems

NAMES = ("ActOnEvents", "DecideDrift")
"""What the requests with mutations of the two are called."""


@BOTH_LAYOUTS
def test_an_action_and_a_decision_take_turns_and_nothing_is_left_open(systems: Systems) -> None:
    events = [event for event in imported(systems) if event.sessions]
    compare(systems)
    for event in events:
        move_session_here(systems, event.title)
    compare(systems)
    titles = tuple(event.title for event in events)
    systems.sandbox.faults.add(Latency(seconds=0.1))
    together = Barrier(2)

    def publish() -> ActionReport:
        together.wait()
        options = ActionOptions(dry_run=False)
        return act_on_events(
            systems.engine, systems.connect(), EventAction.publish, Selection(titles=titles), options, who="Ben"
        )

    def send() -> DriftReport:
        together.wait()
        return decide(systems, DriftChoice.send_ours, *titles)

    with ThreadPoolExecutor(2) as pool:
        acting, deciding = pool.submit(publish), pool.submit(send)
        action, decision = acting.result(), deciding.result()
    systems.sandbox.faults.clear()
    assert action.is_success
    assert set(decision.counts) == {DriftOutcome.DONE}
    assert {event.lifecycle_state for event in events} == {"published"}
    # The mutations of the two came one after the other, and not in between.
    actors = [request.operation for request in systems.sandbox.requests.all() if request.operation in NAMES]
    assert sum(one != other for one, other in pairwise(actors)) == 1
    compare(systems)
    assert found(systems) == set()
