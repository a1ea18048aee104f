"""`dagster dev` with the guarded webserver in place of Dagster's: webserver, daemon and code server of one machine."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from typing import Any, Final

from sync_assets.operations.instance import guarded_webserver
from sync_assets.operations.instance.dagster_internals import development

_start: Final[Callable[..., subprocess.Popen[bytes]]] = vars(development)["open_ipc_subprocess"]
_UNGUARDED: Final = ["-m", "dagster_webserver"]
_GUARDED: Final = ["-m", guarded_webserver.__name__]


def main() -> None:
    """Run `dagster dev` with the arguments of this process."""
    vars(development)["open_ipc_subprocess"] = _start_guarded
    development.dev_command(prog_name="dagster dev")


def _start_guarded(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    interpreter, *rest = command
    arguments = [*_GUARDED, *rest[2:]] if rest[:2] == _UNGUARDED else rest
    return _start([interpreter, *arguments], **options)


if __name__ == "__main__":
    main()
