"""Days and moments of an event: a day is stored as the moment at which it begins in the event's zone."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

APPLICATION_ZONE: Final = "Europe/London"
"""The zone of the tutorial application: its upgrade of May turned dates into midnights of this zone."""


def midnight(day: date | None, zone: str) -> datetime | None:
    """Return the moment at which a day begins in a zone."""
    return None if day is None else datetime.combine(day, time(0), ZoneInfo(zone))


def day_of(moment: datetime | None, zone: str) -> date | None:
    """Return the day that a stored moment stands for: it is a midnight of the zone, or of the application's."""
    if moment is None:
        return None
    for each in (zone, APPLICATION_ZONE):
        local = moment.astimezone(ZoneInfo(each))
        if local.time() == time(0):
            return local.date()
    return moment.astimezone(ZoneInfo(zone)).date()


def application_midnight(moment: datetime) -> datetime:
    """Return the moment at which the application's upgrade lets the day of a moment begin."""
    local = moment.astimezone(ZoneInfo(APPLICATION_ZONE))
    return datetime.combine(local.date(), time(0), ZoneInfo(APPLICATION_ZONE))
