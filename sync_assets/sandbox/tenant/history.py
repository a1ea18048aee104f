"""Earlier versions of records, for reads that lag behind the writes."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable

from sync_assets.sandbox.tenant.event_records import Event
from sync_assets.sandbox.tenant.records import Record


class History:
    """When records were made and removed, and what they were before each change. Moments are seconds of one clock.

    A version keeps the lists of its record, which are therefore replaced and never changed in place.
    """

    def __init__(self) -> None:
        self._made: dict[str, float] = {}
        self._versions: defaultdict[str, list[tuple[float, Record]]] = defaultdict(list)
        self._removed: list[tuple[float, Record]] = []

    def made(self, record: Record, at: float) -> None:
        """Note a record that was not there before."""
        self._made[record.id] = at

    def changing(self, record: Record, at: float) -> None:
        """Keep a record as it is, before it changes."""
        self._versions[record.id].append((at, copy.copy(record)))

    def removed(self, record: Record, at: float) -> None:
        """Note a record that is not there any more."""
        self._removed.append((at, record))

    def records_at(self, type_name: str, today: Iterable[Record], moment: float) -> list[Record]:
        """Return the records of a GraphQL type as they were, from those of today."""
        gone = (record for at, record in self._removed if at > moment and type_name == record.TYPE)
        return [version for each in (*today, *gone) if (version := self.record_at(each, moment)) is not None]

    def record_removed_after(self, record_id: str, moment: float) -> Record | None:
        """Return the record of an id that was removed later than that, None if there is none."""
        return next((record for at, record in self._removed if at > moment and record.id == record_id), None)

    def record_at(self, record: Record, moment: float) -> Record | None:
        """Return a record as it was, its sessions too if it is an event; None if it was not there yet."""
        if self._made.get(record.id, moment) > moment:
            return None
        version = next((kept for at, kept in self._versions.get(record.id, ()) if at > moment), record)
        if isinstance(version, Event):
            version = copy.copy(version)
            sessions = (self.record_at(session, moment) for session in version.sessions)
            version.sessions = [session for session in sessions if session is not None]  # type: ignore[misc]
        return version
