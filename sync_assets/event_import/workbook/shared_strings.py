"""The texts that a workbook keeps once for all its sheets, of which only those that a sheet uses are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sync_assets.event_import.workbook.package import Package
from sync_assets.event_import.workbook.sheet_cells import LONGEST_TEXT
from sync_assets.event_import.workbook.xml_stream import parse_part


def shared_strings(package: Package, part: str | None, wanted: Collection[int]) -> dict[int, str]:
    """Return the wanted texts by their index, as far as the workbook has them; each cut after `LONGEST_TEXT` and one.

    Raises WorkbookRefused as the package does.
    """
    if part is None or not wanted:
        return {}
    handler = _Strings(wanted)
    parse_part(part, package.chunks(part), handler)
    return handler.found


class _Strings:
    def __init__(self, wanted: Collection[int]) -> None:
        self._wanted = frozenset(wanted)
        self.found: dict[int, str] = {}
        self._index = -1
        self._pieces: list[str] | None = None
        self._length = 0
        self._is_text = False
        self._in_phonetic = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "si":
            self._index += 1
            self._pieces = [] if self._index in self._wanted else None
            self._length = 0
        elif name == "t":
            self._is_text = self._pieces is not None and not self._in_phonetic
        elif name == "rPh":
            self._in_phonetic = True

    def end(self, name: str) -> None:
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._in_phonetic = False
        elif name == "si" and self._pieces is not None:
            self.found[self._index] = "".join(self._pieces)
            self._pieces = None

    def text(self, text: str) -> None:
        if self._is_text and self._pieces is not None and self._length <= LONGEST_TEXT:
            self._pieces.append(text[: LONGEST_TEXT + 1 - self._length])
            self._length += len(text)
