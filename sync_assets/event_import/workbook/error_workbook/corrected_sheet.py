"""The sheet of an upload with rows taken out, cells marked, and no formula in the rows that stay.

A row that is taken out stays as an empty, hidden one. So every row keeps its number, and what refers to rows (merged
cells, drop-down lists, conditional formats, print areas) needs no change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sync_assets.event_import.workbook.cells import Cell
from sync_assets.event_import.workbook.error_workbook.announcements import RELATIONSHIPS, STRICT_RELATIONSHIPS
from sync_assets.event_import.workbook.error_workbook.styles import Mark, Styles
from sync_assets.event_import.workbook.error_workbook.xml_edit import Edits, in_xml, prefix_of, tag
from sync_assets.event_import.workbook.sheet_cells import Place, column_letters, place_of

NO_VALUE: Final = "#VALUE!"
_FORMULA_STARTS: Final = ("=", "+", "-", "@")
_ESCAPED: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_TEXTS: Final = frozenset({"s", "str", "inlineStr"})
_SHARED_FORMULAS: Final = frozenset({"shared", "array", "dataTable"})
_AFTER_LEGACY_DRAWING: Final = frozenset(
    {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"}
)
"""What may follow the reference to the drawing of notes (ECMA-376 part 1, 18.3.1.99)."""
_HEAD: Final = 4_000
"""Bytes at the beginning of a part that declare its namespaces."""


@dataclass(frozen=True, slots=True)
class SheetChanges:
    """What is to be done: rows to take out, cells of the rows that stay as they were read, and marks on some.

    `texts` are what some cells of the rows that stay are to hold instead.
    """

    taken_out: frozenset[int]
    kept: Mapping[int, tuple[Cell, ...]]
    marks: Mapping[Place, Mark]
    texts: Mapping[Place, str] = field(default_factory=dict)


def changed_sheet(
    part: str, content: bytes, changes: SheetChanges, styles: Styles | None, drawing: str | None
) -> bytes:
    """Return a sheet's part with the changes made. `drawing` is the id of the drawing of notes, if the sheet gets one.

    Without `styles` cells are not filled. Raises WorkbookRefused for what is not XML.
    """
    edits = Edits(content)
    edits.visit(part, _Sheet(edits, changes, styles, drawing), is_read=True)
    return edits.result()


@dataclass(slots=True)
class _OpenCell:
    name: str
    attributes: Mapping[str, str]
    start: int
    position: int
    formula: tuple[int, int] | None = None
    is_formula_of_several: bool = False


@dataclass(slots=True)
class _OpenRow:
    name: str
    number: int
    attributes: Mapping[str, str]
    start: int
    position: int = -1
    missing: list[int] = field(default_factory=list)
    """Positions of cells to be marked that have not come yet, in order."""


@dataclass(slots=True)
class _Hyperlink:
    row: int | None
    start: int
    end: int = 0


class _Sheet:
    def __init__(self, edits: Edits, changes: SheetChanges, styles: Styles | None, drawing: str | None) -> None:
        self._edits = edits
        self._changes = changes
        self._styles = styles
        self._drawing = drawing
        self._marked: dict[int, list[int]] = {}
        for row, position in sorted({*changes.marks, *changes.texts}):
            self._marked.setdefault(row, []).append(position)
        self._depth = 0
        self._is_in_cells = False
        self._number = 0
        self._row: _OpenRow | None = None
        self._cell: _OpenCell | None = None
        self._skips: str | None = None
        """The name of the row that is passed over."""
        self._formula_start: int | None = None
        self._filter: int | None = None
        self._hyperlinks: list[_Hyperlink] = []
        self._start_of_hyperlinks = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._skips is not None:
            # A row that nothing is to be done about, as are most of a sheet that is formatted far down.
            if attributes.get("t", "") in _SHARED_FORMULAS and _local(name) == "f":
                self._formula_start = self._edits.place
            return
        local, place = _local(name), self._edits.place
        if self._cell is not None:
            if local == "f":
                self._formula_start = place
                self._cell.is_formula_of_several = attributes.get("t", "") in _SHARED_FORMULAS
        elif self._row is not None:
            if local == "c":
                self._start_cell(self._row, name, attributes, place)
        elif self._is_in_cells:
            if local == "row":
                self._start_row(name, attributes, place)
        else:
            self._start_elsewhere(name, local, attributes, place)

    def end(self, name: str) -> None:
        if self._skips is not None:
            if name == self._skips:
                self._skips = None
            elif self._formula_start is not None and _local(name) == "f":
                self._edits.replace(self._formula_start, self._edits.after(name, self._edits.place), "")
                self._formula_start = None
            return
        local, place = _local(name), self._edits.place
        if self._cell is not None:
            if local == "c" and self._row is not None:
                self._end_cell(self._row, self._cell, place)
                self._cell = None
            elif local == "f" and self._formula_start is not None:
                self._cell.formula = self._formula_start, self._edits.after(name, place)
                self._formula_start = None
        elif self._row is not None:
            if local == "row":
                self._end_row(self._row, place)
                self._row = None
        elif self._is_in_cells:
            self._is_in_cells = local != "sheetData"
            self._depth -= local == "sheetData"
        else:
            self._end_elsewhere(name, local, place)

    def _start_elsewhere(self, name: str, local: str, attributes: Mapping[str, str], place: int) -> None:
        if local == "sheetData":
            self._is_in_cells = True
        elif self._depth == 1 and local == "autoFilter":
            self._filter = place
        elif local == "hyperlinks":
            self._hyperlinks, self._start_of_hyperlinks = [], place
        elif local == "hyperlink":
            at = place_of(attributes.get("ref", "").partition(":")[0])
            self._hyperlinks.append(_Hyperlink(None if at is None else at[0], place))
        elif self._depth == 1 and local in _AFTER_LEGACY_DRAWING:
            self._insert_drawing(name, place)
        self._depth += 1

    def _end_elsewhere(self, name: str, local: str, place: int) -> None:
        self._depth -= 1
        if local == "autoFilter" and self._filter is not None:
            # A filter would hide the rows again that stay, and it names values that are gone.
            if not self._edits.is_only_tag(name, place):
                self._edits.replace(self._edits.after_tag(self._filter), place, "")
            self._filter = None
        elif local == "hyperlink" and self._hyperlinks:
            self._hyperlinks[-1].end = self._edits.after(name, place)
        elif local == "hyperlinks":
            self._drop_hyperlinks(self._edits.after(name, place))
        elif self._depth == 0:
            self._insert_drawing(name, place)

    def text(self, text: str) -> None:
        """Text is kept as it stands."""

    def _start_row(self, name: str, attributes: Mapping[str, str], place: int) -> None:
        number = attributes.get("r", "")
        self._number = int(number) if number.isdecimal() else self._number + 1
        if self._number not in self._changes.taken_out and self._number not in self._changes.kept:
            self._skips = name
            return
        self._row = _OpenRow(name, self._number, attributes, place, missing=list(self._marked.get(self._number, ())))

    def _end_row(self, row: _OpenRow, place: int) -> None:
        start, end = row.start, self._edits.after(row.name, place)
        if row.number in self._changes.taken_out:
            attributes = {key: value for key, value in row.attributes.items() if key not in {"hidden", "spans"}}
            self._edits.replace(start, end, tag(row.name, attributes | {"hidden": "1"}, is_empty=True))
            return
        self._add_missing(row, row.missing, place)
        if row.number in self._changes.kept and row.attributes.get("hidden"):
            attributes = {key: value for key, value in row.attributes.items() if key not in {"hidden", "spans"}}
            self._edits.replace(start, self._edits.after_tag(start), tag(row.name, attributes))

    def _start_cell(self, row: _OpenRow, name: str, attributes: Mapping[str, str], place: int) -> None:
        at = place_of(attributes.get("r", ""))
        row.position = row.position + 1 if at is None else at[1]
        before = [position for position in row.missing if position < row.position]
        if before and row.number not in self._changes.taken_out:
            self._add_missing(row, before, place)
        row.missing = [position for position in row.missing if position > row.position]
        self._cell = _OpenCell(name, attributes, place, row.position)

    def _add_missing(self, row: _OpenRow, positions: list[int], place: int) -> None:
        prefix, style = prefix_of(row.name), _style_index(row.attributes)
        for position in positions:
            at = row.number, position
            cell = {"r": f"{column_letters(position)}{row.number}"}
            if self._styles is not None:
                is_quoted = self._changes.texts.get(at, "").startswith(_FORMULA_STARTS)
                cell["s"] = str(self._styles.marked(style, self._changes.marks.get(at), is_quoted=is_quoted))
            if at in self._changes.texts:
                self._edits.replace(place, place, _text_cell(f"{prefix}c", cell, self._changes.texts[at]))
            elif self._styles is not None:
                self._edits.replace(place, place, tag(f"{prefix}c", cell, is_empty=True))

    def _end_cell(self, row: _OpenRow, cell: _OpenCell, place: int) -> None:
        if row.number in self._changes.taken_out:
            return
        cells = self._changes.kept.get(row.number)
        read = cells[cell.position] if cells is not None and cell.position < len(cells) else None
        attributes = dict(cell.attributes)
        if (row.number, cell.position) in self._changes.texts:
            new = self._changes.texts[row.number, cell.position]
            self._restyle(attributes, None, Cell(new))
            text = _text_cell(cell.name, attributes, new)
            self._edits.replace(cell.start, self._edits.after(cell.name, place), text)
            return
        self._restyle(attributes, self._changes.marks.get((row.number, cell.position)), read)
        is_text = cell.formula is None and attributes.get("t") in _TEXTS
        if read is not None and read.flaw is not None and not is_text and attributes.get("t") != "e":
            attributes["t"], content = _flawed(prefix_of(cell.name), read)
            text = f"{tag(cell.name, attributes)}{content}</{cell.name}>"
            self._edits.replace(cell.start, self._edits.after(cell.name, place), text)
            return
        if attributes != cell.attributes:
            is_empty = self._edits.is_only_tag(cell.name, place)
            opening = tag(cell.name, attributes, is_empty=is_empty)
            self._edits.replace(cell.start, self._edits.after_tag(cell.start), opening)
        if cell.formula is not None and (cells is not None or cell.is_formula_of_several):
            self._edits.replace(*cell.formula, "")

    def _restyle(self, attributes: dict[str, str], mark: Mark | None, read: Cell | None) -> None:
        if self._styles is None:
            return
        style = _style_index(attributes)
        text = None if read is None else read.value
        is_quoted = isinstance(text, str) and text.startswith(_FORMULA_STARTS)
        new = self._styles.marked(self._styles.unmarked(style), mark, is_quoted=is_quoted)
        if new != style:
            attributes["s"] = str(new)

    def _drop_hyperlinks(self, end: int) -> None:
        gone = [each for each in self._hyperlinks if each.row in self._changes.taken_out]
        if gone and len(gone) == len(self._hyperlinks):
            # A list of none is damage to Excel.
            self._edits.replace(self._start_of_hyperlinks, end, "")
            return
        for each in gone:
            self._edits.replace(each.start, each.end, "")

    def _insert_drawing(self, name: str, place: int) -> None:
        if self._drawing is not None:
            is_strict = STRICT_RELATIONSHIPS.encode() in self._edits.content[:_HEAD]
            attributes = {"xmlns:r": STRICT_RELATIONSHIPS if is_strict else RELATIONSHIPS, "r:id": self._drawing}
            self._edits.replace(place, place, tag(f"{prefix_of(name)}legacyDrawing", attributes, is_empty=True))
            self._drawing = None


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


def _style_index(attributes: Mapping[str, str]) -> int:
    style = attributes.get("s", "")
    return int(style) if style.isdecimal() and len(style) < 10 else 0


def _text_cell(name: str, attributes: Mapping[str, str], text: str) -> str:
    """Return a cell that holds a text, or nothing."""
    own = {key: value for key, value in attributes.items() if key not in {"t", "cm", "vm"}}
    if not text:
        return tag(name, own, is_empty=True)
    prefix = prefix_of(name)
    # Excel reads _x0041_ as a character.
    written = in_xml(_ESCAPED.sub("_x005F_", text))
    content = f'<{prefix}is><{prefix}t xml:space="preserve">{written}</{prefix}t></{prefix}is>'
    return f"{tag(name, own | {'t': 'inlineStr'})}{content}</{name}>"


def _flawed(prefix: str, cell: Cell) -> tuple[str, str]:
    """Return type and content of a cell that could not be read, so that it stays an error until it is corrected.

    Left empty, a formula without a value would pass for a blank the next time.
    """
    if isinstance(cell.value, str):
        text = f'<{prefix}is><{prefix}t xml:space="preserve">{in_xml(cell.value)}</{prefix}t></{prefix}is>'
        return "inlineStr", text
    return "e", f"<{prefix}v>{NO_VALUE}</{prefix}v>"
