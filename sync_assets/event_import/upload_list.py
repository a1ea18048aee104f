"""The uploads with what has become of them, for those who look after them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, select, update

from sync_assets.bridge.planned_tables import EventState, planned_events
from sync_assets.event_import.import_tables import ImportOutcome, event_imports, event_uploads
from sync_assets.event_import.stored_uploads import UnknownUpload


class UploadState(StrEnum):
    """How far an upload has come."""

    NEW = "new"
    """Nobody has asked for its import."""
    ASKED_FOR = "asked_for"
    """Its import was asked for, and no run has begun."""
    UNDER_WAY = "under_way"
    """A run has begun, and has not come to its report; perhaps it never will."""
    ENDED = "ended"
    """Its last run has come to a report."""


@dataclass(frozen=True, slots=True)
class UploadEntry:
    """An upload without its bytes, its last run that came to a report, and its planned events by state.

    `counts` are the events of that run by outcome, `outcome` what it left to do. `size` is in bytes.
    """

    key: str
    file_name: str
    size: int
    way_in: str
    options: Mapping[str, Any]
    uploaded_at: datetime
    uploaded_by: str | None
    corrects: str | None
    requested_at: datetime | None
    requested_by: str | None
    run_id: str | None
    is_dry_run: bool
    started_by: str | None
    ended_at: datetime | None
    outcome: ImportOutcome | None
    counts: Mapping[str, int]
    unavailable: str | None
    last_run_id: str | None
    is_run_ended: bool
    waiting: int = 0
    events: Mapping[EventState, int] = field(default_factory=dict)

    @property
    def state(self) -> UploadState:
        """How far it has come."""
        is_older = self.ended_at is None or (self.requested_at is not None and self.ended_at < self.requested_at)
        if self.requested_at is not None and is_older and not self.is_run_ended:
            return UploadState.ASKED_FOR if self.run_id is None else UploadState.UNDER_WAY
        return UploadState.NEW if self.ended_at is None else UploadState.ENDED

    @property
    def living_events(self) -> int:
        """How many of its planned events have not been withdrawn."""
        return sum(count for state, count in self.events.items() if state is not EventState.WITHDRAWN)


def list_uploads(connection: Connection, *, limit: int, before: datetime | None = None) -> list[UploadEntry]:
    """Return the uploads that came last, the newest first; those `before` a moment, if one is given."""
    uploads = _uploads()
    if before is not None:
        uploads = uploads.where(event_uploads.c.uploaded_at < before)
    return _entries(connection, uploads.order_by(event_uploads.c.uploaded_at.desc()).limit(limit))


def find_upload(connection: Connection, key: str) -> UploadEntry:
    """Return an upload. Raises UnknownUpload."""
    found = _entries(connection, _uploads().where(event_uploads.c.key == key))
    if not found:
        raise UnknownUpload("There is no such upload. Upload the file first.")
    return found[0]


def _uploads() -> Select[Any]:
    uploads, imports, own = event_uploads, event_imports, event_imports.alias()
    last = (
        select(imports.c.upload_key, func.max(imports.c.id).label("id"))
        .where(imports.c.ended_at.is_not(None))
        .group_by(imports.c.upload_key)
        .subquery()
    )
    return (
        select(
            uploads.c.key,
            uploads.c.file_name,
            uploads.c.size,
            uploads.c.way_in,
            uploads.c.options,
            uploads.c.uploaded_at,
            uploads.c.uploaded_by,
            uploads.c.corrects,
            uploads.c.requested_at,
            uploads.c.requested_by,
            uploads.c.run_id,
            func.coalesce(imports.c.dry_run, False).label("is_dry_run"),
            imports.c.started_by,
            imports.c.ended_at,
            imports.c.outcome,
            imports.c.counts,
            imports.c.unavailable,
            imports.c.run_id.label("last_run_id"),
            exists().where(own.c.run_id == uploads.c.run_id, own.c.ended_at.is_not(None)).label("is_run_ended"),
        )
        .outerjoin(last, last.c.upload_key == uploads.c.key)
        .outerjoin(imports, imports.c.id == last.c.id)
    )


def _entries(connection: Connection, uploads: Select[Any]) -> list[UploadEntry]:
    rows = connection.execute(uploads).all()
    events: dict[str, dict[EventState, int]] = {}
    waiting: dict[str, int] = {}
    table = planned_events
    waits = func.count().filter(
        and_(table.c.failure.is_not(None), table.c.state.not_in([EventState.REFUSED, EventState.WITHDRAWN]))
    )
    counts = (
        select(table.c.upload_key, table.c.state, func.count(), waits)
        .where(table.c.upload_key.in_([row.key for row in rows]))
        .group_by(table.c.upload_key, table.c.state)
    )
    for key, state, count, waits_now in connection.execute(counts):
        events.setdefault(key, {})[EventState(state)] = count
        waiting[key] = waiting.get(key, 0) + waits_now
    entries = []
    for row in rows:
        values = dict(row._mapping)
        outcome = None if row.outcome is None else ImportOutcome(row.outcome)
        values |= {"outcome": outcome, "counts": row.counts or {}}
        entries.append(UploadEntry(**values, waiting=waiting.get(row.key, 0), events=events.get(row.key, {})))
    return entries


def note_uploader(connection: Connection, key: str, who: str, corrects: str | None = None) -> None:
    """Note who brought an upload, and which one it corrects; what is noted already stays."""
    table = event_uploads
    # A file that is uploaded again corrects nothing, least of all itself.
    origin = None if corrects == key else corrects
    values = {
        "uploaded_by": func.coalesce(table.c.uploaded_by, who),
        "corrects": func.coalesce(table.c.corrects, origin),
    }
    connection.execute(update(table).where(table.c.key == key).values(**values))


@dataclass(frozen=True, slots=True)
class NotedRequest:
    """What an upload says of the import that was asked for last, whichever it was."""

    requested_at: datetime | None
    requested_by: str | None
    options: Mapping[str, Any]
    started_at: datetime | None
    run_id: str | None


def begin_import(
    connection: Connection, key: str, options: Mapping[str, Any], who: str, now: datetime
) -> NotedRequest | None:
    """Note that somebody asks for the import, and that a run is being launched for it: no other is to take it up.

    Return what was noted before, None where there is no such upload.
    """
    table = event_uploads
    columns = (table.c.requested_at, table.c.requested_by, table.c.options, table.c.started_at, table.c.run_id)
    before = connection.execute(select(*columns).where(table.c.key == key).with_for_update()).one_or_none()
    connection.execute(
        update(table)
        .where(table.c.key == key)
        .values(requested_at=now, requested_by=who, options=dict(options), started_at=now, run_id=None)
    )
    return None if before is None else NotedRequest(*before)


def note_run(connection: Connection, key: str, run_id: str) -> None:
    """Note the run that was launched; nothing happens where one is noted, or where no page has launched one."""
    table = event_uploads
    connection.execute(
        update(table)
        .where(table.c.key == key, table.c.started_at.is_not(None), table.c.run_id.is_(None))
        .values(run_id=run_id)
    )


def take_back_import(connection: Connection, key: str, now: datetime, before: NotedRequest | None) -> None:
    """Take back what `begin_import` noted at a moment, since the run could not be launched: `before` holds again.

    A request that no run had taken up is taken up yet, and of an import that ended it is still told who asked for it.
    """
    if before is None:
        return
    table = event_uploads
    connection.execute(
        update(table)
        .where(table.c.key == key, table.c.requested_at == now, table.c.run_id.is_(None))
        .values(
            requested_at=before.requested_at,
            requested_by=before.requested_by,
            options=dict(before.options),
            started_at=before.started_at,
            run_id=before.run_id,
        )
    )
