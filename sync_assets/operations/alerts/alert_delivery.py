"""Alerts on their way out, through Apprise. Its URLs hold secrets: nothing here says one, whatever goes wrong."""

from __future__ import annotations

import hashlib
import json
import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import dagster as dg
from apprise import Apprise, NotifyFormat, NotifyType, OverflowMode
from apprise.utils.parse import parse_urls

from sync_assets.errors import SyncError
from sync_assets.operations.alerts.alert_text import Alert, Markup, Tone, message
from sync_assets.settings import Settings, SettingsError

# Apprise logs URLs that it cannot use, and the library below it the paths of requests: both are secrets of a channel.
logging.getLogger("apprise").disabled = True
logging.getLogger("urllib3").setLevel(logging.WARNING)

_ALWAYS_MARKDOWN = frozenset({"Discord", "Mattermost"})
"""Services that show text as Markdown although Apprise calls it plain."""


class AlertNotDelivered(SyncError):
    """A channel did not take a message; the alert is sent to it again by the next tick."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A place that alerts go to: its number among those of the setting, what it is known by, and how to send."""

    number: int
    fingerprint: str
    service: str
    markup: Markup
    _apprise: Apprise

    def send(self, alerts: Sequence[Alert]) -> bool:
        """Send alerts as one message and return whether the channel took it."""
        said = message(alerts, self.markup)
        return bool(
            self._apprise.notify(
                body=said.body,
                title=said.title,
                notify_type=NotifyType(said.tone.value),
                body_format=NotifyFormat(self.markup.value),
            )
        )


def channels(settings: Settings) -> list[Channel]:
    """Return the channels of SYNC_ALERT_URLS. Raises SettingsError, which tells a wrong URL by its place alone."""
    if settings.sync_alert_urls is None:
        return []
    urls: list[str] = parse_urls(settings.sync_alert_urls.get_secret_value())  # type: ignore[no-untyped-call]
    return [_channel(number, url, len(urls)) for number, url in enumerate(urls, start=1)]


def _channel(number: int, url: str, count: int) -> Channel:
    apprise = Apprise()
    with warnings.catch_warnings():
        # The first URL makes Apprise import all of its services, some of which import what Python will drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        known = apprise.add(url) and len(apprise) == 1
    if not known:
        raise SettingsError(
            f"SYNC_ALERT_URLS: address {number} of {count} is none that Apprise knows. Compare it with the page of its "
            "service at https://appriseit.com."
        )
    service = apprise[0]
    if "overflow=" not in url:
        # Else what is too long for a service would be refused, and tried again for ever.
        service.overflow_mode = OverflowMode.SPLIT
    name = str(service.service_name)
    is_markdown = name in _ALWAYS_MARKDOWN or service.resolve_format(NotifyFormat.TEXT) is NotifyFormat.MARKDOWN
    fingerprint = hashlib.sha256(f"alert channel {url}".encode()).hexdigest()[:8]
    return Channel(number, fingerprint, name, Markup.MARKDOWN if is_markdown else Markup.TEXT, apprise)


class Memory(Protocol):
    """Which alerts some channels have taken while others have not: fingerprints of channels to keys of alerts."""

    def load(self) -> dict[str, list[str]]:
        """Return what was kept, empty where nothing is."""

    def save(self, taken: dict[str, list[str]]) -> None:
        """Keep it in place of what was kept before."""


@dataclass(frozen=True, slots=True)
class InstanceMemory:
    """Keeps it in Dagster's storage, where it also stays when a tick fails; a sensor's cursor does not."""

    instance: dg.DagsterInstance
    sensor: str

    def load(self) -> dict[str, list[str]]:
        """Return what was kept, empty where nothing is."""
        kept = self.instance.run_storage.get_cursor_values({self._key}).get(self._key)
        return dict(json.loads(kept)) if kept else {}

    def save(self, taken: dict[str, list[str]]) -> None:
        """Keep it in place of what was kept before."""
        self.instance.run_storage.set_cursor_values({self._key: json.dumps(taken)})

    @property
    def _key(self) -> str:
        return f"sync_assets.alerts.{self.sensor}"


def deliver(alerts: Sequence[Alert], to: Sequence[Channel], memory: Memory) -> None:
    """Send the alerts to every channel, all that one has not had in one message.

    Raises AlertNotDelivered where a channel did not take them. The others have them then, and are not sent them again
    when the same alerts are delivered once more.
    """
    keys = [alert.key for alert in alerts]
    before = memory.load()
    taken = {channel.fingerprint: [key for key in before.get(channel.fingerprint, []) if key in keys] for channel in to}
    missed: list[Channel] = []
    for channel in to:
        pending = [alert for alert in alerts if alert.key not in taken[channel.fingerprint]]
        if pending and not channel.send(pending):
            missed.append(channel)
        else:
            taken[channel.fingerprint] = keys
    now = {fingerprint: had for fingerprint, had in taken.items() if had} if missed else {}
    if now != before:
        memory.save(now)
    if missed:
        which = ", ".join(f"{channel.number} ({channel.service})" for channel in missed)
        raise AlertNotDelivered(
            f"{len(alerts)} alerts could not be delivered to address {which} of the {len(to)} in SYNC_ALERT_URLS. They "
            "are sent again by the next tick. See whether the service can be reached and its address still holds."
        )


def log_alerts(alerts: Sequence[Alert], log: logging.Logger) -> None:
    """Write alerts to the log, which is where they go when there is no channel."""
    for alert in alerts:
        said = message([alert], Markup.TEXT)
        level = logging.WARNING if alert.tone in (Tone.FAILURE, Tone.WARNING) else logging.INFO
        log.log(level, "%s\n%s", said.title, said.body)
