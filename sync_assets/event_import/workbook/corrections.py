"""The upload itself, to be uploaded again: with the rows of the events in error alone, or with cells corrected."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from sync_assets.event_import.problems import Problem
from sync_assets.event_import.workbook.cells import LONGEST_TEXT
from sync_assets.event_import.workbook.error_workbook.announcements import (
    CONTENT_TYPES,
    RELATIONSHIPS,
    STRICT_RELATIONSHIPS,
    Announcements,
    relationships_of,
    relationships_part,
)
from sync_assets.event_import.workbook.error_workbook.archive import with_parts
from sync_assets.event_import.workbook.error_workbook.conversations import (
    RELATIONSHIP,
    beside_conversations,
    without_conversations,
)
from sync_assets.event_import.workbook.error_workbook.corrected_sheet import SheetChanges, changed_sheet
from sync_assets.event_import.workbook.error_workbook.notes import (
    NEW_COMMENTS,
    NEW_DRAWING,
    places_of_conversations,
    with_boxes,
    with_notes,
)
from sync_assets.event_import.workbook.error_workbook.styles import MINIMAL_STYLES, Mark, Styles
from sync_assets.event_import.workbook.package import Package
from sync_assets.event_import.workbook.refusal import WorkbookRefused, damaged
from sync_assets.event_import.workbook.sheet import Sheet
from sync_assets.event_import.workbook.sheet_cells import Place
from sync_assets.event_import.workbook.workbook_part import WorkbookPart, workbook_part

_COMMENTS_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_STYLES_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_LEGACY_DRAWING: Final = re.compile(
    rb"""<(?:\w{1,30}:)?legacyDrawing\s[^<>]{0,500}?\bid\s{0,9}=\s{0,9}["']([^"']{0,255})["']"""
)


def error_workbook(content: bytes, sheet: Sheet, rows: Collection[int], problems: Iterable[Problem]) -> bytes:
    """Return the upload with those of its events' rows alone whose Excel numbers are in `rows`, marked.

    `content` is the upload that `sheet` was read from. Every row keeps its number: one that is taken out is left empty
    and hidden. A cell with a problem is filled and carries the sentences as a note. No cell of the rows that stay is a
    formula: stored results are values, and text that looks like a formula stays text. Marks of an earlier round are
    gone. Everything else is that of the upload, byte for byte. Raises WorkbookRefused for an upload that is damaged.
    """
    try:
        return _error_workbook(content, sheet, rows, problems)
    except WorkbookRefused:
        raise
    except Exception as error:
        # What other programs write knows no end; a part that cannot be rewritten must not end the run that found it.
        raise damaged(f"it cannot be given back with marks ({type(error).__name__})") from error


def corrected_workbook(content: bytes, sheet: Sheet, texts: Mapping[tuple[int, str], str]) -> bytes:
    """Return the upload with other texts in some cells, which are named by their Excel row and their column.

    `content` is the upload that `sheet` was read from. Formulas in the rows of these cells become their stored results,
    and marks of an earlier round are gone there. Everything else is that of the upload, byte for byte. Raises
    WorkbookRefused for an upload that is damaged, and for a cell that it does not have.
    """
    rows = {row.number: row.cells for row in sheet.rows}
    places: dict[Place, str] = {}
    for (row, column), text in texts.items():
        if row not in rows or column not in sheet.positions:
            raise WorkbookRefused(f"The sheet has no cell in row {row} and the column {column} that can be corrected.")
        if len(text) > LONGEST_TEXT:
            raise WorkbookRefused(f"Row {row}, {column}: a cell holds at most {LONGEST_TEXT:,} characters.")
        places[row, sheet.positions[column]] = text
    kept = {row: rows[row] for row, _ in places}
    try:
        package = Package(content)
        changes = SheetChanges(frozenset(), kept, {}, places)
        return _Rewriting(package, workbook_part(package), changes, {}).result()
    except WorkbookRefused:
        raise
    except Exception as error:
        raise damaged(f"it cannot be given back with corrections ({type(error).__name__})") from error


def _error_workbook(content: bytes, sheet: Sheet, rows: Collection[int], problems: Iterable[Problem]) -> bytes:
    package = Package(content)
    book = workbook_part(package)
    stays = {row.number: row.cells for row in (sheet.header, *sheet.hints, *sheet.rows) if row.number in rows}
    stays |= {row.number: row.cells for row in (sheet.header, *sheet.hints)}
    taken_out = frozenset(row.number for row in sheet.rows if row.number not in rows)
    by_cell: dict[Place, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.row in stays:
            # A column that the sheet does not have is marked at the start of the row.
            by_cell[problem.row, sheet.positions.get(problem.column, 0)].append(problem)
    marks = {
        place: Mark.ERROR if any(each.is_error for each in found) else Mark.WARNING for place, found in by_cell.items()
    }
    notes = {place: "\n".join(_sentence(each) for each in found) for place, found in by_cell.items()}
    return _Rewriting(package, book, SheetChanges(taken_out, stays, marks), notes).result()


def _sentence(problem: Problem) -> str:
    return f"{problem.column}: {problem.sentence}"


class _Rewriting:
    """The parts of one package that are to be written anew."""

    def __init__(self, package: Package, book: WorkbookPart, changes: SheetChanges, notes: Mapping[Place, str]) -> None:
        self._package = package
        self._book = book
        self._changes = changes
        self._notes = notes
        self._parts: dict[str, bytes] = {}
        self._without: list[str] = []
        self._types = (
            Announcements(CONTENT_TYPES, package.read(CONTENT_TYPES)) if package.entry(CONTENT_TYPES) else None
        )
        self._of_book = relationships_of(package, book.part)
        self._is_book_changed = False

    def result(self) -> bytes:
        """Return the package with its new parts."""
        part = self._book.sheet_part
        content = self._package.read(part)
        styles = self._styles()
        drawing = self._write_notes(content)
        self._parts[part] = changed_sheet(part, content, self._changes, styles, drawing)
        self._write_styles(styles)
        self._drop_calculation_chain()
        if self._is_book_changed:
            self._parts[relationships_part(self._book.part)] = self._of_book.result()
        if self._types is not None:
            self._parts[CONTENT_TYPES] = self._types.result()
        return with_parts(self._package, self._parts, self._without)

    def _styles(self) -> Styles | None:
        part = self._book.styles
        is_there = part is not None and self._package.entry(part) is not None
        styles = Styles(part or "", self._package.read(part) if part is not None and is_there else MINIMAL_STYLES)
        return styles if styles.is_usable else None

    def _write_styles(self, styles: Styles | None) -> None:
        written = None if styles is None else styles.result()
        if written is None:
            return
        part = self._book.styles
        if part is None:
            part = posixpath.join(posixpath.dirname(self._book.part), "styles_event_import.xml")
            self._announce(self._of_book, "styles", part)
            self._is_book_changed = True
        if self._package.entry(part) is None and self._types is not None:
            self._types.add("Override", PartName=f"/{part}", ContentType=_STYLES_TYPE)
        self._parts[part] = written

    def _write_notes(self, sheet: bytes) -> str | None:
        """Write notes and their drawing; return the drawing's id if the sheet is to announce it.

        Notes that are damaged stay as they are: the cells are marked all the same.
        """
        package, part = self._package, self._book.sheet_part
        related = {each.id: each for each in package.relationships(part)}
        comments = next((each.target for each in related.values() if each.kind == "comments"), None)
        announced = _LEGACY_DRAWING.search(sheet)
        drawing = related.get(announced[1].decode(errors="replace")) if announced else None
        if not self._notes and comments is None:
            return None
        try:
            is_there = comments is not None and package.entry(comments) is not None
            given = package.read(comments) if comments is not None and is_there else NEW_COMMENTS
            notes = beside_conversations(self._notes, places_of_conversations(comments or "", given))
            written, gone, new = with_notes(comments or "", given, notes, self._is_taken_out)
            conversations = {
                each.target: without_conversations(each.target, package.read(each.target), self._is_taken_out)
                for each in related.values()
                if each.kind == RELATIONSHIP and package.entry(each.target) is not None
            }
            boxes = package.read(drawing.target) if drawing and package.entry(drawing.target) else NEW_DRAWING
        except WorkbookRefused:
            return None
        relationships = relationships_of(package, part)
        folder, name = posixpath.split(part)
        stem = f"{name.rpartition('.')[0]}_event_import"
        if comments is None:
            comments = posixpath.join(posixpath.dirname(folder), f"comments_{stem}.xml")
            self._announce(relationships, "comments", comments)
        if not is_there and self._types is not None:
            self._types.add("Override", PartName=f"/{comments}", ContentType=_COMMENTS_TYPE)
        id_ = None
        if drawing is None:
            target = posixpath.join(posixpath.dirname(folder), "drawings", f"{stem}.vml")
            id_ = self._announce(relationships, "vmlDrawing", target)
            if self._types is not None and not self._types.has("Default", Extension="vml"):
                self._types.add("Default", Extension="vml", ContentType=_DRAWING_TYPE)
        else:
            target = drawing.target
        self._parts[comments] = written
        self._parts[target] = with_boxes(boxes, notes, gone, new)
        self._parts |= conversations
        self._parts[relationships_part(part)] = relationships.result()
        return id_

    def _is_taken_out(self, row: int) -> bool:
        return row in self._changes.taken_out

    def _announce(self, relationships: Announcements, kind: str, target: str) -> str:
        id_ = relationships.free_id()
        base = STRICT_RELATIONSHIPS if self._book.is_strict else RELATIONSHIPS
        relationships.add("Relationship", Id=id_, Type=f"{base}/{kind}", Target=f"/{target}")
        return id_

    def _drop_calculation_chain(self) -> None:
        """Take out the list of all formulas, which names those that are gone. Excel makes it anew."""
        chain = self._package.related(self._book.part, "calcChain")
        if chain is None:
            return
        self._without.append(chain)
        self._of_book.drop(lambda _, attributes: attributes.get("Type", "").endswith("/calcChain"))
        self._is_book_changed = True
        if self._types is not None:
            self._types.drop(
                lambda name, attributes: (
                    name == "Override" and attributes.get("PartName", "").lstrip("/").casefold() == chain.casefold()
                )
            )
