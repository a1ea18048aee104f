"""The package of a workbook: a zip archive of parts, and relationships that say which part is what (ECMA-376 part 2).

Only the parts that hold the cells of one sheet are unpacked. What else is in the file, and what it announces and lacks,
does not matter: drawings, links to other files, a theme, the properties of the document.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from sync_assets.event_import.workbook.refusal import WorkbookRefused, damaged
from sync_assets.event_import.workbook.xml_stream import parse_part

MAX_BYTES: Final = 10 * 1024 * 1024
"""A sitting of 350 events takes about 0.2 MB; ten megabytes is fifty times that and still goes through a request."""
MAX_UNPACKED_BYTES: Final = 192 * 1024 * 1024
"""A zip can unpack to a thousand times its size. A sheet of a million formatted rows has about a hundred megabytes."""
_CHUNK: Final = 256 * 1024
_OLD_EXCEL_OR_ENCRYPTED: Final = b"\xd0\xcf\x11\xe0"
_ENCRYPTED_BIT: Final = 0x1
_OTHER_FORMATS: Final = {
    "xl/workbook.bin": "a binary Excel workbook (.xlsb)",
    "content.xml": "an OpenDocument file (.ods)",
    "index/document.iwa": "a Numbers document",
    "index.zip": "a Numbers document",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint presentation",
}
_WHAT_ZIPFILE_RAISES: Final = (
    *(zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError, KeyError),
    # zipfile says it of an archive whose header asks for a method or a version that it does not know.
    NotImplementedError,
)


@dataclass(frozen=True, slots=True)
class Relationship:
    """What a part says of another: its id, the last word of its type (`worksheet`), and the other part's name."""

    id: str
    kind: str
    target: str


def refuse_unreadable_archive(content: bytes) -> None:
    """Raise WorkbookRefused unless the bytes are a zip archive of a size that may be unpacked."""
    _archive(content).close()


def _archive(content: bytes) -> zipfile.ZipFile:
    if len(content) > MAX_BYTES:
        raise WorkbookRefused(
            f"The file has {len(content):,} bytes, at most {MAX_BYTES:,} are read. Upload the events in several files."
        )
    if content.startswith(_OLD_EXCEL_OR_ENCRYPTED):
        raise WorkbookRefused(
            "The file is an .xls of an older Excel or has a password. Save it as an .xlsx without a password."
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _WHAT_ZIPFILE_RAISES as error:
        raise WorkbookRefused(
            "The file is not an Excel workbook (.xlsx), or was damaged on its way. Save it again and upload it."
        ) from error
    if (unpacked := sum(entry.file_size for entry in archive.infolist())) > MAX_UNPACKED_BYTES:
        raise WorkbookRefused(
            f"The workbook unpacks to {unpacked:,} bytes, at most {MAX_UNPACKED_BYTES:,} are read. "
            "Copy the rows that are needed into a new workbook and upload that."
        )
    return archive


class Package:
    """The parts of a workbook by name. Names count without letter case, and `\\` in them as `/`, as in Excel."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._archive = _archive(content)
        self._entries: dict[str, list[zipfile.ZipInfo]] = {}
        for entry in self._archive.infolist():
            self._entries.setdefault(_key(entry.filename), []).append(entry)
        for name, what in _OTHER_FORMATS.items():
            if name in self._entries:
                raise WorkbookRefused(f"The file is {what}. Save it as an Excel workbook (.xlsx) and upload that.")

    @property
    def entries(self) -> list[zipfile.ZipInfo]:
        """Every entry of the archive, in its order."""
        return self._archive.infolist()

    def entry(self, part: str) -> zipfile.ZipInfo | None:
        """Return the archive's entry of a part, None if it has none. Raises WorkbookRefused if it has several."""
        found = self._entries.get(_key(part), [])
        if len(found) > 1:
            raise damaged(f"it holds the part {part} twice")
        return found[0] if found else None

    def chunks(self, part: str) -> Iterator[bytes]:
        """Yield the bytes of a part. Raises WorkbookRefused if there is none, or it cannot be unpacked."""
        entry = self.entry(part)
        if entry is None:
            raise damaged(f"it announces the part {part}, and holds none of that name")
        if entry.flag_bits & _ENCRYPTED_BIT:
            raise WorkbookRefused("The file has a password. Save it as an .xlsx without a password.")
        left = entry.file_size
        try:
            with self._archive.open(entry) as stream:
                while chunk := stream.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise damaged(f"its part {part} is larger than the archive says")
                    yield chunk
        except _WHAT_ZIPFILE_RAISES as error:
            raise damaged(f"its part {part} cannot be unpacked ({error})") from error

    def read(self, part: str) -> bytes:
        """Return the bytes of a part. Raises WorkbookRefused as `chunks` does."""
        return b"".join(self.chunks(part))

    def relationships(self, part: str) -> list[Relationship]:
        """Return what a part refers to within the package; `""` is the package itself."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if self.entry(rels) is None:
            return []
        handler = _Relationships(folder)
        parse_part(rels, self.chunks(rels), handler)
        return handler.found

    def related(self, part: str, kind: str) -> str | None:
        """Return the first part of a kind that a part refers to, None where it refers to none."""
        return next((each.target for each in self.relationships(part) if each.kind == kind), None)

    def workbook_part(self) -> str:
        """Return the name of the part that lists the sheets. Raises WorkbookRefused where there is none."""
        part = self.related("", "officeDocument") or "xl/workbook.xml"
        if self.entry(part) is None:
            raise WorkbookRefused(
                "The file is a zip archive and not an Excel workbook (.xlsx), or lost a part on its way: it has no "
                f"{part}. Save the workbook again as .xlsx and upload it."
            )
        return part


class _Relationships:
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.found: list[Relationship] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name != "Relationship" or attributes.get("TargetMode", "").casefold() == "external":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        self.found.append(Relationship(attributes.get("Id", ""), kind, self._part(attributes.get("Target", ""))))

    def _part(self, target: str) -> str:
        path = unquote(target.replace("\\", "/"))
        if not path.startswith("/"):
            path = posixpath.join("/", self._folder, path)
        return posixpath.normpath(path).lstrip("/")

    def end(self, name: str) -> None:
        """Nothing follows from an end."""

    def text(self, text: str) -> None:
        """Relationships hold no text."""


def _key(name: str) -> str:
    return posixpath.normpath(unquote(name.replace("\\", "/"))).lstrip("/").casefold()
