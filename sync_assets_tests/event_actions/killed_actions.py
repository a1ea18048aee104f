"""An action in a process of its own, which is killed at a point of its work."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final

from sync_assets.event_actions.action import EventAction
from sync_assets.sandbox.server.faults import HeldBack
from sync_assets_tests.support.systems import Systems

PATIENCE: Final = 30.0
"""Seconds that an answer is held back, and within which an action has to come to the point where it is killed."""
_ACTION: Final = """
import sys
from sqlalchemy import create_engine
from sync_assets.administrate.client import AdministrateClient, TenantAddress
from sync_assets.event_actions.act_on_events import act_on_events
from sync_assets.event_actions.action import ActionOptions, EventAction
from sync_assets.event_actions.selection import Selection

database, api, token, client_id, secret, key, action, mutations = sys.argv[1:]
with AdministrateClient(TenantAddress(api, token, client_id, secret, 1000, 60000)) as client:
    options = ActionOptions(dry_run=False, mutations_per_request=int(mutations))
    act_on_events(create_engine(database), client, EventAction(action), Selection(uploads=(key,)), options)
"""


def kill_action(
    systems: Systems,
    key: str,
    action: EventAction,
    *,
    mentions: str,
    has_happened: Callable[[Systems], object],
    mutations_per_request: int,
    patience: float = PATIENCE,
) -> None:
    """Act on an upload, and kill the process while it waits for the answer to a request.

    That request is the first that mentions a text; `has_happened` tells that the tenant has carried it out.
    """
    sandbox = systems.sandbox
    sandbox.faults.add(HeldBack(seconds=patience, mentions=mentions))
    database = systems.engine.url.render_as_string(hide_password=False)
    address = [sandbox.api_url, sandbox.token_url, sandbox.client_id, sandbox.client_secret]
    arguments = [database, *address, key, action, str(mutations_per_request)]
    with subprocess.Popen([sys.executable, "-c", _ACTION, *arguments]) as process:
        try:
            until = time.monotonic() + patience
            while not has_happened(systems):
                assert process.poll() is None, "the action ended before the step"
                assert time.monotonic() < until, "the action never came to the step"
                time.sleep(0.02)
            with systems.tenant.lock:
                pass
        finally:
            process.send_signal(signal.SIGKILL)
    sandbox.faults.clear()
