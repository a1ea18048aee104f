"""The drop folder: a workbook that is put there is stored as an upload, its import asked for, and the file moved aside.

Nothing is taken twice and nothing disappears, also when the process dies in between: a file stays where it is until the
database has it, and is stored under the same key when it is found again. Its import is asked for once in the time that
it stands in the folder. What is moved is never written over another file, and a file that was replaced in the last
moment is put back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from stat import S_ISLNK, S_ISREG
from typing import Any

from sqlalchemy import Engine, select

from sync_assets.decisions.decision import DecisionRefused
from sync_assets.errors import SyncError
from sync_assets.event_import.import_tables import event_uploads
from sync_assets.event_import.stored_uploads import request_import, store_upload
from sync_assets.event_import.workbook.sheet import WorkbookRefused, read_sheet
from sync_assets.operations.decision_files import decisions_of_workbook, is_decisions
from sync_assets.operations.imports.free_names import TAKEN, reserve
from sync_assets.operations.imports.regular_files import LINK, read_regular_file, refuse_large_file

REFUSED = "refused"
WAY_IN = "drop folder"
SETTLED = timedelta(seconds=5)
"""How long size and time of change have to stand still, by two looks at least this far apart."""
PATIENCE = timedelta(seconds=60)
"""How long a file that cannot be read has to stand still before it is refused: a slow copy looks like a damaged one."""
MOST_AT_ONCE = 50
MOST_WAITING = 500
"""Files that are remembered from one look to the next, the oldest; the others are seen when those are gone."""
WORKBOOK = ".xlsx"
OTHER_SHEETS = frozenset({".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".numbers"})
"""What people take for a workbook: they are told that it is none. Other files are left alone."""


class DropFolderUnusable(SyncError):
    """The folder, or a file in it, cannot be read or moved."""


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as it was seen: its size in bytes, its time of change, and since when it has been like that.

    `is_decided` says that a run has been asked for that carries out the decisions in it.
    """

    size: int
    changed_ns: int
    since: datetime
    is_decided: bool = False


@dataclass(slots=True)
class TakenIn:
    """What a look at the folder came to: files by name, those taken with the key of their upload."""

    taken: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, bytes] = field(default_factory=dict)
    """Workbooks of decisions, whose runs are to be asked for. They are in `waiting`, too; the next look moves them."""
    refused: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, SeenFile] = field(default_factory=dict)
    stuck: list[str] = field(default_factory=list)
    """A sentence for each file that could not be read, or not moved. It is in `waiting`, too."""


Store = Callable[[str, bytes, datetime], str]
"""Stores a file by name and content and asks for its import, unless that was done since the moment; returns its key."""


def take_in(folder: Path, known: Mapping[str, SeenFile], store: Store, now: datetime) -> TakenIn:
    """Take what is complete in a folder. `known` is what the look before left waiting.

    Raises DropFolderUnusable where nothing can be read or moved, and whatever `store` raises but WorkbookRefused.
    """
    if not folder.is_dir():
        raise DropFolderUnusable(f"SYNC_UPLOAD_DIR is {folder}, and there is no such folder. Create it, or mount it.")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise DropFolderUnusable(
            f"The folder {folder} of SYNC_UPLOAD_DIR cannot be read and written by this process, so that nothing is "
            "taken from it: files have to be moved aside. Give the process the right to write there."
        )
    result = TakenIn()
    for name, status in _sheets(folder):
        before = known.get(name)
        look = SeenFile(status.st_size, status.st_mtime_ns, now)
        if before and (before.size, before.changed_ns) == (look.size, look.changed_ns):
            look = before
        if now - look.since < SETTLED or len(result.taken) + len(result.refused) >= MOST_AT_ONCE:
            result.waiting[name] = look
            continue
        try:
            _take(folder, name, look, S_ISLNK(status.st_mode), store, now, result)
        except OSError as error:
            result.waiting[name] = look
            result.stuck.append(
                f"{_shown(name)} in the folder of SYNC_UPLOAD_DIR cannot be read or moved: {error.strerror}. It is "
                "tried again; see who owns it, and whether somebody has it open."
            )
    return result


def store_and_request(
    engine: Engine, file_name: str, content: bytes, options: Mapping[str, Any], since: datetime, now: datetime
) -> str:
    """Store a file and ask for its import, unless that was asked for since the moment, and return its key.

    A process that died after it had asked, and before the file was moved, finds the file again: then the moment lies
    before the request. A request with other options, as for a dry run, is not that one. Raises WorkbookRefused.
    """
    table = event_uploads
    with engine.begin() as connection:
        key = store_upload(connection, file_name, content, WAY_IN, options, now)
        asked = connection.execute(select(table.c.requested_at, table.c.options).where(table.c.key == key)).one()
        if asked.requested_at is None or asked.requested_at < since or dict(asked.options) != dict(options):
            request_import(connection, key, options, now)
        return key


def looks_of(cursor: str | None) -> dict[str, SeenFile]:
    """Return what a cursor remembers of the files that waited."""
    kept = json.loads(cursor) if cursor else {}
    return {
        name: SeenFile(size, changed_ns, datetime.fromisoformat(since), bool(is_decided))
        for name, (size, changed_ns, since, *is_decided) in kept.items()
    }


def cursor_of(waiting: Mapping[str, SeenFile]) -> str:
    """Return what is to be remembered of the files that wait."""
    return json.dumps(
        {
            name: [look.size, look.changed_ns, look.since.isoformat(), *([1] if look.is_decided else [])]
            for name, look in sorted(waiting.items())
        }
    )


def _sheets(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the files that are meant for the import, and links to some, the oldest first."""
    found: list[tuple[str, os.stat_result]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            # Excel's lock files begin with ~$, half-written and hidden ones with a dot.
            if entry.name.startswith((".", "~$")):
                continue
            if Path(entry.name).suffix.casefold() not in {WORKBOOK, *OTHER_SHEETS}:
                continue
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if S_ISREG(status.st_mode) or S_ISLNK(status.st_mode):
                found.append((entry.name, status))
    found.sort(key=lambda item: (item[1].st_mtime_ns, item[0]))
    yield from found[:MOST_WAITING]


def _take(folder: Path, name: str, look: SeenFile, is_link: bool, store: Store, now: datetime, result: TakenIn) -> None:
    if look.is_decided:
        # Its run was asked for by the look before: had the process died then, the file would still be here to be found.
        if _move(folder / name, folder / TAKEN, look):
            result.taken[name] = "decisions"
        return
    try:
        _refuse_unread(name, look, is_link)
        content = _read(folder / name, look)
        if content is not None and _states_decisions(content):
            result.decisions[name] = content
            result.waiting[name] = replace(look, is_decided=True)
            return
        if content is not None:
            # What lacks its columns is refused here, where its owner looks, and not by a run that nobody sees.
            read_sheet(content)
        key = None if content is None else store(_shown(name), content, look.since)
    except WorkbookRefused as refused:
        is_maybe_unfinished = not is_link and now - look.since < PATIENCE
        if is_maybe_unfinished:
            result.waiting[name] = look
        elif _move(folder / name, folder / REFUSED, look, _explanation(name, refused, now)):
            result.refused[name] = str(refused)
        return
    if key is not None and _move(folder / name, folder / TAKEN, look):
        result.taken[name] = key


def _states_decisions(content: bytes) -> bool:
    """Tell whether a workbook states decisions. Raises WorkbookRefused for those that cannot be as they stand."""
    if not is_decisions(content):
        return False
    try:
        decisions_of_workbook(content)
    except DecisionRefused as refused:
        raise WorkbookRefused(str(refused)) from None
    return True


def _refuse_unread(name: str, look: SeenFile, is_link: bool) -> None:
    """Raise WorkbookRefused for what need not be opened to be refused."""
    if is_link:
        raise WorkbookRefused(LINK)
    if Path(name).suffix.casefold() != WORKBOOK:
        raise WorkbookRefused(f"Only {WORKBOOK} workbooks are taken. Save it as an Excel workbook ({WORKBOOK}).")
    refuse_large_file(look.size)


def _read(path: Path, look: SeenFile) -> bytes | None:
    """Return the bytes of a file, None if it is not as it was seen any more, or gone."""
    try:
        content, status = read_regular_file(path)
    except FileNotFoundError:
        return None
    return content if _is_as_seen(status, look) else None


def _move(path: Path, to: Path, look: SeenFile, explanation: str | None = None) -> bool:
    """Move a file into a folder under a name that is free there, and return whether it was still the one seen.

    An explanation is written beside it before, so that none is there without its own.
    """
    to.mkdir(exist_ok=True)
    target = reserve(to, path.stem, path.suffix)
    beside = target.with_name(f"{target.name}.txt")
    try:
        if explanation is not None:
            beside.write_text(explanation, "utf-8")
        path.replace(target)
    except OSError as error:
        target.unlink(missing_ok=True)
        if explanation is not None:
            beside.unlink(missing_ok=True)
        if isinstance(error, FileNotFoundError):
            return False
        raise
    if _is_as_seen(target.lstat(), look):
        return True
    # Somebody wrote another one under this name in the last moment: it is put back, and seen by the next look.
    target.replace(reserve(path.parent, path.stem, path.suffix))
    if explanation is not None:
        beside.unlink(missing_ok=True)
    return False


def _is_as_seen(status: os.stat_result, look: SeenFile) -> bool:
    return (status.st_size, status.st_mtime_ns) == (look.size, look.changed_ns)


def _explanation(name: str, refused: WorkbookRefused, now: datetime) -> str:
    return (
        f"{_shown(name)} was not imported ({now:%Y-%m-%d %H:%M} UTC).\n\n{refused}\n\n"
        "Nothing of it was written anywhere. Put the corrected file into the folder again.\n"
    )


def _shown(name: str) -> str:
    """Return a file's name as text, also where its bytes are no UTF-8."""
    return name.encode("utf-8", "replace").decode("utf-8")
