"""Whatever goes wrong at whichever mutation: run again until it is complete, both sides have every event once."""

from __future__ import annotations

import pytest

from sync_assets.event_import.report import EventOutcome, ImportReport
from sync_assets.sandbox.server import faults
from sync_assets_tests.event_import.both_sides import assert_imported, in_tutorial_tables, in_workbook
from sync_assets_tests.support.systems import Systems

MOST_RUNS = 4
EVENTS, SESSIONS = 3, 13

STEPS = {
    "create": "payload: createBlended(",
    "session update": "session { payload: update(",
    "session create": "session { payload: create(",
    "staff": "session { payload: addStaff(",
}
MUTATIONS = {
    "create": "event.createBlended",
    "session update": "session.update",
    "session create": "session.create",
    "staff": "session.addStaff",
}
REQUEST_FAULTS: dict[str, tuple[type[faults.RequestFault], dict[str, object]]] = {
    "answer lost": (faults.AnswerLost, {"times": 1}),
    "answer lost with status": (faults.AnswerLost, {"times": 1, "status": 502}),
    "held back beyond the time-out": (faults.HeldBack, {"times": 1, "seconds": 1.2}),
    "too many requests": (faults.HttpStatus, {"times": 2, "status": 429, "retry_after": 0}),
    "server failure": (faults.HttpStatus, {"times": 3, "status": 500}),
    "down for a while": (faults.Down, {"times": 2}),
    "too complex": (faults.TooComplex, {"mutation_fields": 2}),
    "too large": (faults.TooLarge, {"body_bytes": 1800}),
}


def run_until_complete(systems: Systems, key: str, quiet: float = 0.4) -> list[ImportReport]:
    client = systems.connect(timeout=1.0, retry_for=2.0)
    options = {"quiet_seconds": quiet, "patience_seconds": 4 * quiet + 1}
    reports = [systems.run(key, client, **options)]
    while not reports[-1].is_success and len(reports) < MOST_RUNS:
        reports.append(systems.run(key, client, **options))
    assert reports[-1].is_success, [event.sentence for event in reports[-1].events]
    return reports


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kind", REQUEST_FAULTS)
def test_after_a_fault_every_event_is_there_exactly_once(systems: Systems, kind: str, step: str) -> None:
    content = systems.workbook(events=EVENTS, sessions=SESSIONS)
    fault, values = REQUEST_FAULTS[kind]
    systems.sandbox.faults.add(fault(**values, mentions=STEPS[step]))
    run_until_complete(systems, systems.store(content), 2.0 if fault is faults.HeldBack else 0.4)
    assert_imported(systems.engine, systems.tenant, content)
    assert systems.tenant.carried_out.created_twice() == {}
    assert systems.tenant.carried_out.created_twice("Session") == {}
    left = [each for each in systems.sandbox.faults.current() if each.times is not None]
    assert left == [], "the fault never happened"


@pytest.mark.parametrize(
    "fault",
    [
        faults.Html(times=3, mentions="mutation"),
        faults.NullData(times=3, mentions="mutation"),
        faults.TopLevelErrors(with_data=True, mentions="mutation"),
        faults.TopLevelErrors(times=5, mentions="mutation"),
    ],
    ids=lambda fault: f"{fault.kind} {fault.times}",
)
def test_answers_that_say_nothing_of_the_outcome_are_looked_into(systems: Systems, fault: faults.RequestFault) -> None:
    content = systems.workbook(events=EVENTS, sessions=SESSIONS)
    systems.sandbox.faults.add(fault)
    run_until_complete(systems, systems.store(content))
    assert_imported(systems.engine, systems.tenant, content)


@pytest.mark.parametrize("work_done", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_an_error_in_one_part_is_that_events_alone(systems: Systems, step: str, work_done: bool) -> None:
    content = systems.workbook(events=EVENTS, sessions=SESSIONS)
    event = max(in_workbook(content), key=lambda each: len(each.sessions))
    last = event.sessions[-1]
    value = {"create": event.title, "session update": last.title, "session create": last.title, "staff": "instructor"}
    systems.sandbox.faults.add(
        faults.PayloadError(value=value[step], mutation=MUTATIONS[step], times=1, work_done=work_done)
    )
    reports = run_until_complete(systems, systems.store(content))
    assert_imported(systems.engine, systems.tenant, content)
    assert len(reports[0].not_done) <= 1
    told = [text for each in reports[0].events for text in (each.sentence or "", *each.warnings)]
    assert any("This could not be saved." in text for text in told)


def test_an_event_that_came_with_errors_is_taken_with_a_warning(systems: Systems) -> None:
    content = systems.workbook(events=2, sessions=7)
    title = in_workbook(content)[0].title
    systems.sandbox.faults.add(
        faults.PayloadError(value=title, work_done=True, mutation="event.createBlended", times=1)
    )
    report = systems.run(systems.store(content))
    assert report.is_success
    assert_imported(systems.engine, systems.tenant, content)
    warned = [(event.title, said) for event in report.events for said in event.warnings if said.startswith("Created")]
    assert warned == [(title, "Created with a warning: This could not be saved.")]


def test_a_tenant_that_is_down_leaves_all_tutorial_rows_and_says_how_many_wait(systems: Systems) -> None:
    content = systems.workbook(events=6, sessions=20)
    key = systems.store(content)
    systems.sandbox.faults.add(faults.Down())
    report = systems.run(key, systems.connect(retry_for=1.0))
    assert report.counts[EventOutcome.WAITING] == 6
    assert report.unavailable is not None
    assert all(event.tutorial_event_id and not event.external_id for event in report.events)
    assert in_tutorial_tables(systems.engine) == in_workbook(content)
    assert report.requests_sent < 20
    systems.sandbox.faults.clear()
    again = systems.run(key)
    assert again.counts[EventOutcome.CREATED] == 6
    assert_imported(systems.engine, systems.tenant, content)


def test_a_tenant_that_goes_down_between_two_steps_stops_the_run_and_not_its_record(systems: Systems) -> None:
    content = systems.workbook(events=6, sessions=20)
    key = systems.store(content)
    systems.sandbox.faults.add(faults.Down(mentions=STEPS["staff"]), faults.Down(mentions="EventRead on"))
    report = systems.run(key, systems.connect(timeout=1.0, retry_for=1.0))
    assert report.counts[EventOutcome.WAITING] > 0
    assert all(event.external_id for event in report.events)
    systems.sandbox.faults.clear()
    sent_before = systems.sandbox.requests.count_of("session.update")
    assert systems.run(key).is_success
    assert systems.sandbox.requests.count_of("session.update") == sent_before
    assert_imported(systems.engine, systems.tenant, content)


def test_a_limit_that_stays_is_waited_for_and_then_given_up(systems: Systems) -> None:
    content = systems.workbook(events=2, sessions=7)
    key = systems.store(content)
    systems.sandbox.faults.add(faults.HttpStatus(status=429, mentions="mutation"))
    report = systems.run(key)
    assert report.counts[EventOutcome.WAITING] == 2
    assert "429" in (report.unavailable or "")
    systems.sandbox.faults.clear()
    assert systems.run(key).is_success
    assert_imported(systems.engine, systems.tenant, content)


def test_a_server_that_takes_few_mutations_at_a_time_is_soon_given_few(systems: Systems) -> None:
    content = systems.workbook(events=10, sessions=34)
    systems.sandbox.faults.add(faults.TooComplex(mutation_fields=4))
    client = systems.connect(concurrency=1)
    report = systems.run(systems.store(content), client, quiet_seconds=0.4, patience_seconds=20.0)
    assert report.is_success
    assert_imported(systems.engine, systems.tenant, content)
    refused = [request for request in systems.sandbox.requests.all() if request.mutation_fields > 4]
    assert len(refused) < 8
