"""One temporary folder per run of the tests, so that runs beside each other never touch each other's files."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest

PREFIX = "sync-assets-tests-"
KEPT_SECONDS = 24 * 3600
"""How long the folder of a run that failed is kept, in which somebody may want to look for the reason."""


def use_own_folder(config: pytest.Config) -> None:
    """Let `tmp_path` and its kin be in a new folder, which goes when the process ends, unless a test has failed."""
    if is_worker(config) or config.option.basetemp:
        return
    _remove_old()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    config.option.basetemp = str(folder)
    # Exit functions run in reverse: the embedded server has registered its stop later, and is down by then.
    atexit.register(_remove, folder, config)


def folder_of_run(config: pytest.Config, factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all workers of a run share."""
    return factory.getbasetemp().parent if is_worker(config) else factory.getbasetemp()


def is_worker(config: pytest.Config) -> bool:
    """Tell whether this process is a worker that another pytest process has started."""
    return hasattr(config, "workerinput")


def _remove_old() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if folder.stat().st_mtime < time.time() - KEPT_SECONDS:
                shutil.rmtree(folder)


def _remove(folder: Path, config: pytest.Config) -> None:
    session = config.pluginmanager.get_plugin("session")
    failed = bool(session and getattr(session, "testsfailed", 0))
    shutil.rmtree(folder / "embedded" if failed else folder, ignore_errors=True)
    with suppress(OSError):
        # Where nothing is left to look at.
        folder.rmdir()
