"""A process that is killed around a create leaves what the next decision completes: one record, and no more."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, select

from sync_assets.decisions.decision import Action, Decision, DecisionOutcome
from sync_assets.decisions.planned_records import planned_records
from sync_assets.sandbox.server.faults import HeldBack
from sync_assets.sandbox.server.server import Sandbox
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.decisions.both_sides import QUIET, Clock, Resolve, names_in, only

PENMARROW = Decision("locations", Action.create_administrate, "Penmarrow")
PATIENCE = 60.0
DECIDE = """
import sys, time
from sqlalchemy import create_engine
from sync_assets.administrate.client import AdministrateClient, TenantAddress
from sync_assets.decisions.decision import Action, Decision
from sync_assets.decisions.resolve import resolve
from sync_assets.entities import ENTITIES
from sync_assets.entities.entity_creation import Given

database, api, token, client_id, secret, region, stop = sys.argv[1:]

def observe(call):
    while stop == "before the request":
        time.sleep(1)

with AdministrateClient(TenantAddress(api, token, client_id, secret, timeout=600), observe=observe) as client:
    resolve(
        create_engine(database), lambda: client, ENTITIES,
        [Decision("locations", Action.create_administrate, "Penmarrow")],
        who="Ada", dry_run=False, defaults=Given(region_id=region))
"""


@pytest.mark.parametrize("stop", ["before the request", "before the answer is recorded"])
def test_after_a_kill_there_is_one_record_in_the_end(
    decide: Resolve, synced: Engine, tenant: Tenant, sandbox: Sandbox, clock: Clock, stop: str
) -> None:
    sandbox.faults.add(HeldBack(seconds=PATIENCE, mentions="createLocation"))

    def is_sent() -> object:
        with synced.connect() as connection:
            return connection.scalar(
                select(func.count()).where(planned_records.c.create_sent_at.is_not(None)).select_from(planned_records)
            )

    kill_while(synced, sandbox, tenant, stop, is_sent if stop == "before the request" else lambda: names(tenant))
    sandbox.faults.clear()
    clock.moment = datetime.now(UTC)  # The process went by its own clock.
    first = only(decide(PENMARROW))
    if stop == "before the request":
        assert first.outcome is DecisionOutcome.FAILED
        assert sandbox.requests.count_of("location.create") == 0
        for seconds in (QUIET, QUIET / 10):
            clock.forward(seconds)
            done = only(decide(PENMARROW))
    else:
        done = first
    assert done.outcome is DecisionOutcome.DONE, done.sentence
    assert len(names(tenant)) == sandbox.requests.count_of("location.create") == 1


def names(tenant: Tenant) -> list[str]:
    return names_in(tenant, "Penmarrow")


def kill_while(engine: Engine, sandbox: Sandbox, tenant: Tenant, stop: str, has_happened: Callable[[], object]) -> None:
    """Kill a process that decides, once something has happened."""
    database = engine.url.render_as_string(hide_password=False)
    region = next(iter(tenant.regions))
    given = [database, sandbox.api_url, sandbox.token_url, sandbox.client_id, sandbox.client_secret, region, stop]
    with subprocess.Popen([sys.executable, "-c", DECIDE, *given]) as process:
        try:
            until = time.monotonic() + PATIENCE
            while not has_happened():
                assert process.poll() is None, "the process ended before it was to be killed"
                assert time.monotonic() < until, "the process never came to the step"
                time.sleep(0.02)
        finally:
            process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
