"""The templates and what they can say: moments in the provider's zone, counts, addresses of files. All is escaped."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sync_assets.administrate.record_ids import number_of_record
from sync_assets.pages.navigation import NAVIGATION
from sync_assets.settings import Settings
from sync_assets.shown_text import one_line

_MACHINE_WRITTEN: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d\S*)?")
STATIC: Final = Path(__file__).parent / "static"


def open_templates(settings: Settings) -> Environment:
    """Return the environment of all templates."""
    templates = Environment(
        loader=PackageLoader("sync_assets.pages"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    zone = ZoneInfo(settings.sync_time_zone)
    templates.filters |= {"moment": _moment_in(zone), "age": age, "day": day, "counted": counted, "line": one_line}
    templates.filters |= {"number": number, "readable": _readable_in(zone)}
    templates.globals |= {"navigation": NAVIGATION, "static": static, "visitor": None, "path": ""}
    return templates


@cache
def static(name: str) -> str:
    """Return the address of a file of ours; it changes with the file, so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def _moment_in(zone: ZoneInfo) -> Callable[[datetime | None], str]:
    def moment(value: datetime | None) -> str:
        """Return a moment as people write it, in the zone of the provider."""
        if value is None:
            return ""
        there = value.astimezone(zone)
        return Markup('<time datetime="{}">{}</time>').format(value.astimezone(UTC).isoformat(), _said(there))

    return moment


def _said(value: datetime) -> str:
    return f"{value.day} {value:%b %Y, %H:%M}"


def _readable_in(zone: ZoneInfo) -> Callable[[str | None], str]:
    def readable(text: str | None) -> str:
        """Return a value of a field as people write it: a day or a moment that is written as machines do."""
        text = text or ""
        if not _MACHINE_WRITTEN.fullmatch(text):
            return text
        try:
            value = datetime.fromisoformat(text)
        except ValueError:
            return text
        if len(text) == len("2026-01-31"):
            return day(value)
        return _said(value.astimezone(zone) if value.tzinfo else value)

    return readable


def day(value: date | None) -> str:
    """Return a day as people write it."""
    return "" if value is None else f"{value.day} {value:%b %Y}"


def age(value: datetime | None, now: datetime | None = None) -> str:
    """Return how long ago a moment was."""
    if value is None:
        return ""
    seconds = ((now or datetime.now(UTC)) - value).total_seconds()
    for length, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= length:
            return f"{counted(int(seconds // length), unit)} ago"
    return "just now"


def number(external_id: str | None) -> str:
    """Return the number that Administrate's pages show for an id; the id itself where it holds none."""
    found = number_of_record(external_id)
    return (external_id or "") if found is None else str(found)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: `1 event`, `3 events`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
