"""Stored uploads: the files in the database, where every worker can run them again, and the imports asked for."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any, Final

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from sync_assets.errors import SyncError
from sync_assets.event_import.import_tables import event_uploads
from sync_assets.event_import.workbook.sheet import refuse_unreadable_archive

LONGEST_SLUG: Final = 80
_HASH_DIGITS: Final = (8, 16, 64)
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9._]+")


class UnknownUpload(SyncError):
    """There is no upload with this key."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A stored file: its key, its name as it came, its bytes, and how it came."""

    key: str
    file_name: str
    content: bytes
    way_in: str
    options: Mapping[str, Any]
    uploaded_at: datetime


def upload_key(file_name: str, content: bytes, digits: int = _HASH_DIGITS[0]) -> str:
    """Return the key of a file: its name in [a-z0-9._-] without the extension, and the start of its SHA-256."""
    plain = unicodedata.normalize("NFKD", PurePath(file_name.replace("\\", "/")).stem).encode("ascii", "ignore")
    slug = _NOT_IN_SLUGS.sub("-", plain.decode().lower())[:LONGEST_SLUG].strip("-._")
    return f"{slug or 'upload'}_{hashlib.sha256(content).hexdigest()[:digits]}"


def store_upload(
    connection: Connection, file_name: str, content: bytes, way_in: str, options: Mapping[str, Any], now: datetime
) -> str:
    """Store a file, unless it is there already, and return its key.

    The same name and content give the same key, another content another key. `way_in` says how it came, `options` with
    which options it was to be imported. Raises WorkbookRefused for bytes that are no workbook or too many.
    """
    refuse_unreadable_archive(content)
    sha256 = hashlib.sha256(content).hexdigest()
    row = {
        "file_name": file_name,
        "size": len(content),
        "sha256": sha256,
        "content": content,
        "way_in": way_in,
        "options": dict(options),
        "uploaded_at": now,
    }
    for digits in _HASH_DIGITS:
        key = upload_key(file_name, content, digits)
        connection.execute(insert(event_uploads).values(key=key, **row).on_conflict_do_nothing())
        if connection.scalar(select(event_uploads.c.sha256).where(event_uploads.c.key == key)) == sha256:
            return key
    raise AssertionError("two contents have the same SHA-256")


def load_upload(connection: Connection, key: str) -> Upload:
    """Return a stored file. Raises UnknownUpload."""
    found = connection.execute(select(event_uploads).where(event_uploads.c.key == key)).one_or_none()
    if found is None:
        raise UnknownUpload(f"There is no upload {key} in {event_uploads.fullname}. Upload the file first.")
    return Upload(found.key, found.file_name, found.content, found.way_in, found.options, found.uploaded_at)


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """An upload whose import was asked for, when, and with which options."""

    key: str
    requested_at: datetime
    options: Mapping[str, Any]

    @property
    def id(self) -> str:
        """What makes it this request: the upload and the moment."""
        return f"{self.key}:{self.requested_at.astimezone(UTC).isoformat()}"


def request_import(connection: Connection, key: str, options: Mapping[str, Any], now: datetime) -> None:
    """Ask for a run of a stored upload with these options; asking again asks for another run."""
    table = event_uploads
    connection.execute(
        update(table)
        .where(table.c.key == key)
        .values(requested_at=now, requested_by=None, options=dict(options), started_at=None, run_id=None)
    )


def open_requests(connection: Connection) -> list[ImportRequest]:
    """Return the requests that no run has taken up, the oldest first."""
    table = event_uploads
    asked = select(table.c.key, table.c.requested_at, table.c.options).where(
        table.c.requested_at.is_not(None), table.c.started_at.is_(None)
    )
    return [ImportRequest(*row) for row in connection.execute(asked.order_by(table.c.requested_at, table.c.key))]


def take_up_request(connection: Connection, request_id: str, run_id: str, now: datetime) -> None:
    """Note that a run has begun with a request; nothing happens where the upload was asked for anew since then."""
    table = event_uploads
    key, _, moment = request_id.partition(":")
    try:
        asked = (table.c.key == key, table.c.requested_at == datetime.fromisoformat(moment))
    except ValueError:
        # The run key of something else.
        return
    connection.execute(update(table).where(*asked).values(started_at=now, run_id=run_id))
