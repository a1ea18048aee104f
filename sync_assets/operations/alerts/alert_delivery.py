"""Alerts on their way out, through Apprise. Its URLs hold secrets: nothing here says one, whatever goes wrong."""

from __future__ import annotations

import hashlib
import logging
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from apprise import Apprise, NotifyFormat, NotifyType, OverflowMode
from apprise.utils.parse import parse_urls

from sync_assets.errors import SyncError
from sync_assets.operations.alerts.alert_text import Alert, Markup, Tone, message
from sync_assets.settings import Settings, SettingsError

# Apprise logs URLs that it cannot use, and the library below it the paths of requests: both are secrets of a channel.
logging.getLogger("apprise").addFilter(lambda _: False)
logging.getLogger("urllib3").setLevel(logging.WARNING)

_ALWAYS_MARKDOWN = frozenset({"Discord", "Mattermost"})
"""Services that show text as Markdown although Apprise calls it plain."""


class AlertNotDelivered(SyncError):
    """A channel did not take a message; it hears of what it missed by a later tick."""


class Channel(Protocol):
    """A place that alerts go to."""

    @property
    def number(self) -> int:
        """Its place among the addresses of the setting."""

    @property
    def fingerprint(self) -> str:
        """What it is known by, which gives nothing away."""

    @property
    def service(self) -> str:
        """The name of the service."""

    def send(self, alerts: Sequence[Alert]) -> bool:
        """Send alerts as one message and return whether the channel took it."""


@dataclass(frozen=True, slots=True)
class ServiceChannel:
    """An address of SYNC_ALERT_URLS."""

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


@dataclass(frozen=True, slots=True)
class LogChannel:
    """The log, which is where alerts go when the setting names no address."""

    log: logging.Logger
    number: int = 0
    fingerprint: str = "log"
    service: str = "log"

    def send(self, alerts: Sequence[Alert]) -> bool:
        """Write each alert to the log."""
        for alert in alerts:
            said = message([alert], Markup.TEXT)
            level = logging.WARNING if alert.tone in (Tone.FAILURE, Tone.WARNING) else logging.INFO
            self.log.log(level, "%s\n%s", said.title, said.body)
        return True


def channels(settings: Settings) -> list[ServiceChannel]:
    """Return the channels of SYNC_ALERT_URLS. Raises SettingsError, which tells a wrong URL by its place alone."""
    if settings.sync_alert_urls is None:
        return []
    urls: list[str] = parse_urls(settings.sync_alert_urls.get_secret_value())  # type: ignore[no-untyped-call]
    return [_channel(number, url, len(urls)) for number, url in enumerate(urls, start=1)]


def _channel(number: int, url: str, count: int) -> ServiceChannel:
    apprise = Apprise()
    with warnings.catch_warnings():
        # The first URL makes Apprise import all of its services, some of which import what Python will drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        known = apprise.add(url) and len(apprise) == 1
    if not known:
        raise SettingsError(
            f"SYNC_ALERT_URLS: Apprise does not know address {number} of {count}. Compare it with the page of its "
            "service at https://appriseit.com."
        )
    service = apprise[0]
    if "overflow=" not in url:
        # Else what is too long for a service would be refused, and tried again for ever.
        service.overflow_mode = OverflowMode.SPLIT
    name = str(service.service_name)
    is_markdown = name in _ALWAYS_MARKDOWN or service.resolve_format(NotifyFormat.TEXT) is NotifyFormat.MARKDOWN
    fingerprint = hashlib.sha256(f"alert channel {url}".encode()).hexdigest()[:8]
    return ServiceChannel(number, fingerprint, name, Markup.MARKDOWN if is_markdown else Markup.TEXT, apprise)


@dataclass(frozen=True, slots=True)
class News:
    """What a channel is to be told now, and the keys of all that it has been told and that still holds after that."""

    alerts: Sequence[Alert]
    keys: Collection[str]


class ChannelMemory(Protocol):
    """What each channel has been told of one subject: keys, each with the moment."""

    def load(self, channel: str) -> Mapping[str, datetime]:
        """Return what a channel has been told."""

    def save(self, channel: str, before: Mapping[str, datetime], after: Collection[str]) -> None:
        """Keep what it has been told now; `before` is what `load` returned."""


def tell(
    to: Sequence[Channel], memory: ChannelMemory, news: Callable[[Mapping[str, datetime]], News]
) -> tuple[str, ...]:
    """Tell every channel what it has not been told, as one message each, and return the titles.

    `news` says what that is for what a channel has been told before. A channel that is broken for a while hears what
    has changed in the end, and not each step. Raises AlertNotDelivered where a channel did not take its message; the
    others have theirs then, and are not told again.
    """
    titles: dict[str, None] = {}
    missed: list[Channel] = []
    for channel in to:
        deliveries = memory.load(channel.fingerprint)
        found = news(deliveries)
        if found.alerts and not channel.send(found.alerts):
            missed.append(channel)
            continue
        titles |= dict.fromkeys(alert.title for alert in found.alerts)
        if set(found.keys) != set(deliveries):
            memory.save(channel.fingerprint, deliveries, found.keys)
    if missed:
        which = ", ".join(f"{channel.number} ({channel.service})" for channel in missed)
        raise AlertNotDelivered(
            f"Alerts could not be delivered to address {which} of the {len(to)} in SYNC_ALERT_URLS. The next tick "
            "tries again. See whether the service can be reached and whether its address still holds."
        )
    return tuple(titles)
