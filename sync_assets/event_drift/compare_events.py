"""The comparison of all events that both sides have: read this first. Knows nothing of how it is run.

It asks nothing of Administrate and sends nothing there: it compares what the last sync has read. What it writes on the
tutorial side are the fields that follow Administrate by a setting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, Engine

from sync_assets.bridge.locks import tenant_lock
from sync_assets.bridge.migrate import require_current
from sync_assets.event_drift.both_names import both_names
from sync_assets.event_drift.keep_agreement import keep_agreement, write_here
from sync_assets.event_drift.linked_event import LinkedEvent
from sync_assets.event_drift.load_events import EventsOfBothSides, load_events
from sync_assets.event_drift.record_drift import OpenDifference, record_drift
from sync_assets.event_drift.recorded_events import has_linked_rows
from sync_assets.event_drift.settle_fields import take_theirs
from sync_assets.event_drift.three_way import Difference, DriftKind, compare_sides
from sync_assets.event_import.planning.comparison import Sides
from sync_assets.event_import.planning.fields import LIFECYCLE_STATE, SOLD_OUT
from sync_assets.event_import.reference.known_records import ReferenceData
from sync_assets.event_import.workbook import columns
from sync_assets.text import match_key
from sync_assets.tutorial.errors import TutorialRowRefused
from sync_assets.tutorial.layout import Layout, layout_of

FOLLOWING: Final = (LIFECYCLE_STATE, SOLD_OUT, columns.MAX_PLACES)
"""The fields that follow Administrate by themselves unless a setting says otherwise: staff edit them there."""


@dataclass(frozen=True, slots=True)
class DriftCounts:
    """What a comparison found: events compared and left out, open differences by kind, and fields that followed."""

    events: int
    under_way: int
    kinds: Mapping[DriftKind, int]
    followed: int


def compare_events(engine: Engine, following: Collection[str] = FOLLOWING) -> DriftCounts:
    """Compare all linked events, all or nothing; only agreements, the table of differences and followers are written.

    `following` names the fields that are taken over here where Administrate alone has changed them. Raises BridgeError
    and TutorialTablesUnknown.
    """
    with tenant_lock(engine, exclusive=True), engine.begin() as connection:
        require_current(connection)
        if not has_linked_rows(connection):
            record_drift(connection, [], both_names(ReferenceData()))
            return DriftCounts(0, 0, {}, 0)
        return compare_some(connection, layout_of(connection), following)


def compare_some(
    connection: Connection,
    layout: Layout,
    following: Collection[str] = (),
    external_ids: Collection[str] | None = None,
) -> DriftCounts:
    """Compare the events of some ids, or all, within the caller's transaction. Raises BridgeError."""
    loaded = load_events(connection, layout, external_ids)
    wanted = {match_key(name) for name in following}
    found: list[OpenDifference] = []
    followed = 0
    for event in loaded.events:
        comparison = compare_sides(event.seen, event.agreed, event.fields, loaded.both.is_same)
        if comparison.settled_here or comparison.settled_there:
            settled = Sides(comparison.settled_here, comparison.settled_there)
            keep_agreement(connection, event, settled)
            event = event.agreeing(settled)
        left, count = _follow(connection, layout, event, comparison.differences, wanted, loaded)
        found += [OpenDifference(event, each) for each in left]
        followed += count
    record_drift(connection, found, loaded.both, external_ids)
    return DriftCounts(len(loaded.events), loaded.under_way, Counter(each.difference.kind for each in found), followed)


def _follow(
    connection: Connection,
    layout: Layout,
    event: LinkedEvent,
    differences: list[Difference],
    following: Collection[str],
    loaded: EventsOfBothSides,
) -> tuple[list[Difference], int]:
    """Take over what follows; return the differences that are left, and how many fields were taken over."""
    chosen = [
        each
        for each in differences
        if each.kind is DriftKind.CHANGED_THERE and match_key(each.field.column) in following
    ]
    if not chosen:
        return differences, 0
    done = take_theirs(event, chosen, loaded.names, loaded.both)
    try:
        with connection.begin_nested():
            write_here(connection, layout, event, done, datetime.now(UTC))
            keep_agreement(connection, event, done.agreed, done.plan)
    except TutorialRowRefused:
        return differences, 0
    taken = set(done.fields)
    return [each for each in differences if each.field not in taken], len(taken)
