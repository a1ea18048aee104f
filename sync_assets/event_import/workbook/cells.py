"""One cell of an upload, and how it is read as a date, a time, a number, a flag, a link, a zone or names.

A reading function is given a value that is not blank and returns what it means, or `Unreadable` with a sentence.
Cells arrive as Excel stores them or as text that somebody typed, so each function takes both.
"""

from __future__ import annotations

import math
import re
import unicodedata
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from sync_assets.text import match_key, yes_or_no

CellValue = str | int | float | bool | datetime | date | time | timedelta | None

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2099
LARGEST_NUMBER: Final = 2**31 - 1
"""The largest whole number that both an `integer` column and a GraphQL `Int` hold."""
LONGEST_URL: Final = 500
"""As `acted.tutorial_sessions.url` has it."""
LONGEST_TEXT: Final = 32_767
"""Excel's own limit for a cell."""
_SHOWN: Final = 120
_SECONDS_A_DAY: Final = 24 * 60 * 60

_DATE_TEXT = re.compile(r"(?P<day>\d{1,2})([/-])(?P<month>\d{1,2})\2(?P<year>\d{4})")
_ISO_DATE_TEXT = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_TIME_TEXT = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?")
_FRACTION_TEXT = re.compile(r"0?\.\d{1,20}")
_WHOLE_TEXT = re.compile(r"[+-]?\d{1,15}(?:\.0+)?")
_NAME_SEPARATORS = re.compile(r"[/;,]")
_NO_VENUE_YET = frozenset({"to be confirmed", "tbc", "tbd"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's value, and, where the file gives none that can be used, a sentence that says why.

    `as_formatted` is the text of a number that its format writes with zeros in front, which a column of text keeps.
    """

    value: CellValue = None
    flaw: str | None = None
    as_formatted: str | None = None

    @property
    def as_written(self) -> CellValue:
        """The value as a column of text has it."""
        return self.value if self.as_formatted is None else self.as_formatted

    @property
    def is_blank(self) -> bool:
        """Whether nothing is in the cell: no value, or only white space."""
        return self.flaw is None and (self.value is None or (isinstance(self.value, str) and not self.value.strip()))


BLANK: Final = Cell()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The answer of a reading function that cannot: what was expected, what came, as a sentence."""

    sentence: str


def shown(value: CellValue) -> str:
    """Return a value as its reader knows it from Excel, cut to a length that fits a table."""
    match value:
        case None:
            return ""
        case datetime() if value.time() == time(0):
            return value.strftime("%d/%m/%Y")
        case datetime():
            return value.strftime("%d/%m/%Y %H:%M" if not value.second else "%d/%m/%Y %H:%M:%S")
        case date():
            return value.strftime("%d/%m/%Y")
        case time():
            return value.strftime("%H:%M" if not value.second else "%H:%M:%S")
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
        case _:
            text = " ".join(as_text(value).split())
            return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def as_text(value: CellValue) -> str:
    """Return a value as text: whole numbers without a fraction, dates and times in ISO form, text trimmed."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case float():
            # As many digits as Excel shows: 0.1 + 0.2 is 0.3.
            return f"{value:.15g}"
        case datetime():
            return value.date().isoformat() if value.time() == time(0) else value.isoformat(timespec="seconds")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="minutes" if not value.second else "seconds")
        case int():
            # Python refuses to write out an int of more than 4,300 digits; nothing of that size is a name or a code.
            return (
                str(value) if value.bit_length() < 256 else f"{'-' * (value < 0)}a number of {value.bit_length()} bits"
            )
        case _:
            return str(value).strip()


def text_of(limit: int = LONGEST_TEXT) -> Callable[[CellValue], str | Unreadable]:
    """Return a function that reads one line of text of at most `limit` characters; a number counts as its digits."""

    def read_text(value: CellValue) -> str | Unreadable:
        text = as_text(value)
        if not text.isprintable() and any(
            unicodedata.category(character) == "Cc" and not character.isspace() for character in text
        ):
            return Unreadable("The text holds a control character that cannot be seen; type it again.")
        line = " ".join(text.split())
        if len(line) > limit:
            return Unreadable(f"The text has {len(line)} characters, at most {limit} fit; shorten it.")
        return line

    return read_text


def read_date(value: CellValue) -> date | Unreadable:
    """Read a date cell (a time in it is dropped), or text as DD/MM/YYYY, DD-MM-YYYY or YYYY-MM-DD."""
    found: date | None = None
    if isinstance(value, datetime):
        found = value.date()
    elif isinstance(value, date):
        found = value
    elif isinstance(value, str) and (
        parts := _DATE_TEXT.fullmatch(value.strip()) or _ISO_DATE_TEXT.fullmatch(value.strip())
    ):
        try:
            found = date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
        except ValueError:
            return Unreadable(f"There is no day {shown(value)} in the calendar; expected a date such as 25/11/2025.")
    if found is None:
        return Unreadable(f"Expected a date such as 25/11/2025, but the cell holds {_quoted(value)}.")
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return Unreadable(
            f"Expected a date in the years {FIRST_YEAR} to {LAST_YEAR}, but the cell holds {_quoted(value)}."
        )
    return found


def read_time(value: CellValue) -> time | Unreadable:
    """Read a time cell, text as HH:MM or HH:MM:SS, or a fraction of a day (0.375 is 09:00), to the nearest second."""
    expected = Unreadable(f"Expected a time such as 09:30, but the cell holds {_quoted(value)}.")
    match value:
        case datetime():
            return read_time(value.time())
        case time():
            return _time_from_seconds(
                timedelta(
                    hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
                ).total_seconds()
            )
        case timedelta():
            seconds = value.total_seconds()
            return _time_from_seconds(seconds) if 0 <= seconds < _SECONDS_A_DAY else _beyond_the_day(value)
        case bool():
            return expected
        case int() | float():
            return _time_from_seconds(value * _SECONDS_A_DAY) if 0 <= value < 1 else expected
        case str():
            text = value.strip()
            if _FRACTION_TEXT.fullmatch(text):
                return _time_from_seconds(float(text) * _SECONDS_A_DAY)
            if parts := _TIME_TEXT.fullmatch(text):
                try:
                    return time(int(parts["hour"]), int(parts["minute"]), int(parts["second"] or 0))
                except ValueError:
                    return _beyond_the_day(value) if parts["hour"] == "24" else expected
    return expected


def _beyond_the_day(value: CellValue) -> Unreadable:
    return Unreadable(
        f"Expected a time such as 09:30, but the cell holds {_quoted(value)}, which is not a time of its day; "
        "for midnight at the end of a day, type 00:00 and the date of the day after."
    )


def _time_from_seconds(seconds: float) -> time:
    # Fractions of a day are rarely exact: 15:59:59.999 is 16:00, but the last half second stays within its day.
    whole = min(round(seconds), _SECONDS_A_DAY - 1)
    return time(whole // 3600, whole // 60 % 60, whole % 60)


def time_beside_date(value: CellValue) -> time | None:
    """Return the time that a date cell holds beside its day, to the second; None where it holds midnight or none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if not isinstance(value, datetime) or value.time() == time(0):
        return None
    found = read_time(value.time().replace(tzinfo=None))
    return None if isinstance(found, Unreadable) or found == time(0) else found


def date_beside_time(value: CellValue) -> date | None:
    """Return the day that a time cell holds beside its time, None where it holds none."""
    return value.date() if isinstance(value, datetime) and value.year >= FIRST_YEAR else None


def whole_number(at_least: int = 0) -> Callable[[CellValue], int | Unreadable]:
    """Return a function that reads a whole number from `at_least` to `LARGEST_NUMBER`, as a number or as text."""

    def read_whole_number(value: CellValue) -> int | Unreadable:
        found: int | None = None
        if isinstance(value, int) and not isinstance(value, bool):
            found = value
        elif isinstance(value, float) and math.isfinite(value) and value.is_integer():
            found = int(value)
        elif isinstance(value, str) and value.strip().isascii() and _WHOLE_TEXT.fullmatch(value.strip()):
            found = int(value.strip().partition(".")[0])
        if found is None or not at_least <= found <= LARGEST_NUMBER:
            return Unreadable(f"Expected a whole number of {at_least} or more, but the cell holds {_quoted(value)}.")
        return found

    return read_whole_number


def read_yes_no(value: CellValue) -> bool | Unreadable:
    """Read Y or N, Yes or No, true or false, 1 or 0."""
    said = yes_or_no(as_text(value))
    if said is not None:
        return said
    return Unreadable(f"Expected Y or N, but the cell holds {_quoted(value)}.")


def read_url(value: CellValue) -> str | Unreadable:
    """Read an http or https address of at most `LONGEST_URL` characters."""
    text = as_text(value)
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        host = None
    printable = text.isprintable() and not any(character.isspace() for character in text)
    if host is None or parts.scheme not in {"http", "https"} or not printable:
        return Unreadable(f"Expected an address such as https://example.org/room, but the cell holds {_quoted(value)}.")
    if len(text) > LONGEST_URL:
        return Unreadable(f"The address has {len(text)} characters, at most {LONGEST_URL} fit.")
    return text


@cache
def _zones_by_key() -> dict[str, str]:
    return {match_key(name): name for name in zoneinfo.available_timezones()}


def read_zone(value: CellValue) -> str | Unreadable:
    """Read an IANA zone name, in any letter case, also as Administrate shows it: `Europe - London`."""
    text = match_key(as_text(value))
    parted = re.sub(r"\s*/\s*|\s+-\s+", "/", text).replace(" ", "_")
    for name in (parted, parted.replace("-", "/", 1)):
        if zone := _zones_by_key().get(name):
            return zone
    return Unreadable(f"Expected a time zone such as Europe/London, but the cell holds {_quoted(value)}.")


def read_names(value: CellValue) -> tuple[str, ...] | Unreadable:
    """Read names separated by `/`, `;` or `,`, each once, in the order in which they stand."""
    line = text_of()(value)
    if isinstance(line, Unreadable):
        return line
    names: dict[str, str] = {}
    for name in _NAME_SEPARATORS.split(line):
        if name.strip():
            names.setdefault(match_key(name), name.strip())
    if not names:
        return Unreadable(f"Expected names, but the cell holds {_quoted(value)}.")
    return tuple(names.values())


def is_venue_to_come(text: str) -> bool:
    """Tell whether a venue's name says that there is none yet: To be confirmed, TBC, TBD."""
    return match_key(text) in _NO_VENUE_YET


def _quoted(value: CellValue) -> str:
    return f"“{shown(value)}”"
