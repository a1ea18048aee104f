"""From a cell as the file stores it to the value that its reader sees in Excel, or to the reason why there is none."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from sync_assets.event_import.workbook.cells import BLANK, Cell, CellValue
from sync_assets.event_import.workbook.number_formats import GENERAL, NumberFormat, Shows, with_zeros
from sync_assets.event_import.workbook.refusal import damaged
from sync_assets.event_import.workbook.sheet_cells import LONGEST_TEXT, StoredCell
from sync_assets.text import unescaped, without_invisible

NOT_COMPUTED: Final = (
    "The cell holds a formula and no computed value; open the file in Excel, save it and upload it again."
)
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - cells have no zone
_EPOCH_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001
_FIRST_REAL_DAY: Final = 60
"""Excel counts a 29 February 1900 that never was; the days before it are one off."""
_LAST_SERIAL: Final = 2_958_465.999_999
"""The last moment of 9999, where Excel's calendar ends."""
_MILLISECONDS_A_DAY: Final = 24 * 60 * 60 * 1000
_LAST_MOMENT: Final = time(23, 59, 59, 999_000)
_INTEGER: Final = re.compile(r"[+-]?\d{1,300}")
_TRUE: Final = frozenset({"1", "true"})
_FALSE: Final = frozenset({"0", "false"})


class CellReader:
    """Reads the stored cells of one sheet. `formats` are by style index, `strings` by the index that cells state."""

    def __init__(
        self, formats: Sequence[NumberFormat], strings: Mapping[int, str], *, is_from_1904: bool, computed: bool
    ) -> None:
        self._formats = formats
        self._is_from_1904 = is_from_1904
        self._computed = computed
        # Most cells hold one of a few texts: each becomes one object.
        self._shared = {index: text_cell(text) for index, text in strings.items()}

    def read(self, stored: StoredCell) -> Cell:
        """Return the cell. Raises WorkbookRefused where it refers to a shared text that the file does not have."""
        if stored.formula is not None and not self._is_computed(stored):
            return Cell(None, NOT_COMPUTED)
        text = stored.text
        if not text:
            return BLANK
        match stored.kind:
            case "s":
                index = text.strip()
                cell = self._shared.get(int(index)) if index.isdecimal() and len(index) < 10 else None
                if cell is None:
                    raise damaged(f"a cell refers to the shared text “{text[:20]}”, which the file does not hold")
                return cell
            case "str" | "inlineStr":
                return text_cell(text)
            case "b":
                key = text.strip().casefold()
                return Cell(key in _TRUE) if key in _TRUE | _FALSE else _no_such(text, "true or false")
            case "e":
                return Cell(text, f"The cell holds the error {text}; correct its formula, or type the value itself.")
            case "d":
                return _iso_cell(text.strip())
            case _:
                return self._number_cell(text.strip(), stored.style)

    def _is_computed(self, stored: StoredCell) -> bool:
        is_text = stored.kind in {"s", "str"}
        if not stored.text:
            # The result of a formula may be an empty text; a library that has computed nothing states one, too.
            return stored.text is not None and is_text and (self._computed or stored.formula == '""')
        return self._computed or is_text or stored.kind in {"b", "e"} or _as_number(stored.text.strip()) != 0

    def _number_cell(self, text: str, style: int) -> Cell:
        number = _as_number(text)
        if number is None:
            return _no_such(text, "a number")
        form = self._formats[style] if style < len(self._formats) else GENERAL
        if form.shows is not Shows.NUMBER:
            return Cell(self._moment(number, form.shows))
        if form.zeros is not None and number >= 0 and number == math.floor(number) and number < 1e15:
            return Cell(number, as_formatted=with_zeros(int(number), form.zeros))
        return Cell(number)

    def _moment(self, number: float, shows: Shows) -> CellValue:
        """Return a number as the date or time that its format shows, to the millisecond; itself if it is none."""
        if not 0 <= number <= _LAST_SERIAL:
            return number
        if shows is Shows.DURATION:
            return time_of_day(number) if number < 1 else timedelta(days=number)
        if number < 1:
            return time_of_day(number)
        if shows is Shows.TIME and number < 2 * 366:
            # No date that anybody means: a sum of times that has gone beyond a day.
            return timedelta(days=number)
        if self._is_from_1904:
            return _EPOCH_1904 + _to_the_millisecond(number)
        return _EPOCH + _to_the_millisecond(number + 1 if number < _FIRST_REAL_DAY else number)


def text_cell(text: str) -> Cell:
    """Return a cell of text, without what nobody can see in it."""
    visible = without_invisible(unescaped(text))
    if len(text) > LONGEST_TEXT:
        return Cell(visible[:LONGEST_TEXT], f"The text has more than {LONGEST_TEXT:,} characters; shorten it.")
    return Cell(visible) if visible.strip() else BLANK


def time_of_day(fraction: float) -> time:
    """Return the time that a fraction of a day is; what rounds up to the next day is the last moment of this one."""
    milliseconds = round(fraction * _MILLISECONDS_A_DAY)
    if milliseconds >= _MILLISECONDS_A_DAY:
        return _LAST_MOMENT
    return (_EPOCH + timedelta(milliseconds=milliseconds)).time()


def _to_the_millisecond(days: float) -> timedelta:
    return timedelta(days=math.floor(days), milliseconds=round(days % 1 * _MILLISECONDS_A_DAY))


def _as_number(text: str) -> int | float | None:
    if _INTEGER.fullmatch(text):
        return int(text)
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _no_such(text: str, expected: str) -> Cell:
    shown = text if len(text) <= 40 else f"{text[:40]}…"
    return Cell(
        without_invisible(text), f"The file says that the cell is {expected}, and it holds “{shown}”; type it again."
    )


def _iso_cell(text: str) -> Cell:
    """Return a date or time that a file of the strict kind states as text (ISO 8601)."""
    for parse in (date.fromisoformat, time.fromisoformat, datetime.fromisoformat):
        try:
            found = parse(text)
        except ValueError:
            continue
        return Cell(found.replace(tzinfo=None) if isinstance(found, datetime | time) else found)
    return text_cell(text)
