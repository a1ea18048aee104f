"""The settings: whether all are usable, none is missing and none misspelt; and the folders that they name."""

from __future__ import annotations

import difflib
import os
import shutil
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from sync_assets.operations.doctor.finding import Findings
from sync_assets.settings import Settings

PREFIXES: Final = ("SYNC_", "ADMINISTRATE_")
ALLOWED_PER_MINUTE: Final = 1200
"""Requests per minute that Administrate allows on average per address: 6,000 in 5 minutes (vendor's documentation)."""
LITTLE_SPACE: Final = 500 * 1024**2
"""Bytes of free disk space; less is worth a warning."""
CREDENTIALS: Final = (
    "administrate_api_url",
    "administrate_token_url",
    "administrate_client_id",
    "administrate_client_secret",
)


def look_at_settings(findings: Findings) -> Settings | None:
    """Examine each setting, and return them with the default in place of each that cannot be used."""
    settings, wrong = _read()
    for name, why in wrong.items():
        findings.wrong(name.upper(), f"It cannot be used: {why}.", "Correct it in the environment.")
    _look_for_misspelt(findings)
    if settings is None:
        return None
    set_ = [name.upper() for name in sorted(settings.model_fields_set) if name not in wrong]
    if missing := [name.upper() for name in CREDENTIALS if getattr(settings, name) is None and name not in wrong]:
        findings.wrong(
            "settings",
            f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set.",
            "Set what is missing in the environment; the README lists all settings.",
        )
    else:
        findings.ok("settings", f"Set: {', '.join(set_)}.")
    _look_at_rate(findings, settings)
    return settings


def _read() -> tuple[Settings | None, dict[str, str]]:
    try:
        return Settings(), {}
    except ValidationError as error:
        wrong = {
            ".".join(str(part) for part in item["loc"]): item["msg"].removeprefix("Value error, ").rstrip(".")
            for item in error.errors(include_url=False, include_input=False)
        }
    usable: dict[str, Any] = {
        name: field.get_default(call_default_factory=True)
        for name, field in Settings.model_fields.items()
        if name in wrong
    }
    try:
        return Settings(**usable), wrong
    except ValidationError:
        return None, wrong


def _look_for_misspelt(findings: Findings) -> None:
    known = [name.upper() for name in Settings.model_fields]
    for name in sorted(os.environ):
        if name.startswith(PREFIXES) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            advice = f"Did you mean {near[0]}?" if near else "Remove it, or look for its name in the README."
            findings.warn(name, "There is no setting of this name, so it is not read.", advice)


def _look_at_rate(findings: Findings, settings: Settings) -> None:
    rate = settings.administrate_requests_per_minute
    if rate < ALLOWED_PER_MINUTE:
        findings.ok("rate limit", f"At most {rate} requests per minute; Administrate allows {ALLOWED_PER_MINUTE}.")
    else:
        findings.warn(
            "rate limit",
            f"ADMINISTRATE_REQUESTS_PER_MINUTE is {rate}; Administrate allows {ALLOWED_PER_MINUTE} on average for all "
            "requests from one address.",
            "Set it to less; 1100 leaves room for other programs.",
        )


def look_at_folders(findings: Findings, settings: Settings) -> None:
    """Examine the folders that the project writes to."""
    with findings.looking_at("local folder"):
        folder = settings.sync_local_dir.absolute()
        existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
        if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
            findings.wrong(
                "local folder",
                f"SYNC_LOCAL_DIR is {folder}, and {existing} is not writable.",
                "Give this user the right to write there, or choose another folder.",
            )
        else:
            _look_at_space(findings, folder, existing)
    with findings.looking_at("upload folder"):
        _look_at_uploads(findings, settings.sync_upload_dir)


def _look_at_space(findings: Findings, folder: Path, existing: Path) -> None:
    free = shutil.disk_usage(existing).free
    if free < LITTLE_SPACE:
        sentence = f"{folder} is writable, but its disk has only {free // 1024**2} MB left."
        findings.warn("local folder", sentence, "Free some space before reports and logs no longer fit.")
    else:
        findings.ok("local folder", f"{folder} is writable; {free / 1024**3:.1f} GB are free.")


def _look_at_uploads(findings: Findings, folder: Path | None) -> None:
    if folder is None:
        findings.ok("upload folder", "SYNC_UPLOAD_DIR is not set: there is no drop folder.")
    elif not folder.is_dir():
        sentence = f"SYNC_UPLOAD_DIR is {folder}, which is not a folder."
        findings.wrong("upload folder", sentence, "Create it, or correct the setting.")
    elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        findings.wrong(
            "upload folder",
            f"SYNC_UPLOAD_DIR is {folder}, and this user cannot read and write there.",
            "Give this user the right to: uploads are read there, and moved.",
        )
    else:
        findings.ok("upload folder", f"{folder} is readable and writable.")
