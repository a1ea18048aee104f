"""What does not work, from when it begins until it is over, and what each channel has been told of it.

It is kept in Dagster's own records: alerts of failures have to come when the project's database is what fails.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

import dagster as dg

from sync_assets.operations.alerts.alert_delivery import News
from sync_assets.operations.alerts.alert_text import Alert, Tone, first_items

WORKS, PASSES, FRESH = "works again", "passes again", "is fresh again"
REPORTED = "has come to its report"
SWITCHED_OFF, REMOVED = "is switched off", "is no longer there"
_NOT_SETTLED = frozenset({SWITCHED_OFF, REMOVED})


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that does not work.

    Troubles of one `group` that begin together are one alert with the `title`, or with the `plural` where there is one;
    `name` is what one of them is called in it. One that is not `lasting` is reported once and has no end: a run that
    was cancelled, a job that somebody ran by hand.
    """

    key: str
    name: str
    group: str
    title: str
    sentence: str
    link: str | None = None
    lasting: bool = True
    plural: str = ""
    tone: str = Tone.FAILURE.value


@dataclass(slots=True)
class Troubles:
    """All troubles: those that are open, and those that are over with how, as long as a channel has to hear of it.

    `seen` says up to where ended runs have been looked at, `deliveries` holds the keys that each channel knows of.
    """

    seen: str | None = None
    open: dict[str, Trouble] = field(default_factory=dict)
    over: dict[str, tuple[Trouble, str]] = field(default_factory=dict)
    deliveries: dict[str, dict[str, str]] = field(default_factory=dict)

    def begin(self, trouble: Trouble) -> None:
        """Note that something does not work; what goes on failing stays the trouble that it was."""
        if trouble.key not in self.open:
            self.open[trouble.key] = trouble
            self.over.pop(trouble.key, None)

    def end(self, key: str, how: str) -> None:
        """Note that a trouble is over; nothing happens where it is not open."""
        if key in self.open:
            self.over[key] = (self.open.pop(key), how)

    def end_others(self, kind: str, still: Collection[str], how: str) -> None:
        """End the open troubles whose key begins with a kind and that are none of these."""
        for key in [key for key in self.open if key.startswith(f"{kind}:") and key not in still]:
            self.end(key, how)

    def news(self, deliveries: Collection[str]) -> News:
        """Return what a channel is to be told that has been told these keys."""
        beginnings = [trouble for key, trouble in self.open.items() if key not in deliveries]
        endings = [ending for key, ending in self.over.items() if key in deliveries]
        return News([*_of_beginnings(beginnings), *_of_endings(endings)], self.open.keys())

    def forget(self, channels: Iterable[str]) -> None:
        """Drop what no channel of these has still to hear of, and what other channels have been told."""
        known = set(channels)
        self.deliveries = {channel: keys for channel, keys in self.deliveries.items() if channel in known}
        pending = {key for keys in self.deliveries.values() for key in keys}
        self.over = {key: ending for key, ending in self.over.items() if key in pending}
        everyone = [set(self.deliveries.get(channel, {})) for channel in known]
        for key in [key for key, trouble in self.open.items() if not trouble.lasting]:
            if all(key in keys for keys in everyone):
                del self.open[key]
        for keys in self.deliveries.values():
            for key in [key for key in keys if key not in self.open and key not in self.over]:
                del keys[key]

    def as_json(self) -> str:
        """Return all of it as text."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def of_json(cls, text: str | None) -> Self:
        """Return what `as_json` has written; nothing where there is no text."""
        if not text:
            return cls()
        kept: dict[str, Any] = json.loads(text)
        return cls(
            kept["seen"],
            {key: Trouble(**trouble) for key, trouble in kept["open"].items()},
            {key: (Trouble(**trouble), how) for key, (trouble, how) in kept["over"].items()},
            kept["deliveries"],
        )


def _of_beginnings(troubles: Collection[Trouble]) -> list[Alert]:
    groups: dict[str, list[Trouble]] = {}
    for trouble in troubles:
        groups.setdefault(trouble.group, []).append(trouble)
    alerts = []
    for group in groups.values():
        first, tone = group[0], Tone(group[0].tone)
        if len(group) == 1 and first.name in first.title:
            alerts.append(Alert(tone, first.title, (first.sentence,), link=first.link))
            continue
        items, more = first_items([f"{trouble.name}: {trouble.sentence}" for trouble in group])
        title = f"{len(group)} {first.plural}" if first.plural and len(group) > 1 else first.title
        alerts.append(Alert(tone, title, (), items, more, first.link))
    return alerts


def _of_endings(endings: Collection[tuple[Trouble, str]]) -> list[Alert]:
    """Return one alert of all that is settled, and one of what was only put out of use."""
    alerts = []
    for is_settled, tone, what in ((True, Tone.SUCCESS, "troubles are over"), (False, Tone.INFO, "are out of use")):
        those = [(trouble, how) for trouble, how in endings if (how not in _NOT_SETTLED) is is_settled]
        if len(those) == 1:
            trouble, how = those[0]
            alerts.append(
                Alert(tone, f"{trouble.name} {how}", (f"What was wrong: {trouble.sentence}",), link=trouble.link)
            )
        elif those:
            items, more = first_items([f"{trouble.name} {how}" for trouble, how in those])
            alerts.append(Alert(tone, f"{len(those)} {what}", (), items, more))
    return alerts


@dataclass(slots=True)
class InstanceMemory:
    """Keeps troubles in Dagster's records, where they also stay when a tick fails; a sensor's cursor does not."""

    instance: dg.DagsterInstance
    key: str = "sync_assets.alerts.troubles"

    def load_troubles(self) -> Troubles:
        """Return what was kept."""
        return Troubles.of_json(self.instance.run_storage.get_cursor_values({self.key}).get(self.key))

    def save_troubles(self, troubles: Troubles) -> None:
        """Keep it in place of what was kept before."""
        self.instance.run_storage.set_cursor_values({self.key: troubles.as_json()})


@dataclass(slots=True)
class TroubleMemory:
    """What each channel has been told of troubles, kept with them at once."""

    memory: InstanceMemory
    troubles: Troubles

    def load(self, channel: str) -> Mapping[str, datetime]:
        """Return what a channel has been told."""
        deliveries = self.troubles.deliveries.get(channel, {})
        return {key: datetime.fromisoformat(moment) for key, moment in deliveries.items()}

    def save(self, channel: str, before: Mapping[str, datetime], after: Collection[str]) -> None:
        """Keep what it has been told now."""
        now = datetime.now(UTC)
        self.troubles.deliveries[channel] = {key: before.get(key, now).isoformat() for key in after}
        self.memory.save_troubles(self.troubles)
