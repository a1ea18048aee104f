"""The cells of one sheet as the file states them, read in one pass: rows by their number, whatever their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sync_assets.event_import.workbook.package import Package
from sync_assets.event_import.workbook.refusal import WorkbookRefused, damaged
from sync_assets.event_import.workbook.xml_stream import (
    DEEPEST,
    MOST_ELEMENTS,
    feed,
    guarded_parser,
    too_deep,
    too_many_elements,
)

MAX_COLUMNS: Final = 256
MAX_FILLED_CELLS: Final = 1_000_000
"""Some thirty columns of 30,000 rows, in about 300 MB of memory."""
LAST_EXCEL_ROW: Final = 1_048_576
LAST_EXCEL_COLUMN: Final = 16_384
LONGEST_TEXT: Final = 32_767
"""Excel's own limit for a cell."""
Place = tuple[int, int]
"""A cell by its row number, from 1, and its position, from 0."""
_TRUE: Final = frozenset({"1", "true", "on"})
_NOTHING: Final = frozenset({"0", "0.0"})


@dataclass(frozen=True, slots=True)
class StoredCell:
    """A cell as it is stored (ECMA-376 part 1, 18.3.1.4): its type, the index of its style, its text, its formula.

    `text` is None where the cell has no value at all; it is cut after `LONGEST_TEXT` and one. `formula` is None where
    the cell holds none, and empty where another cell holds it for this one.
    """

    kind: str
    style: int
    text: str | None
    formula: str | None


@dataclass(slots=True)
class StoredRow:
    """A row that holds something: its cells by position, from 0."""

    number: int
    is_hidden: bool
    cells: dict[int, StoredCell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredSheet:
    """The rows of a sheet that hold something, in the order of their numbers, and the positions that Excel hides."""

    rows: list[StoredRow]
    hidden: frozenset[int]


def sheet_cells(package: Package, part: str, name: str) -> StoredSheet:
    """Return the cells of a sheet.

    Only the first MAX_COLUMNS columns are read. `name` is the sheet's, for sentences. Raises WorkbookRefused for
    damage, and for more cells than are read.
    """
    handler = _Sheet(name, part)
    # Without a function in between: of a sheet of a million rows each element is felt.
    parser = guarded_parser(part)
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    feed(part, parser, package.chunks(part))
    if not handler.has_cells:
        raise damaged(f"its part {part} is not a sheet with cells")
    return StoredSheet(sorted(handler.rows, key=lambda row: row.number), frozenset(handler.hidden))


class _Sheet:
    def __init__(self, name: str, part: str) -> None:
        self._name = name
        self._part = part
        self._left = MOST_ELEMENTS
        self._depth = 0
        self.rows: list[StoredRow] = []
        self.hidden: set[int] = set()
        self.has_cells = False
        self._seen = bytearray(LAST_EXCEL_ROW + 1)
        self._is_in_cells = False
        self._number = 0
        self._row: StoredRow | None = None
        self._attributes: Mapping[str, str] = {}
        self._position = -1
        self._kind = ""
        self._text: list[str] | None = None
        self._formula: list[str] | None = None
        self._into: list[str] | None = None
        self._length = 0
        self._in_phonetic = False
        self._positions: dict[str, int] = {}
        self._filled = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._left -= 1
        if self._left < 0:
            raise too_many_elements(self._part)
        self._depth += 1
        if self._depth > DEEPEST:
            raise too_deep(self._part)
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            if self._row is not None:
                self._start_cell(attributes)
        elif name == "row":
            if self._is_in_cells:
                self._start_row(attributes)
        elif name == "v":
            self._text = self._into = []
            self._length = 0
        elif name == "f":
            self._formula = self._into = []
            self._length = 0
        elif name == "t":
            if not self._in_phonetic:
                if self._text is None:
                    self._text = []
                self._into = self._text
        elif name == "rPh":
            self._in_phonetic = True
        elif name == "col":
            self._read_width(attributes)
        elif name == "sheetData":
            self._is_in_cells = self.has_cells = True

    def end(self, name: str) -> None:
        self._depth -= 1
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            if self._row is not None and (self._text is not None or self._formula is not None):
                self._end_cell(self._row)
        elif name in {"v", "f", "t"}:
            self._into = None
        elif name == "row":
            if self._row is not None and self._row.cells:
                self.rows.append(self._row)
            self._row = None
        elif name == "rPh":
            self._in_phonetic = False
        elif name == "sheetData":
            self._is_in_cells = False

    def text(self, text: str) -> None:
        if self._into is not None and self._length <= LONGEST_TEXT:
            self._into.append(text[: LONGEST_TEXT + 1 - self._length])
            self._length += len(text)

    def _read_width(self, attributes: Mapping[str, str]) -> None:
        # A column of no width is as hidden as one that is said to be.
        if attributes.get("hidden", "") in _TRUE or attributes.get("width", "") in _NOTHING:
            first, last = _whole(attributes.get("min", "")), _whole(attributes.get("max", ""))
            self.hidden.update(range(max(first, 1) - 1, min(last, MAX_COLUMNS)))

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("r")
        # A row or a cell without its place follows the one before it.
        self._number = self._number + 1 if number is None else _whole(number)
        if not 1 <= self._number <= LAST_EXCEL_ROW:
            raise damaged(f"the sheet {self._name} has a row with the number “{number or self._number}”")
        if self._seen[self._number]:
            raise damaged(f"the sheet {self._name} has row {self._number} twice")
        self._seen[self._number] = 1
        is_hidden = attributes.get("hidden", "") in _TRUE or attributes.get("ht", "") in _NOTHING
        self._row = StoredRow(self._number, is_hidden)
        self._position = -1

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r")
        self._position = self._position + 1 if place is None else self._position_of(place)
        self._attributes = attributes
        self._kind = attributes.get("t", "n")
        self._text = self._formula = self._into = None
        self._length = 0

    def _position_of(self, place: str) -> int:
        letters = place.rstrip("0123456789")
        if place[len(letters) :] != str(self._number):
            raise damaged(f"the sheet {self._name} has the cell {place[:20]} in row {self._number}")
        position = self._positions.get(letters)
        if position is None:
            position = self._positions[letters] = column_position(letters)
            if not 0 <= position < LAST_EXCEL_COLUMN:
                raise damaged(f"the sheet {self._name} has a cell with the place “{place[:20]}”")
        return position

    def _end_cell(self, row: StoredRow) -> None:
        if self._position < MAX_COLUMNS:
            if self._position in row.cells:
                raise damaged(f"the sheet {self._name} has two cells for one place in row {self._number}")
            style = self._attributes.get("s", "")
            row.cells[self._position] = StoredCell(
                self._kind,
                int(style) if style.isdecimal() and len(style) < 10 else 0,
                None if self._text is None else "".join(self._text),
                None if self._formula is None else "".join(self._formula),
            )
            self._filled += 1
            if self._filled > MAX_FILLED_CELLS:
                raise WorkbookRefused(
                    f"The sheet {self._name} has more than {MAX_FILLED_CELLS:,} filled cells. "
                    "Upload the events in several files."
                )
        self._text = self._formula = None


def column_position(letters: str) -> int:
    """Return the position of a column, from 0, by its letters; -1 for what is not a column's letters."""
    position = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            return -1
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1


def column_letters(position: int) -> str:
    """Return the letters of a column by its position, from 0."""
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def place_of(reference: str) -> Place | None:
    """Return the place of a cell by its reference, as `B7`; None for anything else."""
    letters = reference.rstrip("0123456789")
    position = column_position(letters)
    digits = reference[len(letters) :]
    return None if position < 0 or not digits or len(digits) > 7 else (int(digits), position)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
