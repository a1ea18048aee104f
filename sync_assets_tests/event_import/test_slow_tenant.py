"""A tenant that is slower than the time-out, and works on when nobody waits any more: never an event twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import text

from sync_assets.bridge.locks import tenant_lock
from sync_assets.event_import.report import ImportReport
from sync_assets.sandbox.server.faults import AnswerLost, HalfDone, HeldBack, HttpStatus, ProxyGivesUp
from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
from sync_assets_tests.event_import.both_sides import assert_imported
from sync_assets_tests.support.systems import Systems

EVENTS, SESSIONS = 24, 60
IMPORT = """
import signal
import sys
from sqlalchemy import create_engine
from sync_assets.administrate.client import AdministrateClient, TenantAddress
from sync_assets.event_import.import_options import ImportOptions
from sync_assets.event_import.import_upload import import_upload

# A process inherits which signals its parent ignores.
signal.signal(signal.SIGTERM, signal.SIG_DFL)
database, api, token, client_id, secret, key = sys.argv[1:]
with AdministrateClient(TenantAddress(api, token, client_id, secret, timeout=3.0)) as client:
    options = ImportOptions(quiet_seconds=8.0, patience_seconds=0.0)
    import_upload(create_engine(database), client, key, options)
"""


def assert_nothing_twice(systems: Systems, content: bytes) -> None:
    """Not only now: no event and no session was ever created a second time."""
    assert systems.tenant.carried_out.created_twice() == {}
    assert systems.tenant.carried_out.created_twice("Session") == {}
    assert_imported(systems.engine, systems.tenant, content)


def run_until_nothing_waits(systems: Systems, key: str, *, quiet: float, timeout: float) -> list[ImportReport]:
    client = systems.connect(timeout=timeout)
    reports: list[ImportReport] = []
    while not reports or not reports[-1].is_success:
        assert len(reports) < 12, [event.sentence for event in reports[-1].not_done]
        reports.append(systems.run(key, client, quiet_seconds=quiet, patience_seconds=quiet))
    return reports


def test_a_tenant_slower_than_the_time_out_gets_every_event_once(systems: Systems) -> None:
    systems.tenant.behaviour = TenantBehaviour(seconds_per_mutation=0.25, read_lag_seconds=0.5)
    content = systems.workbook(events=EVENTS, sessions=SESSIONS)
    run_until_nothing_waits(systems, systems.store(content), quiet=8.0, timeout=3.0)
    assert_nothing_twice(systems, content)


def test_a_proxy_that_gives_up_while_the_work_goes_on_makes_no_second_event(systems: Systems) -> None:
    systems.tenant.behaviour = TenantBehaviour(seconds_per_mutation=0.25)
    systems.sandbox.faults.add(ProxyGivesUp(seconds=0.5, mentions="mutation"))
    content = systems.workbook(events=EVENTS, sessions=SESSIONS)
    reports = run_until_nothing_waits(systems, systems.store(content), quiet=4.0, timeout=3.0)
    assert_nothing_twice(systems, content)
    assert any("504" in (event.sentence or "") for report in reports for event in report.events) or len(reports) == 1


def importing(systems: Systems, key: str, name: str = "import") -> subprocess.Popen[bytes]:
    """A process that imports an upload; `name` is what the database knows it by."""
    url = systems.engine.url.update_query_dict({"application_name": name})
    database, sandbox = url.render_as_string(hide_password=False), systems.sandbox
    arguments = [database, sandbox.api_url, sandbox.token_url, sandbox.client_id, sandbox.client_secret, key]
    return subprocess.Popen([sys.executable, "-c", IMPORT, *arguments], stderr=subprocess.DEVNULL)


def wait_for(seen: Callable[[], object], *processes: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while not seen():
        assert all(process.poll() is None for process in processes)
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_is_ended_in_its_creates_and_started_again_at_once_doubles_nothing(
    systems: Systems, ending: signal.Signals
) -> None:
    systems.tenant.behaviour = TenantBehaviour(seconds_per_mutation=0.25)
    content = systems.workbook(events=EVENTS, sessions=SESSIONS)
    key = systems.store(content)
    with importing(systems, key) as process:
        wait_for(lambda: systems.tenant.carried_out.count_of("event") >= 3, process)
        os.kill(process.pid, ending)
    run_until_nothing_waits(systems, key, quiet=8.0, timeout=3.0)
    assert_nothing_twice(systems, content)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_waits_for_the_lock_of_one_that_is_ended_doubles_nothing(
    systems: Systems, ending: signal.Signals
) -> None:
    systems.tenant.behaviour = TenantBehaviour(seconds_per_mutation=0.5, read_lag_seconds=0.5)
    content = systems.workbook(events=EVENTS, sessions=SESSIONS)
    key = systems.store(content)
    with ExitStack() as stack:
        with tenant_lock(systems.engine, exclusive=True):
            runs = {name: stack.enter_context(importing(systems, key, name)) for name in ("one", "other")}
            wait_for(lambda: waiting_for_the_lock(systems) == set(runs), *runs.values())
        wait_for(lambda: systems.tenant.carried_out.count_of("event") >= 3, *runs.values())
        (queued,) = waiting_for_the_lock(systems)
        at_work = runs["one" if queued == "other" else "other"]
        os.kill(at_work.pid, ending)
    assert (at_work.returncode, runs[queued].returncode) == (-ending, 0)
    run_until_nothing_waits(systems, key, quiet=8.0, timeout=3.0)
    assert_nothing_twice(systems, content)


def waiting_for_the_lock(systems: Systems) -> set[str]:
    """The names of the runs that have asked for the lock on the tenant and did not get it."""
    with systems.engine.connect() as connection:
        return set(
            connection.scalars(
                text("""
                select application_name from pg_stat_activity a where datname = current_database()
                and application_name in ('one', 'other') and query like '%pg_try_advisory_lock%'
                and not exists (select from pg_locks l where l.pid = a.pid and l.locktype = 'advisory')""")
            )
        )


def test_the_next_run_obeys_the_stamp_of_the_one_that_was_killed(systems: Systems) -> None:
    content = systems.workbook(events=2, sessions=6)
    key = systems.store(content)
    systems.sandbox.faults.add(HttpStatus(status=500, mentions="payload: createBlended("))
    systems.run(key)
    systems.sandbox.faults.clear()
    waiting = systems.run(key, quiet_seconds=3600.0)
    assert {event.outcome.value for event in waiting.events} == {"waiting"}
    assert len(systems.tenant.events) == 0
    with systems.engine.begin() as connection:
        connection.execute(
            text("""update adm.planned_events set create_sent_at = create_sent_at - interval '2 hours',
                                                  absent_at = create_sent_at - interval '30 minutes'""")
        )
    assert systems.run(key, quiet_seconds=3600.0).is_success
    assert_nothing_twice(systems, content)


def by_hand(systems: Systems) -> dict[str, Any]:
    tenant = systems.tenant
    return {
        "learning_mode": "classroom",
        "location": next(iter(tenant.locations.values())),
        "default_tax_type": next(iter(tenant.tax_types.values())),
        "time_zone_name": "Europe/London",
    }


FAULTS: tuple[Any, ...] = (
    lambda times: AnswerLost(times=times, mentions="mutation"),
    lambda times: AnswerLost(times=times, status=502, mentions="mutation"),
    lambda times: HeldBack(times=times, seconds=1.0, mentions="mutation"),
    lambda times: ProxyGivesUp(times=times, seconds=0.0, mentions="mutation"),
    lambda times: HalfDone(times=times, mentions="mutation"),
    lambda times: HttpStatus(times=times, status=500, mentions="mutation"),
    lambda times: HttpStatus(times=times, status=429, retry_after=0, mentions="mutation"),
)


@pytest.mark.parametrize("seed", range(25))
def test_no_schedule_of_faults_makes_an_event_twice(systems: Systems, seed: int) -> None:
    """Four schedules a database: each is a file of its own events, with faults, lags and sizes drawn at random."""
    chance = random.Random(seed)  # noqa: S311 - the draw has to be the same each time
    pauses = random.Random(seed)  # noqa: S311 - apart, because how many runs there are is not the same each time
    # Somebody else's event, by which a look can be seen to work when all of ours are gone.
    systems.tenant.add_event(next(iter(systems.tenant.course_templates.values())), "Open day", **by_hand(systems))
    content = systems.workbook(events=4, sessions=11)
    key = systems.store(content)
    for _ in range(4):
        systems.tenant.behaviour = TenantBehaviour(
            seconds_per_mutation=chance.choice([0.0, 0.02, 0.05]), read_lag_seconds=chance.choice([0.0, 0.1, 0.3])
        )
        for make in chance.sample(FAULTS, chance.randint(1, 3)):
            systems.sandbox.faults.add(make(chance.randint(1, 3)))
        size = chance.choice([1, 2, 5, 50])
        client = systems.connect(timeout=chance.choice([0.3, 0.6]), retry_for=0.5)
        for _ in range(30):
            report = systems.run(
                key, client, quiet_seconds=1.6, patience_seconds=2.0, mutations_per_request=size, apply_changes=True
            )
            if report.is_success:
                break
            systems.clock.sleep(pauses.choice([0.0, 1.0, 3.0]))
        assert report.is_success, [event.sentence for event in report.not_done]
        created = Counter(
            each.title for each in systems.tenant.carried_out if each.is_creation and each.type == "Event"
        )
        assert set(created.values()) == {1}, created
        systems.sandbox.faults.clear()
        systems.tenant.behaviour = TenantBehaviour()
        open_day = next(event for event in systems.tenant.events.values() if event.title == "Open day")
        systems.tenant.remove(open_day)
        assert_imported(systems.engine, systems.tenant, content)
        systems.tenant.events[open_day.id] = open_day
        systems.tenant.carried_out.clear()
        for event in list(systems.tenant.events.values()):
            if event.title != "Open day":
                systems.tenant.delete(event)
