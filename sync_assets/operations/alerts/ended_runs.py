"""Runs that have ended, each found once: what the alerts of failures are made from."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dagster as dg

FIRST_LOOK = 3600.0
"""Seconds that the first look goes back: what failed while the processes came up is reported, old troubles are not."""
MARGIN = 600.0
"""Seconds that every look goes back behind the last one: clocks differ, and a change is seen when it is committed."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Runs that have ended since the last look, the oldest first, and the cursor of the next look."""

    runs: Sequence[dg.RunRecord]
    cursor: str


def ended_runs(
    instance: dg.DagsterInstance,
    cursor: str | None,
    statuses: Collection[dg.DagsterRunStatus],
    now: datetime,
    *,
    job: str | None = None,
) -> Ended:
    """Return the runs that came to one of these statuses and have not been returned for an earlier cursor.

    Runs are read, and not events: a run whose process was killed is marked by the run monitoring, whatever it was at.
    """
    kept: dict[str, Any] = json.loads(cursor) if cursor else {"since": now.timestamp() - FIRST_LOOK, "seen": {}}
    since, seen = float(kept["since"]), dict(kept["seen"])
    horizon = since - MARGIN if cursor else since
    records = instance.get_run_records(
        dg.RunsFilter(job_name=job, statuses=list(statuses), updated_after=datetime.fromtimestamp(horizon, UTC)),
        order_by="update_timestamp",
        ascending=True,
    )
    new: list[dg.RunRecord] = []
    for record in records:
        changed = record.update_timestamp.replace(tzinfo=record.update_timestamp.tzinfo or UTC).timestamp()
        # A run that was taken for dead can end once more, by itself.
        end = f"{record.dagster_run.run_id}:{record.dagster_run.status.value}"
        # A run that ended long ago can still be changed, by a tag for example: it ended no second time.
        if end not in seen and (record.end_time or changed) >= horizon:
            new.append(record)
        seen[end] = changed
        since = max(since, changed)
    # A moment that lies ahead would hide what happens until then.
    since = min(since, now.timestamp())
    recent = {end: changed for end, changed in seen.items() if changed >= since - MARGIN}
    return Ended(new, json.dumps({"since": since, "seen": recent}))
