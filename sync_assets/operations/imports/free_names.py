"""Files under names that are free: nothing is ever written over."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from typing import Final

from sync_assets.text import without_invisible

TAKEN: Final = "taken"
"""The folder within the drop folder for what was taken, and for the answers to it."""
LONGEST_STEM: Final = 200
"""Bytes of a name without its extension, so that there is room for a number and for what is put behind it."""
_ROOM: Final = 40
"""Bytes for what distinguishes the files about an upload, such as ` - to correct`."""
_NOT_IN_NAMES: Final = re.compile(r'[<>:"|?*/\\]')
_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls")


def reserve(folder: Path, stem: str, ending: str) -> Path:
    """Create an empty file under the first free name like this one, and return its path. Raises OSError."""
    stem = _cut(stem)
    number = 1
    while True:
        path = folder / (f"{stem}{ending}" if number == 1 else f"{stem} ({number}){ending}")
        try:
            path.open("xb").close()
        except FileExistsError:
            number += 1
        else:
            return path


def write_new(folder: Path, stem: str, ending: str, content: bytes) -> Path:
    """Write a file under the first free name like this one, and return its path. Raises OSError."""
    path = reserve(folder, stem, ending)
    path.write_bytes(content)
    return path


def stem_of(file_name: str) -> str:
    """Return an uploaded file's name without folders, extension, and what no file may be named with; never empty."""
    name = without_invisible(PurePosixPath(file_name.replace("\\", "/")).name)
    name = name.encode("utf-8", "replace").decode()
    ending = next((each for each in _WORKBOOKS if name.casefold().endswith(each)), "")
    stem = _NOT_IN_NAMES.sub(" ", name[: len(name) - len(ending)]).strip(" .")
    return _cut(stem, LONGEST_STEM - _ROOM) or "upload"


def _cut(stem: str, longest: int = LONGEST_STEM) -> str:
    while len(os.fsencode(stem)) > longest:
        stem = stem[:-1]
    return stem
