"""Cell styles that are like others and marked: filled in a colour of ours, or kept from becoming formulas.

The colour that a cell had before a mark is kept as the second colour of the mark's pattern, which a solid pattern does
not show: so a mark of an earlier round can be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from sync_assets.event_import.workbook.error_workbook.xml_edit import Edits, prefix_of, tag

NAMESPACE: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MINIMAL_STYLES: Final = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><styleSheet xmlns="{NAMESPACE}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="1"><xf/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
).encode()
"""The styles of a workbook that has none."""


class Mark(Enum):
    """What a marked cell has: an error or a warning. The values are the colours (ARGB) that they are filled with."""

    ERROR = "FFF4B6B6"
    WARNING = "FFFCE9B0"


_OURS: Final = frozenset(mark.value for mark in Mark)
_NO_COLOUR: Final = ("64", "FFFF99CC", "FFFFFFCC")
"""Second colours that mean none: Excel's own, and the two that LibreOffice finds nearest to the marks and writes."""
_NO_FILL: Final = 0


@dataclass(slots=True)
class _Fill:
    pattern: str = ""
    colour: Mapping[str, str] | None = None
    second: Mapping[str, str] | None = None

    @property
    def is_mark(self) -> bool:
        return self.pattern == "solid" and (self.colour or {}).get("rgb", "").upper() in _OURS


class Styles:
    """The styles of a workbook, to which marked ones are added as they are asked for.

    Raises WorkbookRefused for styles that are not XML.
    """

    def __init__(self, part: str, content: bytes) -> None:
        self._edits = Edits(content)
        visitor = _Styles(self._edits)
        self._edits.visit(part, visitor)
        self._fills, self._formats = visitor.fills, visitor.formats
        self._visitor = visitor
        self._new_fills: list[str] = []
        self._new_formats: list[str] = []
        self._added: dict[tuple[int, int, bool], int] = {}
        self._fill_of: dict[str, int] = {}

    @property
    def is_usable(self) -> bool:
        """Whether styles can be added: not where the lists to add them to are missing."""
        return self._visitor.end_of_fills is not None and self._visitor.end_of_formats is not None

    def unmarked(self, style: int) -> int:
        """Return the style that a cell had before it was marked; itself where it is not marked."""
        fill = self._fill(style)
        if fill is None or not fill.is_mark:
            return style
        return self._like(style, _NO_FILL if fill.second is None else self._solid(fill.second, None), is_quoted=False)

    def marked(self, style: int, mark: Mark | None, *, is_quoted: bool = False) -> int:
        """Return the style of an unmarked cell with a mark, and as text whatever it begins with."""
        if mark is None:
            return self._like(style, None, is_quoted=is_quoted)
        fill = self._fill(style)
        before = fill.colour if fill is not None and fill.pattern == "solid" else None
        return self._like(style, self._solid({"rgb": mark.value}, before), is_quoted=is_quoted)

    def result(self) -> bytes | None:
        """Return the styles with those that were added, None where none were."""
        visitor = self._visitor
        if not self._new_formats or visitor.end_of_fills is None or visitor.end_of_formats is None:
            return None
        self._append(visitor.start_of_fills, visitor.end_of_fills, len(self._fills), self._new_fills)
        formats = len(self._formats) + len(self._new_formats)
        self._append(visitor.start_of_formats, visitor.end_of_formats, formats, self._new_formats)
        return self._edits.result()

    def _append(self, start: int, end: int, count: int, added: list[str]) -> None:
        """Add elements to the end of a list that begins and ends at two places, and state its new length."""
        if not added:
            return
        content = self._edits.content
        opening = content[start : self._edits.after_tag(start)].decode()
        counted = re.sub(r"""\scount\s*=\s*["']\d*["']""", f' count="{count}"', opening)
        self._edits.replace(start, start + len(opening.encode()), counted)
        self._edits.replace(end, end, "".join(added))

    def _like(self, style: int, fill: int | None, *, is_quoted: bool) -> int:
        if fill is None and not is_quoted:
            return style
        key = style, -1 if fill is None else fill, is_quoted
        if key not in self._added:
            base = self._format(style)
            attributes: dict[str, str] = {}
            if fill is not None:
                attributes |= {"fillId": str(fill), "applyFill": "1"}
            if is_quoted:
                attributes["quotePrefix"] = "1"
            self._new_formats.append(_with_attributes(base, attributes))
            self._added[key] = len(self._formats) + len(self._new_formats) - 1
        return self._added[key]

    def _format(self, style: int) -> str:
        if style < len(self._formats):
            start, end = self._formats[style]
            return self._edits.content[start:end].decode()
        added = style - len(self._formats)
        return self._new_formats[added] if added < len(self._new_formats) else f"<{self._visitor.prefix}xf/>"

    def _fill(self, style: int) -> _Fill | None:
        found = re.search(r"""\sfillId\s*=\s*["'](\d{1,9})["']""", self._format(style).partition(">")[0])
        number = int(found[1]) if found else _NO_FILL
        return self._fills[number] if number < len(self._fills) else None

    def _solid(self, colour: Mapping[str, str], second: Mapping[str, str] | None) -> int:
        prefix = self._visitor.prefix
        first = tag(f"{prefix}fgColor", colour, is_empty=True)
        other = tag(f"{prefix}bgColor", second or {"indexed": "64"}, is_empty=True)
        pattern = tag(f"{prefix}patternFill", {"patternType": "solid"})
        text = f"<{prefix}fill>{pattern}{first}{other}</{prefix}patternFill></{prefix}fill>"
        if text not in self._fill_of:
            self._new_fills.append(text)
            self._fills.append(_Fill("solid", colour, second))
            self._fill_of[text] = len(self._fills) - 1
        return self._fill_of[text]


def _with_attributes(element: str, attributes: Mapping[str, str]) -> str:
    """Return an element with some attributes of its first tag set."""
    opening = element[: element.index(">")].rstrip("/")
    rest = element[len(opening) :]
    for name, value in attributes.items():
        opening = re.sub(rf"""\s{name}\s*=\s*("[^"]*"|'[^']*')""", "", opening) + f' {name}="{value}"'
    return opening + rest


class _Styles:
    def __init__(self, edits: Edits) -> None:
        self._edits = edits
        self.prefix = ""
        self.fills: list[_Fill] = []
        self.formats: list[tuple[int, int]] = []
        self.start_of_fills = self.start_of_formats = 0
        self.end_of_fills: int | None = None
        self.end_of_formats: int | None = None
        self._path: list[str] = []
        self._start = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        place = self._edits.place
        local = name.rpartition(":")[2]
        if not self._path:
            self.prefix = prefix_of(name)
        self._path.append(local)
        match self._path[1:]:
            case ["fills"]:
                self.start_of_fills = place
            case ["cellXfs"]:
                self.start_of_formats = place
            case ["fills", "fill"]:
                self.fills.append(_Fill())
            case ["fills", "fill", "patternFill"]:
                self.fills[-1].pattern = attributes.get("patternType", "")
            case ["fills", "fill", "patternFill", "fgColor"]:
                self.fills[-1].colour = dict(attributes)
            case ["fills", "fill", "patternFill", "bgColor"]:
                is_none = attributes.get("indexed", attributes.get("rgb", "").upper()) in _NO_COLOUR
                self.fills[-1].second = None if is_none else dict(attributes)
            case ["cellXfs", "xf"]:
                self._start = place

    def end(self, name: str) -> None:
        place = self._edits.place
        match self._path[1:]:
            case ["fills"] if not self._edits.is_only_tag(name, place):
                self.end_of_fills = place
            case ["cellXfs"] if not self._edits.is_only_tag(name, place):
                self.end_of_formats = place
            case ["cellXfs", "xf"]:
                self.formats.append((self._start, self._edits.after(name, place)))
        self._path.pop()

    def text(self, text: str) -> None:
        """Styles hold no text."""
