"""What a package announces: relationships of a part, and the content types of parts (ECMA-376 part 2)."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import Final

from sync_assets.event_import.workbook.error_workbook.xml_edit import Edits, prefix_of, tag
from sync_assets.event_import.workbook.package import Package

CONTENT_TYPES: Final = "[Content_Types].xml"
RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONSHIPS: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_NO_RELATIONSHIPS: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


class Announcements:
    """A part of relationships or of content types, to which elements are added and from which some are taken."""

    def __init__(self, part: str, content: bytes) -> None:
        self._edits = Edits(content)
        self._visitor = _Elements(self._edits)
        self._edits.visit(part, self._visitor)
        self._added: list[str] = []

    def has(self, name: str, **attributes: str) -> bool:
        """Tell whether there is an element of this name with these attributes, letter case aside."""
        wanted = {key: value.casefold() for key, value in attributes.items()}
        return any(
            each == name and all(found.get(key, "").casefold() == value for key, value in wanted.items())
            for each, found, _, _ in self._visitor.elements
        )

    def add(self, name: str, **attributes: str) -> None:
        """Add an element."""
        self._added.append(tag(f"{self._visitor.prefix}{name}", attributes, is_empty=True))

    def drop(self, which: Callable[[str, Mapping[str, str]], bool]) -> None:
        """Take out the elements of which a function says so, by name and attributes."""
        for name, attributes, start, end in self._visitor.elements:
            if which(name, attributes):
                self._edits.replace(start, end, "")

    def free_id(self) -> str:
        """Return an id that no relationship has."""
        number = 1
        while self.has("Relationship", Id=f"rIdEventImport{number}") or any(
            f'"rIdEventImport{number}"' in each for each in self._added
        ):
            number += 1
        return f"rIdEventImport{number}"

    def result(self) -> bytes:
        """Return the part as it is to be."""
        self._edits.append(self._visitor.root, self._visitor.end_of_root, "".join(self._added))
        return self._edits.result()


def relationships_part(part: str) -> str:
    """Return the name of the part that holds the relationships of a part."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relationships_of(package: Package, part: str) -> Announcements:
    """Return the relationships of a part, none where it has none."""
    name = relationships_part(part)
    return Announcements(name, package.read(name) if package.entry(name) else _NO_RELATIONSHIPS)


class _Elements:
    def __init__(self, edits: Edits) -> None:
        self._edits = edits
        self.prefix = self.root = ""
        self.elements: list[tuple[str, Mapping[str, str], int, int]] = []
        self.end_of_root = 0
        self._depth = 0
        self._open: tuple[str, Mapping[str, str], int] = ("", {}, 0)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        place = self._edits.place
        if self._depth == 0:
            self.root, self.prefix = name, prefix_of(name)
        elif self._depth == 1:
            self._open = name.rpartition(":")[2], attributes, place
        self._depth += 1

    def end(self, name: str) -> None:
        place = self._edits.place
        self._depth -= 1
        if self._depth == 0:
            self.end_of_root = place
        elif self._depth == 1:
            self.elements.append((*self._open, self._edits.after(name, place)))

    def text(self, text: str) -> None:
        """Nothing is announced in text."""
