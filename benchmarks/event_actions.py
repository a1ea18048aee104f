"""Act on the events of a whole sitting (348 events, 1,288 sessions) in a stand-in tenant, and say what it took.

    python -m benchmarks.event_actions --latency 50

The events are imported first, and that is not measured. Each action is carried out twice: the second run has to send no
mutation. The export of the sitting is measured as well. The stand-in is served from another process, and answers as
much later as `--latency` says.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import create_engine

from benchmarks.event_import import address_of, prepare, served_tenant
from sync_assets.administrate.client import AdministrateClient
from sync_assets.embedded_postgres import embedded_url
from sync_assets.event_actions.act_on_events import act_on_events
from sync_assets.event_actions.action import ActionOptions, EventAction
from sync_assets.event_actions.selection import Selection
from sync_assets.event_export.export_events import export_events
from sync_assets.event_import.import_upload import ImportOptions, import_upload
from sync_assets.event_import.stored_uploads import store_upload

ACTIONS = (
    EventAction.publish,
    EventAction.on_sale,
    EventAction.off_sale,
    EventAction.sold_out,
    EventAction.available,
    EventAction.cancel,
)


def timed(name: str, latency: float, work: Callable[[], dict[str, Any]]) -> None:
    begin = time.perf_counter()
    found = work()
    seconds = round(time.perf_counter() - begin, 2)
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps({"run": name, "latency_ms": latency, "seconds": seconds, "peak_mb": peak, **found}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latency", type=float, default=50.0, help="milliseconds that each answer takes longer")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served_tenant() as place:
        url = embedded_url(Path(folder), f"benchmark_{time.time_ns()}")
        key = prepare(url, place)
        engine = create_engine(url)
        with AdministrateClient(address_of(place)) as client:
            imported = import_upload(engine, client, key, ImportOptions())
            assert imported.is_success
            if given.latency:
                fault = {"kind": "latency", "seconds": given.latency / 1000}
                httpx.put(place.faults_url, json=[fault]).raise_for_status()

            def act(action: EventAction, *, dry_run: bool) -> dict[str, Any]:
                options = ActionOptions(dry_run=dry_run)
                report = act_on_events(engine, client, action, Selection(uploads=(key,)), options)
                counts = {outcome.value: count for outcome, count in report.counts.items()}
                return {"requests": report.requests_sent, "mutations": report.mutations_sent, "events": counts}

            def export() -> dict[str, Any]:
                exported = export_events(engine, client, upload_key=key)
                content.append(exported.content)
                counts = {"events": exported.events, "sessions": exported.sessions}
                return {"requests": exported.requests_sent, **counts, "warnings": len(exported.warnings)}

            def upload() -> dict[str, Any]:
                with engine.begin() as connection:
                    again = store_upload(connection, "exported.xlsx", content[0], "benchmark", {}, datetime.now(UTC))
                report = import_upload(engine, client, again, ImportOptions())
                counts = {outcome.value: count for outcome, count in report.counts.items() if count}
                return {"requests": report.requests_sent, "mutations": report.mutations_sent, "events": counts}

            content: list[bytes] = []
            for action in ACTIONS:
                timed(f"{action.words}, dry run", given.latency, lambda action=action: act(action, dry_run=True))
                timed(action.words, given.latency, lambda action=action: act(action, dry_run=False))
                timed(f"{action.words}, again", given.latency, lambda action=action: act(action, dry_run=False))
                if action is EventAction.publish:
                    timed("export", given.latency, export)
                    timed("upload of the export", given.latency, upload)
        engine.dispose()


if __name__ == "__main__":
    main()
