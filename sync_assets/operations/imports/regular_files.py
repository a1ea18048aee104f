"""Reading a file that somebody else put somewhere: never a pipe or a link, and its size before its bytes."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path
from stat import S_ISREG
from typing import Final

from sync_assets.event_import.workbook.sheet import MAX_BYTES, WorkbookRefused

LINK: Final = "It is a link to another place. Put the file itself into the folder."


def read_regular_file(path: Path) -> tuple[bytes, os.stat_result]:
    """Return the bytes of a file and what it was when they were read.

    Raises OSError, and WorkbookRefused for what is not a file or is larger than a workbook may be.
    """
    try:
        # Never through a link, and never waiting for a pipe, that has come in its place.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise WorkbookRefused(LINK) from None
        raise
    try:
        status = os.fstat(descriptor)
        if not S_ISREG(status.st_mode):
            raise WorkbookRefused(f"{path.name} is not a file. Give the workbook itself.")
        refuse_large_file(status.st_size)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_BYTES + 1), os.fstat(descriptor)
    finally:
        os.close(descriptor)


def refuse_large_file(size: int) -> None:
    """Raise WorkbookRefused for a size in bytes that is not read."""
    if size > MAX_BYTES:
        raise WorkbookRefused(
            f"It has {size:,} bytes, at most {MAX_BYTES:,} are taken. Put the events into several files."
        )


def digest_of(content: bytes) -> str:
    """Return what a file is known again by, whatever it is called: its size and its SHA-256."""
    return f"{len(content)}:{hashlib.sha256(content).hexdigest()}"
