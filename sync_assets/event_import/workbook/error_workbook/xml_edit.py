"""Edits of XML that leave every byte alone which they do not change.

A tree that is written anew loses what it does not know: prefixes that attributes name, the order of declarations,
extensions of later versions. Elements are found by their place in the bytes instead, and replaced there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Protocol
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from sync_assets.event_import.workbook.refusal import damaged
from sync_assets.event_import.workbook.xml_stream import feed, guarded_parser, limited

_TAG: Final = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_DECLARATION: Final = re.compile(r"^\ufeff?<\?xml[^>]*\?>")
_ENCODING: Final = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


class Visitor(Protocol):
    """Receives the elements of a part; where they are in its bytes, `Edits.place` says."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element; `name` is as written, with its prefix."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def text(self, text: str) -> None:
        """Take text between two tags."""


class Edits:
    """A part's bytes in UTF-8, and the changes to be made in them."""

    def __init__(self, content: bytes) -> None:
        self.content = _in_utf_8(content)
        self._changes: list[tuple[int, int, bytes]] = []
        self._parser: expat.XMLParserType | None = None

    def visit(self, part: str, visitor: Visitor, *, is_read: bool = False) -> None:
        """Hand every element to a visitor. Raises WorkbookRefused for what is not XML, or too much of it.

        The elements of a part that has been read before are not counted again.
        """
        parser = self._parser = guarded_parser(part)
        start, end = (visitor.start, visitor.end) if is_read else limited(part, visitor.start, visitor.end)
        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = visitor.text
        feed(part, parser, [self.content])

    @property
    def place(self) -> int:
        """Where a visitor is: at the start of an element its tag, at the end its end tag, or behind its only tag."""
        return 0 if self._parser is None else self._parser.CurrentByteIndex

    def after_tag(self, place: int) -> int:
        """Return the place behind the tag that begins at a place."""
        tag = _TAG.match(self.content, place)
        return len(self.content) if tag is None else tag.end()

    def is_only_tag(self, name: str, end: int) -> bool:
        """Tell whether an element of no further element of its name, that ends at a place, has one tag alone."""
        closing = f"</{name}".encode()
        after = self.content[end + len(closing) : end + len(closing) + 1]
        return not self.content.startswith(closing, end) or after not in b"> \t\r\n"

    def after(self, name: str, end: int) -> int:
        """Return the place behind an element, as its end is handed to a visitor."""
        return end if self.is_only_tag(name, end) else self.after_tag(end)

    def replace(self, start: int, end: int, text: str) -> None:
        """Put text in the place of the bytes from `start` to `end`; changes must not overlap."""
        self._changes.append((start, end, text.encode()))

    def append(self, name: str, end: int, text: str) -> None:
        """Put text behind all else in an element, whose end is at a place as a visitor has it."""
        if not self.is_only_tag(name, end):
            self.replace(end, end, text)
            return
        start = self.content.rindex(b"<", 0, end)
        opening = self.content[start:end].decode().removesuffix("/>")
        self.replace(start, end, f"{opening}>{text}</{name}>")

    def result(self) -> bytes:
        """Return the bytes with all changes made."""
        pieces: list[bytes | memoryview] = []
        view, place = memoryview(self.content), 0
        # Insertions at one place stand in the order in which they were asked for.
        for start, end, text in sorted(self._changes, key=lambda change: change[:2]):
            pieces += [view[place:start], text]
            place = end
        pieces.append(view[place:])
        return b"".join(pieces)


def tag(name: str, attributes: Mapping[str, str], *, is_empty: bool = False) -> str:
    """Return a start tag, or the only tag of an empty element."""
    return f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in attributes.items())}{'/' * is_empty}>"


def prefix_of(name: str) -> str:
    """Return the prefix of a name with its colon, empty where it has none."""
    return name[: name.rindex(":") + 1] if ":" in name else ""


def in_xml(text: str) -> str:
    """Return text as it stands between tags, without characters that XML cannot hold."""
    allowed = (each for each in text if each in "\t\n" or (each >= " " and each not in "\ufffe\uffff"))
    return escape("".join(each for each in allowed if not "\ud800" <= each <= "\udfff"))


def _in_utf_8(content: bytes) -> bytes:
    if content.startswith(_UTF_16):
        encoding = "utf-16" if content[:2] in _UTF_16[:2] else "utf-16-le" if content[1] == 0 else "utf-16-be"
    else:
        content = content.removeprefix(b"\xef\xbb\xbf")
        declared = _ENCODING.match(content)
        encoding = declared[1].decode().casefold() if declared else "utf-8"
    if encoding in {"utf-8", "utf8", "us-ascii", "ascii"}:
        return content
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise damaged(f"a part of it is not in the encoding {encoding} that it names") from error
    return _DECLARATION.sub('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', text).encode()
