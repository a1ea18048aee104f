"""Schedules and sensors whose ticks fail: while they do, they start nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import dagster as dg

from sync_assets.operations.alerts.failed_runs import sentence_of
from sync_assets.operations.alerts.trouble import REMOVED, SWITCHED_OFF, WORKS, Trouble, Troubles
from sync_assets.operations.instance.dagster_internals import InstigatorType, TickStatus

KIND = "ticks"
_RECENT_TICKS = 5


@dataclass(frozen=True, slots=True)
class Ticks:
    """How a schedule or sensor does: whether it is on, and the sentence of its last tick where its ticks fail.

    `works` is true where the last tick did not fail. A sensor whose last tick alone failed neither fails nor works.
    """

    is_on: bool
    works: bool
    sentence: str | None


def ticks_of(instance: dg.DagsterInstance, names: Collection[str]) -> dict[str, Ticks]:
    """Return how the schedules and sensors of these names do, as far as they have ticked.

    A schedule fails when its last tick does; a sensor, which tries again within seconds, when its last two do. A tick
    that has not ended, which may be the caller's own, is passed over.
    """
    latest: dict[str, tuple[float, Ticks]] = {}
    for state in instance.all_instigator_state():
        if state.instigator_name not in names:
            continue
        ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=_RECENT_TICKS)
        ended = [tick for tick in ticks if tick.status is not TickStatus.STARTED]
        if not ended or (state.instigator_name in latest and ended[0].timestamp < latest[state.instigator_name][0]):
            # A code location that has moved leaves the state of its old place behind.
            continue
        counted = ended[: 1 if state.instigator_type is InstigatorType.SCHEDULE else 2]
        fails = all(tick.status is TickStatus.FAILURE for tick in counted)
        works = ended[0].status is not TickStatus.FAILURE
        sentence = sentence_of(ended[0].error) if fails else None
        latest[state.instigator_name] = ended[0].timestamp, Ticks(state.is_running, works, sentence)
    return {name: ticks for name, (_, ticks) in latest.items()}


def take_in_ticks(
    found: Mapping[str, Ticks], names: Collection[str], troubles: Troubles, link: Callable[[str], str | None]
) -> None:
    """Note which schedules and sensors fail, and which do not any more. `names` are those that there are."""
    for name, ticks in found.items():
        key = f"{KIND}:{name}"
        if not ticks.is_on:
            # Nobody knows whether it would work: it is not said that it does.
            troubles.end(key, SWITCHED_OFF)
        elif ticks.works:
            troubles.end(key, WORKS)
        elif ticks.sentence:
            sentence = f"{ticks.sentence} It tries again by itself, and starts nothing until then."
            troubles.begin(Trouble(key, name, key, f"{name} does not work", sentence, link(name)))
    troubles.end_others(KIND, {f"{KIND}:{name}" for name in names}, REMOVED)
