"""What the number formats of a workbook make of its numbers: dates, times, or digits with zeros in front.

A date is a number in a workbook; only the format of its cell says so (ECMA-376 part 1, 18.8.30 and 18.8.31).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from sync_assets.event_import.workbook.package import Package
from sync_assets.event_import.workbook.xml_stream import parse_part


class Shows(Enum):
    """What a number format shows a number as."""

    NUMBER = "number"
    DATE = "date"
    """A date, with or without a time."""
    TIME = "time"
    """A time of day and no date."""
    DURATION = "duration"
    """Hours, minutes or seconds that may go beyond a day."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A number format; `zeros` is the code of one that writes zeros in front, such as `000000`, else None."""

    shows: Shows = Shows.NUMBER
    zeros: str | None = None


GENERAL: Final = NumberFormat()
_DATE: Final = NumberFormat(Shows.DATE)
_BUILT_IN: Final[Mapping[int, NumberFormat]] = {
    **dict.fromkeys((*range(14, 18), 22), _DATE),
    **dict.fromkeys((*range(18, 22), 45, 47), NumberFormat(Shows.TIME)),
    46: NumberFormat(Shows.DURATION),
    # East Asian. Some of them are a date in one language and a time in another, which a date format admits as well.
    **dict.fromkeys((*range(27, 37), *range(50, 59)), _DATE),
    # Thai.
    **dict.fromkeys((71, 72, 73, 74, 77, 81), _DATE),
    **dict.fromkeys((75, 76, 78, 80), NumberFormat(Shows.TIME)),
    79: NumberFormat(Shows.DURATION),
}
"""The formats that have a number and no code in the file, and that show something else than numbers."""

_LONGEST_ZEROS: Final = 40
"""Characters of a format with zeros in front; a telephone number takes some twenty."""
_DURATION_TOKEN = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_NO_TOKENS = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]|am/pm|a/p|e[+-]|general|standard', re.IGNORECASE)
_ZEROS = re.compile(r'0(?:0|"[^"]*"|\\.|[ \-()/])*')


def number_format(code: str) -> NumberFormat:
    """Return what a format code shows numbers as; of several sections the first counts."""
    plain = _NO_TOKENS.sub("", _DURATION_TOKEN.sub("", code)).partition(";")[0].casefold()
    if _DURATION_TOKEN.search(code):
        return NumberFormat(Shows.DURATION)
    if set(plain) & set("ydegb"):
        return _DATE
    if set(plain) & set("hs"):
        return NumberFormat(Shows.TIME)
    if "m" in plain:
        return _DATE
    first = code.partition(";")[0]
    has_zeros = len(first) <= _LONGEST_ZEROS and _ZEROS.fullmatch(first) and first.count("0") > 1
    return NumberFormat(zeros=first) if has_zeros else GENERAL


def with_zeros(number: int, code: str) -> str:
    """Return a whole number as a format such as `000000` or `000-000` shows it."""
    digits = str(number).rjust(len(_placeholders(code)), "0")
    filled: list[str] = []
    left = len(_placeholders(code))
    for part in re.findall(r'"[^"]*"|\\.|.', code):
        if part == "0":
            # The first placeholder takes all digits that have none of their own.
            filled.append(digits[: len(digits) - left + 1])
            digits, left = digits[len(digits) - left + 1 :], left - 1
        else:
            filled.append(part.strip('"') if part.startswith('"') else part.removeprefix("\\"))
    return "".join(filled)


def _placeholders(code: str) -> list[str]:
    return [part for part in re.findall(r'"[^"]*"|\\.|.', code) if part == "0"]


def cell_formats(package: Package, part: str | None) -> list[NumberFormat]:
    """Return the number format of each cell style of a workbook, by its index; nothing of a workbook without styles."""
    if part is None or package.entry(part) is None:
        return []
    styles = _Styles()
    parse_part(part, package.chunks(part), styles)
    codes = {id_: number_format(code) for id_, code in styles.codes.items()}
    return [codes.get(id_, _BUILT_IN.get(id_, GENERAL)) for id_ in styles.cell_formats]


class _Styles:
    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.cell_formats: list[int] = []
        self._is_in_cell_formats = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            if (id_ := _number(attributes.get("numFmtId"))) is not None:
                self.codes[id_] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._is_in_cell_formats = True
        elif name == "xf" and self._is_in_cell_formats:
            self.cell_formats.append(_number(attributes.get("numFmtId")) or 0)

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._is_in_cell_formats = False

    def text(self, text: str) -> None:
        """Styles hold no text."""


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else None
