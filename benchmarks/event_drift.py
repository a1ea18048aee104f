"""Read a whole sitting (348 events, 1,288 sessions) from a stand-in tenant, compare it, and say what that took.

    python -m benchmarks.event_drift --latency 50

The sitting is imported first, which is not measured. The stand-in is served from another process and answers as much
later as `--latency` says. "whole" reads all events and sessions, "changes" what was edited since and all sessions.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from sqlalchemy import Engine, create_engine, text

from benchmarks.event_import import FAST, address_of, prepare, served_tenant
from sync_assets.administrate.client import AdministrateClient
from sync_assets.embedded_postgres import embedded_url
from sync_assets.entities import ENTITIES
from sync_assets.entities.sync import link_entity, sync_changes, sync_entity
from sync_assets.event_drift.compare_events import compare_events
from sync_assets.event_drift.decide_drift import decide_drift
from sync_assets.event_drift.drift_decision import DriftChoice, DriftDecision
from sync_assets.event_drift.record_drift import read_drift
from sync_assets.event_import.import_upload import import_upload

MOVED = 60
"""Sessions of as many events that are moved here before a decision is measured."""


def measured(name: str, client: AdministrateClient, work: Callable[[], object]) -> None:
    before, begin = client.requests_sent, time.perf_counter()
    work()
    seconds = round(time.perf_counter() - begin, 2)
    print(json.dumps({"what": name, "requests": client.requests_sent - before, "seconds": seconds}), flush=True)


def drift_apart(engine: Engine) -> None:
    """Move the first session of some events on the tutorial side."""
    with engine.begin() as connection:
        connection.execute(
            text("""
                update acted.tutorial_sessions set start_date = start_date + interval '1 hour',
                    end_date = end_date + interval '1 hour'
                where sequence = 1 and tutorial_event_id in (
                    select tutorial_event_id from acted.tutorial_sessions where sequence = 1
                    order by tutorial_event_id limit :moved)"""),
            {"moved": MOVED},
        )


def pass_an_hour(engine: Engine) -> None:
    """Let the import be so long ago that its events are no changes any more."""
    with engine.begin() as connection:
        connection.execute(
            text("update adm.administrate_events set updated_at_there = updated_at_there + interval '1 hour'")
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latency", type=float, default=50.0, help="milliseconds that each answer takes longer")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served_tenant() as place:
        url = embedded_url(Path(folder), f"benchmark_{time.time_ns()}")
        key = prepare(url, place)
        engine = create_engine(url)
        with AdministrateClient(address_of(place, **FAST)) as client:
            import_upload(engine, client, key)
        httpx.put(place.faults_url, json=[{"kind": "latency", "seconds": given.latency / 1000}]).raise_for_status()
        with AdministrateClient(address_of(place)) as client:

            def whole() -> None:
                for name in ("events", "sessions"):
                    sync_entity(engine, client, ENTITIES[name], ENTITIES)
                link_entity(engine, ENTITIES["events"], ENTITIES)

            def changes() -> None:
                for name in ("events", "sessions"):
                    sync_changes(engine, client, ENTITIES[name], ENTITIES)
                link_entity(engine, ENTITIES["events"], ENTITIES)

            measured("whole, first", client, whole)
            measured("whole, nothing new", client, whole)
            pass_an_hour(engine)
            measured("changes, nothing new", client, changes)
            measured("compare, no difference", client, lambda: compare_events(engine))
            drift_apart(engine)
            measured(f"compare, {MOVED} events moved", client, lambda: compare_events(engine))
            with engine.connect() as connection:
                ids = list(dict.fromkeys(read_drift(connection)["administrate_id"]))
            decisions = [DriftDecision(str(id_), DriftChoice.send_ours) for id_ in ids]
            measured(
                f"send ours, {len(ids)} events", client, lambda: decide_drift(engine, client, decisions, dry_run=False)
            )
        engine.dispose()


if __name__ == "__main__":
    main()
