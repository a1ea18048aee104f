"""A zip archive anew, with some parts exchanged: what stays is copied as it is compressed, and never unpacked."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Collection, Mapping
from copy import copy
from typing import Final

from sync_assets.event_import.workbook.package import Package

_LOCAL_HEADER: Final = struct.Struct("<26xHH")
_SIZES_FOLLOW: Final = 0x8
_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip knows: the same upload gives the same bytes."""


def with_parts(package: Package, parts: Mapping[str, bytes], without: Collection[str] = ()) -> bytes:
    """Return a package with `parts` by name in the place of those that it has, or added, and without some."""
    replaced = {entry.filename: content for name, content in parts.items() if (entry := package.entry(name))}
    added = {name: content for name, content in parts.items() if package.entry(name) is None}
    left_out = {entry.filename for name in without if (entry := package.entry(name))}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in package.entries:
            if entry.filename in left_out:
                continue
            if entry.filename in replaced:
                archive.writestr(zipfile.ZipInfo(entry.filename, _TIME), replaced[entry.filename], zipfile.ZIP_DEFLATED)
            else:
                _copy(archive, stream, entry, package.content)
        for name, content in added.items():
            archive.writestr(zipfile.ZipInfo(name, _TIME), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _copy(archive: zipfile.ZipFile, stream: io.BytesIO, entry: zipfile.ZipInfo, content: bytes) -> None:
    # zipfile has no word for it; these are the attributes that its own `writestr` moves.
    name_length, extra_length = _LOCAL_HEADER.unpack_from(content, entry.header_offset)
    start = entry.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    own = copy(entry)
    own.flag_bits &= ~_SIZES_FOLLOW
    own.extra = b""
    own.header_offset = stream.tell()
    stream.write(own.FileHeader(zip64=False))
    stream.write(memoryview(content)[start : start + entry.compress_size])
    archive.filelist.append(own)
    archive.NameToInfo[own.filename] = own
    archive.start_dir = stream.tell()
