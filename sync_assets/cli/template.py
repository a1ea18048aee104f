"""The command `template`."""

from __future__ import annotations

from pathlib import Path

from sync_assets.cli.console import open_console
from sync_assets.errors import SyncError
from sync_assets.event_import.upload_template import upload_template


def write_template(path: Path) -> None:
    """Write the template of an upload. Raises SyncError where the file is there already, or cannot be written."""
    content = upload_template()
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise SyncError(f"{path} is there already. Give the name of a new file.") from None
    except OSError as error:
        raise SyncError(f"{path} cannot be written: {error.strerror}.") from None
    open_console().print(f"Wrote {path}.", markup=False, highlight=False, soft_wrap=True)
