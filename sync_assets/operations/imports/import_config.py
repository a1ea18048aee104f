"""What the launchpad takes for an import: the options, and a workbook that is named or given."""

from __future__ import annotations

import base64
from pathlib import Path

import dagster as dg
from pydantic import Field

from sync_assets.errors import SyncError
from sync_assets.event_import.import_options import MUTATIONS_PER_REQUEST, ImportOptions
from sync_assets.event_import.workbook.refusal import WorkbookRefused
from sync_assets.operations.imports.regular_files import read_regular_file
from sync_assets.settings import Settings
from sync_assets.shown_text import one_line

MOST_BASE64 = 1_400_000
"""Characters of a file in the run config, about 1 MB of file: the config is kept with the run, and shown."""
EXAMPLE = """
A whole example, which says what it would do and writes nothing:

```yaml
ops:
  store_events_upload:
    config:
      path: summer 2026.xlsx
      dry_run: true
```

Without a drop folder, give `content_base64` (what `base64 FILE` prints) and `file_name` in place of `path`.
"""


class UploadRefused(SyncError):
    """An upload did not come in a way that it can be taken in."""


class ImportConfig(dg.Config):
    """How an upload is imported."""

    dry_run: bool = Field(default=False, description="Validate, say what would be done, and write nothing anywhere.")
    all_or_nothing: bool = Field(default=False, description="Import no event while one event of the file is in error.")
    approve_instructors: bool = Field(
        default=False,
        description="Approve instructors for the course template in Administrate where that is missing, "
        "instead of holding the event back.",
    )
    apply_changes: bool = Field(
        default=False,
        description="Change events that are there already and differ from the file, on both sides. What somebody else "
        "has changed since is reported and left alone. Without it differences are reported, and nothing is changed.",
    )
    change_published: bool = Field(
        default=False, description="With apply_changes: change events that are published or have bookings, too."
    )
    mutations_per_request: int = Field(
        default=MUTATIONS_PER_REQUEST,
        ge=1,
        le=200,
        description="How many mutations travel in one request at most. It begins with few.",
    )

    def options(self) -> ImportOptions:
        """Return these options, with those of the settings."""
        settings = Settings.read()
        return ImportOptions(
            dry_run=self.dry_run,
            all_or_nothing=self.all_or_nothing,
            approve_instructors=self.approve_instructors,
            apply_changes=self.apply_changes,
            change_published=self.change_published,
            mutations_per_request=self.mutations_per_request,
            tax_type=settings.administrate_tax_type,
            code_prefix=settings.administrate_code_prefix,
            quiet_seconds=settings.administrate_quiet_seconds,
        )


class UploadConfig(ImportConfig):
    """A workbook and how it is to be imported: give either path or content_base64."""

    # Empty and not None: the launchpad scaffolds only what has a value.
    path: str = Field(
        default="", description="A workbook in the folder of SYNC_UPLOAD_DIR, absolute or relative to it. Empty: none."
    )
    content_base64: str = Field(
        default="",
        description=f"The workbook itself in base64, at most {MOST_BASE64:,} characters; line breaks do not matter. It "
        "stays in the run's config, so prefer path where there are names in it. Empty: none.",
    )
    file_name: str = Field(
        default="upload.xlsx",
        description="What the file is called, with content_base64. The same name and content are the same upload.",
    )


def uploaded_file(config: UploadConfig, folder: Path | None) -> tuple[str, bytes]:
    """Return the name and the bytes of the workbook that a config names. Raises UploadRefused, WorkbookRefused."""
    path, content = config.path.strip(), "".join(config.content_base64.split())
    if not path and not content:
        raise UploadRefused("Neither path nor content_base64 is set. Give either path or content_base64.")
    if path and content:
        raise UploadRefused("Both path and content_base64 are set. Give either path or content_base64, and not both.")
    if path:
        return _file_of(path, folder)
    if not config.file_name.strip() or not config.file_name.isprintable():
        raise UploadRefused(f"{one_line(config.file_name)!r} cannot be the name of a file.")
    return config.file_name, _decoded(content)


def _decoded(content: str) -> bytes:
    if len(content) > MOST_BASE64:
        raise UploadRefused(
            f"content_base64 has {len(content):,} characters, more than {MOST_BASE64:,}: put the file into the folder "
            "of SYNC_UPLOAD_DIR and give path, or use `sync-assets import`."
        )
    try:
        return base64.b64decode(content, validate=True)
    except ValueError as error:
        raise UploadRefused(
            f"content_base64 is not base64: {error}. Give what `base64 FILE` prints; line breaks do not matter."
        ) from None


def _file_of(given: str, folder: Path | None) -> tuple[str, bytes]:
    """Return the name and the bytes of a file in the folder for uploads, which is read as the drop folder is."""
    if folder is None:
        raise UploadRefused("SYNC_UPLOAD_DIR is not set, so no path can be read: set it, or use content_base64.")
    root = folder.resolve()
    try:
        # The folders may be links within the folder; the file itself must not be one.
        path = root / given
        path = path.parent.resolve() / path.name
        path.lstat()
    except FileNotFoundError:
        pass
    except (OSError, ValueError, RuntimeError):
        raise UploadRefused(f"{one_line(given)} cannot be the path of a file.") from None
    if not path.is_relative_to(root) or path == root:
        raise UploadRefused(f"{one_line(given)} is outside the folder of SYNC_UPLOAD_DIR.")
    try:
        return path.name, read_regular_file(path)[0]
    except WorkbookRefused as error:
        raise UploadRefused(f"{one_line(given)}: {error}") from None
    except OSError as error:
        raise UploadRefused(f"{one_line(given)} cannot be read: {error.strerror}.") from None
