"""Reading the XML of a workbook piece by piece: no document type, no tree, and a limit to the number of elements.

A part that declares a document type is refused before a single entity of it is expanded: no program writes one into a
workbook, and a few nested entities unpack to gigabytes. defusedxml does the same for whole trees, and guards openpyxl;
here the parser is used directly, since a sheet of a million rows must not become a tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Protocol
from xml.parsers import expat

from sync_assets.event_import.workbook.refusal import WorkbookRefused, damaged

MOST_ELEMENTS: Final = 4_000_000
"""Elements of one part. Some 600,000 are read in a second on one core."""


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
    start, end = handler.start, handler.end
    left = MOST_ELEMENTS

    def start_element(name: str, attributes: dict[str, str]) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise too_many_elements(part)
        start(name.rpartition(":")[2] if ":" in name else name, attributes)

    def end_element(name: str) -> None:
        end(name.rpartition(":")[2] if ":" in name else name)

    parser = guarded_parser(part)
    parser.StartElementHandler = start_element
    parser.EndElementHandler = end_element
    parser.CharacterDataHandler = handler.text
    feed(part, parser, chunks)


def too_many_elements(part: str) -> WorkbookRefused:
    """Return the refusal of a part with more elements than are read."""
    return WorkbookRefused(
        f"The part {part} of the workbook has more than {MOST_ELEMENTS:,} cells and other elements, most of "
        "them empty. Copy the rows that are needed into a new workbook and upload that."
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
