"""Reading the XML of a workbook piece by piece: no document type, no tree, a limit to how many elements and how deep.

A part that declares a document type is refused before a single entity of it is expanded: no program writes one into a
workbook, and a few nested entities unpack to gigabytes. defusedxml does the same for whole trees, and guards openpyxl;
here the parser is used directly, since a sheet of a million rows must not become a tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol
from xml.parsers import expat

from sync_assets.event_import.workbook.refusal import WorkbookRefused, damaged

MOST_ELEMENTS: Final = 4_000_000
"""Elements of one part. Some 600,000 are read in a second on one core."""
DEEPEST: Final = 100
"""Elements that an element may stand within. The parser keeps each of them in memory; a text of a cell is in six."""

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]


class Handler(Protocol):
    """Receives the elements of a part by their local names: programs differ in prefixes and namespaces."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take text between two tags."""


def parse_part(part: str, chunks: Iterable[bytes], handler: Handler) -> None:
    """Hand the elements of a part to a handler. Raises WorkbookRefused for what is not XML, or too much of it."""

    def start(name: str, attributes: Mapping[str, str]) -> None:
        handler.start(name.rpartition(":")[2] if ":" in name else name, attributes)

    def end(name: str) -> None:
        handler.end(name.rpartition(":")[2] if ":" in name else name)

    parser = guarded_parser(part)
    parser.StartElementHandler, parser.EndElementHandler = limited(part, start, end)
    parser.CharacterDataHandler = handler.text
    feed(part, parser, chunks)


def limited(part: str, start: Start, end: End) -> tuple[Start, End]:
    """Return handlers that raise WorkbookRefused for more elements than are read, or deeper ones."""
    left, depth = MOST_ELEMENTS, 0

    def start_element(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal left, depth
        left -= 1
        depth += 1
        if left < 0:
            raise too_many_elements(part)
        if depth > DEEPEST:
            raise too_deep(part)
        start(name, attributes)

    def end_element(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name)

    return start_element, end_element


def too_many_elements(part: str) -> WorkbookRefused:
    """Return the refusal of a part with more elements than are read."""
    return WorkbookRefused(
        f"The part {part} of the workbook has more than {MOST_ELEMENTS:,} cells and other elements, most of "
        "them empty. Copy the rows that are needed into a new workbook and upload that."
    )


def too_deep(part: str) -> WorkbookRefused:
    """Return the refusal of a part with elements within more others than any program writes."""
    return WorkbookRefused(
        f"The part {part} of the workbook has elements within {DEEPEST} others, which no program writes that makes "
        "workbooks, so it is not read. Copy the rows into a new workbook and upload that."
    )


def guarded_parser(part: str) -> expat.XMLParserType:
    """Return a parser without handlers that refuses a document type."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse_document_type(*_: object) -> None:
        raise WorkbookRefused(
            f"The part {part} of the workbook declares a document type, which no program writes that makes workbooks, "
            "so it is not read. Copy the rows into a new workbook and upload that."
        )

    parser.StartDoctypeDeclHandler = refuse_document_type
    return parser


def feed(part: str, parser: expat.XMLParserType, chunks: Iterable[bytes]) -> None:
    """Have a part parsed. Raises WorkbookRefused for what is not XML."""
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise damaged(f"its part {part} is not XML ({error})") from error
