"""The answer to a file that was dropped, beside the file itself: whoever dropped it looks there and nowhere else."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from stat import S_ISREG

from sync_assets.event_import.workbook.sheet import WorkbookRefused
from sync_assets.operations.imports.free_names import TAKEN, stem_of, write_new
from sync_assets.operations.imports.regular_files import digest_of, read_regular_file
from sync_assets.operations.imports.report_files import name_to_correct


@contextmanager
def after_the_work(log: logging.Logger) -> Iterator[None]:
    """Keep what goes wrong from ending a run: what is to be written only says what has been done already."""
    try:
        yield
    except Exception:
        log.warning("A file about this run could not be written.", exc_info=True)


def put_answer(drop_folder: Path, digest: str, files: Mapping[str, Path]) -> list[Path]:
    """Copy a run's report and error workbook beside the file that was dropped last with a digest.

    Returns where the copies are, nowhere if no such file was dropped. Raises OSError.
    """
    dropped = dropped_file(drop_folder, digest)
    if dropped is None:
        return []
    names = {"report_file": f"{stem_of(dropped.name)} - report", "error_workbook": name_to_correct(dropped.name)}
    return [
        write_new(_folder_of_answers(drop_folder), name, ".xlsx", files[kind].read_bytes())
        for kind, name in names.items()
        if kind in files
    ]


def put_decided(drop_folder: Path, digest: str, workbook: bytes) -> list[Path]:
    """Write what became of decisions beside the workbook that was dropped last with a digest. Raises OSError."""
    dropped = dropped_file(drop_folder, digest)
    if dropped is None:
        return []
    return [write_new(_folder_of_answers(drop_folder), f"{stem_of(dropped.name)} - decided", ".xlsx", workbook)]


def put_failure(drop_folder: Path, digest: str, sentence: str, now: datetime) -> list[Path]:
    """Write why a run ended without a report beside the file that was dropped last with a digest. Raises OSError."""
    dropped = dropped_file(drop_folder, digest)
    if dropped is None:
        return []
    text = (
        f"{dropped.name} was not carried out, or not all of it ({now:%Y-%m-%d %H:%M} UTC).\n\n{sentence}\n\n"
        "Putting the file into the folder again carries on; nothing is created twice.\n"
    )
    return [write_new(_folder_of_answers(drop_folder), f"{stem_of(dropped.name)} - not done", ".txt", text.encode())]


def dropped_file(drop_folder: Path, digest: str) -> Path | None:
    """Return the file that was dropped last with a digest of `digest_of`: it may have another name by now."""
    size = digest.partition(":")[0]
    for path in _of_size(drop_folder, int(size) if size.isdecimal() else -1):
        try:
            if digest_of(read_regular_file(path)[0]) == digest:
                return path
        except (OSError, WorkbookRefused):
            continue
    return None


def _of_size(drop_folder: Path, size: int) -> Iterator[Path]:
    """Yield files of a size, those that were taken first, and of these the last."""
    for folder in (drop_folder / TAKEN, drop_folder):
        found: list[tuple[int, Path]] = []
        if folder.is_dir():
            with os.scandir(folder) as entries:
                for entry in entries:
                    status = entry.stat(follow_symlinks=False)
                    if S_ISREG(status.st_mode) and status.st_size == size:
                        # The moment when it was moved here; its time of change is that of its content.
                        found.append((status.st_ctime_ns, Path(entry.path)))
        yield from (path for _, path in sorted(found, reverse=True))


def _folder_of_answers(drop_folder: Path) -> Path:
    # Never in the drop folder itself: what stands there is imported.
    folder = drop_folder / TAKEN
    folder.mkdir(exist_ok=True)
    return folder
