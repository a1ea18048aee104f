"""One temporary folder per run of the tests, so that runs beside each other never touch each other's files.

The databases of a run are in memory where the machine has room for them: to copy a database there takes a twentieth of
the time, which nearly every test pays.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest

PREFIX = "sync-assets-tests-"
KEPT_SECONDS = 24 * 3600
"""How long the folder of a run that failed is kept, in which somebody may want to look for the reason."""
MEMORY = Path("/dev/shm")  # noqa: S108 - the folder itself is not written to, only a new folder in it
ROOM_IN_MEMORY = 4 * 2**30
"""Bytes that have to be free in memory: a run has taken less than a quarter of it."""


def use_own_folder(config: pytest.Config) -> None:
    """Let `tmp_path` and its kin be in a new folder, which goes when the process ends, unless a test has failed."""
    if is_worker(config) or config.option.basetemp:
        return
    _remove_old()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    config.option.basetemp = str(folder)
    if _has_room_in_memory():
        _in_memory(folder).mkdir()
    # Exit functions run in reverse: the embedded server has registered its stop later, and is down by then.
    atexit.register(_remove, folder, config)


def folder_of_run(config: pytest.Config, factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all workers of a run share."""
    return factory.getbasetemp().parent if is_worker(config) else factory.getbasetemp()


def folder_of_server(config: pytest.Config, factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the embedded server that all workers of a run share."""
    folder = folder_of_run(config, factory)
    # The first process of the run has decided, so that all workers agree.
    return in_memory if (in_memory := _in_memory(folder)).is_dir() else folder / "embedded"


def is_in_memory(folder: Path) -> bool:
    """Tell whether files of a folder are in memory."""
    return folder.is_relative_to(MEMORY)


def is_worker(config: pytest.Config) -> bool:
    """Tell whether this process is a worker that another pytest process has started."""
    return hasattr(config, "workerinput")


def _has_room_in_memory() -> bool:
    with suppress(OSError):
        return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM_IN_MEMORY
    return False


def _in_memory(folder: Path) -> Path:
    return MEMORY / folder.name


def _remove_old() -> None:
    for place in (Path(tempfile.gettempdir()), MEMORY):
        for folder in place.glob(f"{PREFIX}*"):
            with suppress(OSError):
                if folder.stat().st_mtime < time.time() - KEPT_SECONDS:
                    shutil.rmtree(folder)


def _remove(folder: Path, config: pytest.Config) -> None:
    session = config.pluginmanager.get_plugin("session")
    failed = bool(session and getattr(session, "testsfailed", 0))
    shutil.rmtree(_in_memory(folder), ignore_errors=True)
    shutil.rmtree(folder / "embedded" if failed else folder, ignore_errors=True)
    with suppress(OSError):
        # Where nothing is left to look at.
        folder.rmdir()
