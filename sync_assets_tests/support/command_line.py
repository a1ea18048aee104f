"""The command line `sync-assets`: as a process of its own, and in this one, which starts at once."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from sync_assets.cli import main

COMMAND = [sys.executable, "-c", "from sync_assets.cli import main; main()"]

Ended = subprocess.CompletedProcess[str]


def run_process(environment: Mapping[str, str], *arguments: str, cwd: Path | None = None) -> Ended:
    """Run a command in a process with this environment and nothing else."""
    command = [*COMMAND, *arguments]
    return subprocess.run(command, env=dict(environment), cwd=cwd, capture_output=True, text=True, check=False)


def run_here(environment: Mapping[str, str], *arguments: str) -> Ended:
    """Run a command in this process as if it were one of its own: its environment, its output, its exit status.

    What it changes of this process is as before when it ends. An exception that nothing catches is a traceback and
    status 1, as the interpreter has it.
    """
    output, errors = io.StringIO(), io.StringIO()
    with (
        patch.dict("os.environ", environment, clear=True),
        patch.object(sys, "argv", ["sync-assets", *arguments]),
        redirect_stdout(output),
        redirect_stderr(errors),
        _same_logging(),
        warnings.catch_warnings(),
    ):
        status = _status()
    return subprocess.CompletedProcess(["sync-assets", *arguments], status, output.getvalue(), errors.getvalue())


def _status() -> int:
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except Exception:  # noqa: BLE001 - the interpreter prints whatever comes
        traceback.print_exc()
        return 1
    return 0


@contextmanager
def _same_logging() -> Iterator[None]:
    disabled, level = logging.root.manager.disable, logging.getLogger("httpx").level
    try:
        yield
    finally:
        logging.disable(disabled)
        logging.getLogger("httpx").setLevel(level)
