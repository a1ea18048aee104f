"""Notes of the import on cells: a part of comments, and a drawing with the box of each, as Excel wants both.

A note that somebody else has put on a cell stays, with ours below it. Those of an earlier round are taken away, as are
the notes on rows that are taken out. Ours are known by their first line: some programs drop the authors of notes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sync_assets.event_import.workbook.error_workbook.conversations import STANDS_IN
from sync_assets.event_import.workbook.error_workbook.styles import NAMESPACE
from sync_assets.event_import.workbook.error_workbook.xml_edit import Edits, in_xml, prefix_of
from sync_assets.event_import.workbook.sheet_cells import Place, column_letters, place_of

AUTHOR: Final = "Event import"
_FIRST_LINE: Final = f"— {AUTHOR} —"
"""Stands above our notes, and so between somebody's note and ours."""
_EDGE_OF_SHAPE: Final = re.compile(rb"<(?:\w{1,30}:)?shape\s|</(?:\w{1,30}:)?shape\s{0,9}>")
_ROW: Final = re.compile(rb"<(?:\w{1,30}:)?Row>\s{0,9}(\d{1,9})\s{0,9}</")
_COLUMN: Final = re.compile(rb"<(?:\w{1,30}:)?Column>\s{0,9}(\d{1,9})\s{0,9}</")
_END_OF_DRAWING: Final = b"</xml>"
_WIDTH_IN_COLUMNS: Final = 4
_CHARACTERS_A_LINE: Final = 45
NEW_COMMENTS: Final = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><comments xmlns="{NAMESPACE}">'
    "<authors></authors><commentList></commentList></comments>"
).encode()
_DRAWING_NAMESPACES: Final = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
NEW_DRAWING: Final = (
    f'<xml {_DRAWING_NAMESPACES}><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
).encode()


@dataclass(slots=True)
class _Piece:
    """A text of a note, where it stands, and the run that holds it alone; None where it is not in a run."""

    text: str
    start: int
    end: int
    run: tuple[int, int] | None = None


@dataclass(slots=True)
class _Comment:
    place: Place | None
    author: int
    start: int
    end: int = 0
    end_of_text: int = 0
    pieces: list[_Piece] = field(default_factory=list)

    @property
    def whole(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def places_of_conversations(part: str, content: bytes) -> set[Place]:
    """Return the cells that have a conversation, by a part of comments. Raises WorkbookRefused for what is not XML."""
    edits = Edits(content)
    visitor = _Comments(edits)
    edits.visit(part, visitor)
    return visitor.conversations()


def with_notes(
    part: str, content: bytes, ours: Mapping[Place, str], is_taken_out: Callable[[int], bool]
) -> tuple[bytes, set[Place], set[Place]]:
    """Return a part of comments with our notes, the places whose notes are gone, and those that are new.

    `ours` has no cell with a conversation. `is_taken_out` says of a row that the notes on it go. Raises WorkbookRefused
    for what is not XML.
    """
    edits = Edits(content)
    visitor = _Comments(edits)
    edits.visit(part, visitor)
    prefix, author = visitor.prefix, visitor.author(AUTHOR)
    taken = visitor.conversations()
    gone: set[Place] = set()
    kept: set[Place] = set()
    for comment in visitor.comments:
        if comment.place is None:
            continue
        if comment.place in taken and not is_taken_out(comment.place[0]):
            kept.add(comment.place)
            continue
        theirs = "" if comment.author == author else comment.whole.partition(_FIRST_LINE)[0]
        if not theirs.strip() or is_taken_out(comment.place[0]):
            edits.replace(comment.start, comment.end, "")
            gone.add(comment.place)
        else:
            kept.add(comment.place)
            _cut_off(edits, comment, len(theirs))
            if text := ours.get(comment.place):
                edits.append(f"{prefix}text", comment.end_of_text, _run(prefix, "\n" + _below_first_line(text)))
    new = set(ours) - kept
    if new:
        if author is None:
            author = len(visitor.authors)
            edits.append(f"{prefix}authors", visitor.end_of_authors, f"<{prefix}author>{AUTHOR}</{prefix}author>")
        edits.append(
            f"{prefix}commentList",
            visitor.end_of_list,
            "".join(
                f'<{prefix}comment ref="{column_letters(position)}{row}" authorId="{author}"><{prefix}text>'
                f"{_run(prefix, _below_first_line(ours[row, position]))}</{prefix}text></{prefix}comment>"
                for row, position in sorted(new)
            ),
        )
    return edits.result(), gone - new, new - gone


def with_boxes(content: bytes, texts: Mapping[Place, str], gone: set[Place], new: set[Place]) -> bytes:
    """Return a drawing without the boxes of notes that are gone, and with those of the new ones.

    Drawings of this kind (VML) are not always XML, so that their bytes are searched.
    """
    content = _without_boxes(content, gone)
    end = content.rfind(_END_OF_DRAWING)
    if end < 0:
        return content
    boxes = "".join(_box(place, texts[place]) for place in sorted(new))
    return content[:end] + boxes.encode() + content[end:]


def _without_boxes(content: bytes, gone: set[Place]) -> bytes:
    pieces: list[bytes] = []
    kept_to = start = 0
    for edge in _EDGE_OF_SHAPE.finditer(content):
        if not edge[0].startswith(b"</"):
            start = edge.start()
            continue
        shape = content[start : edge.end()]
        row, column = _ROW.search(shape), _COLUMN.search(shape)
        if row is not None and column is not None and (int(row[1]) + 1, int(column[1])) in gone:
            pieces.append(content[kept_to:start])
            kept_to = edge.end()
        start = edge.end()
    return b"".join((*pieces, content[kept_to:]))


def _box(place: Place, text: str) -> str:
    row, position = place
    lines = 2 + len(text) // _CHARACTERS_A_LINE + text.count("\n")
    anchor = f"{position + 1}, 15, {row - 1}, 4, {position + 1 + _WIDTH_IN_COLUMNS}, 15, {row - 1 + lines}, 4"
    return (
        f'<v:shape {_DRAWING_NAMESPACES} id="_event_import_{row}_{position}" type="#_x0000_t202" '
        'style="position:absolute;margin-left:60pt;margin-top:2pt;width:240pt;height:80pt;z-index:1;'
        'visibility:hidden" fillcolor="#ffffe1" '
        'o:insetmode="auto"><v:fill color2="#ffffe1"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row><x:Column>{position}</x:Column></x:ClientData>"
        "</v:shape>"
    )


def _below_first_line(text: str) -> str:
    return f"{_FIRST_LINE}\n{text}"


def _run(prefix: str, text: str) -> str:
    return f'<{prefix}r><{prefix}t xml:space="preserve">{in_xml(text)}</{prefix}t></{prefix}r>'


def _cut_off(edits: Edits, comment: _Comment, length: int) -> None:
    """Cut a note off after so many characters: below them stands what an earlier round has written."""
    place = 0
    for piece in comment.pieces:
        kept = piece.text[: max(0, length - place)].rstrip("\n")
        if place + len(piece.text) > length:
            if piece.run is not None and not kept:
                edits.replace(*piece.run, "")
            else:
                edits.replace(piece.start, piece.end, in_xml(kept))
        place += len(piece.text)


class _Comments:
    def __init__(self, edits: Edits) -> None:
        self._edits = edits
        self.prefix = ""
        self.authors: list[str] = []
        self.comments: list[_Comment] = []
        self.end_of_authors = self.end_of_list = 0
        self._is_author = self._is_text = False
        self._start_of_text = self._start_of_run = 0
        self._text: list[str] = []

    def author(self, name: str) -> int | None:
        """Return the index of an author, None if there is none of this name."""
        return self.authors.index(name) if name in self.authors else None

    def conversations(self) -> set[Place]:
        """Return the places of notes that stand in for conversations: what was said there is not changed here."""
        authors = {index for index, author in enumerate(self.authors) if author.startswith(STANDS_IN)}
        return {each.place for each in self.comments if each.place is not None and each.author in authors}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        place = self._edits.place
        match name.rpartition(":")[2]:
            case "comments":
                self.prefix = prefix_of(name)
            case "author":
                self.authors.append("")
                self._is_author = True
            case "comment":
                author = attributes.get("authorId", "")
                self.comments.append(
                    _Comment(place_of(attributes.get("ref", "")), int(author) if author.isdecimal() else -1, place)
                )
            case "r":
                self._start_of_run = place
            case "t":
                self._is_text = True
                self._text = []
                self._start_of_text = self._edits.after_tag(place)

    def end(self, name: str) -> None:
        place = self._edits.place
        match name.rpartition(":")[2]:
            case "authors":
                self.end_of_authors = place
            case "commentList":
                self.end_of_list = place
            case "author":
                self._is_author = False
            case "comment":
                self.comments[-1].end = self._edits.after(name, place)
            case "text":
                self.comments[-1].end_of_text = place
            case "t":
                self._is_text = False
                if self.comments and not self._edits.is_only_tag(name, place):
                    self.comments[-1].pieces.append(_Piece("".join(self._text), self._start_of_text, place))
            case "r" if self.comments and self.comments[-1].pieces:
                self.comments[-1].pieces[-1].run = self._start_of_run, self._edits.after(name, place)

    def text(self, text: str) -> None:
        if self._is_author:
            self.authors[-1] += text
        elif self._is_text:
            self._text.append(text)
