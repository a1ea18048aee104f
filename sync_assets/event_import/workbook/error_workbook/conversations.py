"""Conversations on cells (threaded comments), which Excel keeps in a part of their own beside a note that stands in.

A cell has a conversation or a note, never both. So what is to be said of such a cell stands in a note beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from sync_assets.event_import.workbook.error_workbook.xml_edit import Edits
from sync_assets.event_import.workbook.sheet_cells import Place, place_of

RELATIONSHIP: Final = "threadedComment"
"""The last word of the type of the relationship of a sheet and its conversations ([MS-XLSX], Threaded Comments)."""
STANDS_IN: Final = "tc="
"""The first letters of the author of a note that stands in for a conversation."""


def beside_conversations(notes: Mapping[Place, str], taken: Collection[Place]) -> dict[Place, str]:
    """Return notes with those of cells that have a conversation on the nearest cell of the row that has none."""
    moved = {place: text for place, text in notes.items() if place not in taken}
    for (row, position), text in notes.items():
        if (row, position) in taken:
            beside = _nearest(row, position, taken)
            moved[beside] = f"{moved[beside]}\n{text}" if beside in moved else text
    return moved


def _nearest(row: int, position: int, taken: Collection[Place]) -> Place:
    distance = 1
    while True:
        for beside in (position + distance, position - distance):
            if beside >= 0 and (row, beside) not in taken:
                return row, beside
        distance += 1


def without_conversations(part: str, content: bytes, is_taken_out: Callable[[int], bool]) -> bytes:
    """Return a part of conversations without those on rows that are taken out. Raises WorkbookRefused."""
    edits = Edits(content)
    edits.visit(part, _Conversations(edits, is_taken_out))
    return edits.result()


class _Conversations:
    def __init__(self, edits: Edits, is_taken_out: Callable[[int], bool]) -> None:
        self._edits = edits
        self._is_taken_out = is_taken_out
        self._start: int | None = None

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name.rpartition(":")[2] == "threadedComment":
            place = place_of(attributes.get("ref", ""))
            self._start = self._edits.place if place is not None and self._is_taken_out(place[0]) else None

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "threadedComment" and self._start is not None:
            self._edits.replace(self._start, self._edits.after(name, self._edits.place), "")
            self._start = None

    def text(self, text: str) -> None:
        """What was said is kept, or goes as a whole."""
