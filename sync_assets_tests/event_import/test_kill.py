"""A process that is killed at any step leaves what the next run completes: nothing is lost and nothing is doubled."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from sync_assets.sandbox.server.faults import HeldBack
from sync_assets_tests.event_import.both_sides import assert_imported, in_tutorial_tables, in_workbook
from sync_assets_tests.support.systems import Systems

IMPORT = """
import sys
from sqlalchemy import create_engine
from sync_assets.administrate.client import AdministrateClient, TenantAddress
from sync_assets.event_import.import_options import ImportOptions
from sync_assets.event_import.import_upload import import_upload

database, api, token, client_id, secret, key = sys.argv[1:]
with AdministrateClient(TenantAddress(api, token, client_id, secret, 1000, 60000)) as client:
    import_upload(create_engine(database), client, key, ImportOptions(mutations_per_request=3))
"""
PATIENCE = 30.0

# The text that the request which is held back has in it, and what shows that its work is done.
STEPS: dict[str, tuple[str, Callable[[Systems], object]]] = {
    "look-up, before anything is written": (
        "query EventsBy",
        lambda systems: systems.sandbox.requests.count_of("events"),
    ),
    "create, before it is recorded": (
        "payload: createBlended(",
        lambda systems: systems.tenant.events,
    ),
    "making a further session": (
        "session { payload: create(",
        lambda systems: systems.sandbox.requests.count_of("session.create"),
    ),
    "between the sessions": (
        "session { payload: update(",
        lambda systems: any(each.title.startswith("MQ-") for each in systems.tenant.sessions.values()),
    ),
    "staff of the sessions": (
        "session { payload: addStaff(",
        lambda systems: any(each.staff_type == "instructor" for each in systems.tenant.staff.values()),
    ),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.slow
def test_after_a_kill_the_next_run_completes_every_event_once(systems: Systems, step: str) -> None:
    content = systems.workbook(events=3, sessions=13)
    key = systems.store(content)
    mentions, has_happened = STEPS[step]
    systems.sandbox.faults.add(HeldBack(seconds=PATIENCE, mentions=mentions))
    database = systems.engine.url.render_as_string(hide_password=False)
    sandbox = systems.sandbox
    arguments = [database, sandbox.api_url, sandbox.token_url, sandbox.client_id, sandbox.client_secret, key]
    with subprocess.Popen([sys.executable, "-c", IMPORT, *arguments]) as process:
        try:
            until = time.monotonic() + PATIENCE
            while not has_happened(systems):
                assert process.poll() is None, "the import ended before the step"
                assert time.monotonic() < until, "the import never came to the step"
                time.sleep(0.02)
            # The work is done under the tenant's lock: once it is free, only the answer is missing.
            with systems.tenant.lock:
                pass
        finally:
            process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    sandbox.faults.clear()
    if "before anything" not in step:
        assert in_tutorial_tables(systems.engine) == in_workbook(content)
    report = systems.run(key, patience_seconds=20.0)
    assert report.is_success, [event.sentence for event in report.events]
    assert_imported(systems.engine, systems.tenant, content)
    assert systems.tenant.carried_out.created_twice() == {}
    assert systems.run(key).mutations_sent == 0
