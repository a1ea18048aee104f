"""Looks into Administrate: whether a record is there, and whether it says anything that it was not found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Interval, func, literal, select

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.create_once import Look
from sync_assets.administrate.records import Record
from sync_assets.bridge.link import Link
from sync_assets.bridge.removals import is_too_many
from sync_assets.decisions.decision import DecisionRefused
from sync_assets.entities.entity import Entity
from sync_assets.entities.entity_creation import Elsewhere, Facts, InAdministrate
from sync_assets.errors import SyncError
from sync_assets.text import match_key

LASTS: Final = timedelta(seconds=60)
"""How long a look is good for: within it, the next decision need not ask again."""


@dataclass(frozen=True, slots=True)
class Known:
    """The records of an entity that the bridge has as live; `recent` are those that it has had for a short time."""

    ids: frozenset[str]
    recent: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sought:
    """The record that is looked for: what it may be matched on, our key, and its id, as far as they are known."""

    row_id: int
    keys: frozenset[str]
    facts: Facts
    code: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class RecordLook:
    """What a look found, and when it began. `trouble` says why finding none says nothing."""

    records: tuple[Record, ...]
    at: datetime
    trouble: str | None = None
    objection: str | None = None

    @property
    def look(self) -> Look:
        """The look as the rules of creating once see it."""
        return Look(tuple(record.id for record in self.records), is_controlled=self.trouble is None)


@dataclass(slots=True)
class _Listed:
    at: datetime
    records: dict[str, Record]
    trouble: str | None


def known_records(connection: Connection, link: Link, quiet: timedelta) -> Known:
    """Return the records that a list has to show."""
    table = link.table
    is_recent = table.c.created_at > func.now() - literal(quiet, Interval)
    rows = connection.execute(select(table.c.external_id, is_recent).where(table.c.removed_at.is_(None))).all()
    return Known(frozenset(row[0] for row in rows), frozenset(row[0] for row in rows if row[1]))


@dataclass(slots=True)
class Looks:
    """What Administrate has, read when it is first needed, and anew when that has aged.

    `client` opens the client when it is first needed. After `close` nothing is asked any more.
    """

    client: Callable[[], AdministrateClient]
    now: Callable[[], datetime]
    _lists: dict[str, _Listed | SyncError] = field(default_factory=dict)
    _elsewhere: dict[tuple[str, int], tuple[datetime, Elsewhere] | SyncError] = field(default_factory=dict)
    _made: defaultdict[str, dict[str, Record]] = field(default_factory=lambda: defaultdict(dict))
    _is_closed: bool = False

    def close(self) -> None:
        """Ask nothing any more: what has been seen so far is what there is."""
        self._is_closed = True

    def add(self, entity: Entity[Any], record: Record) -> None:
        """Note a record that was made in this run: it is there, whether a list shows it yet or not."""
        self._made[entity.name][record.id] = record

    def look(
        self, entity: Entity[Any], how: InAdministrate[Any], sought: Sought, known: Known, *, again: bool = False
    ) -> RecordLook:
        """Look for a record; with `again` nothing is taken from an earlier look.

        Raises SettingsError or AdministrateError; once closed, that of the look before.
        """
        listed = self._list(entity, known, again=again)
        records = {**listed.records, **self._made[entity.name]}
        found = [record for record in records.values() if _is_sought(record, how, sought)]
        if found or listed.trouble or how.look_elsewhere is None:
            return RecordLook(tuple(found), listed.at, None if found else listed.trouble)
        at, elsewhere = self._look_elsewhere(entity, how.look_elsewhere, sought, list(records.values()), again=again)
        return RecordLook((), min(at, listed.at), elsewhere.trouble, elsewhere.objection)

    def _list(self, entity: Entity[Any], known: Known, *, again: bool) -> _Listed:
        seen = self._lists.get(entity.name)
        if isinstance(seen, SyncError) and self._is_closed:
            raise seen
        if isinstance(seen, _Listed) and (self._is_closed or not (again or self.now() - seen.at > LASTS)):
            return seen
        self._refuse_if_closed(entity)
        at = self.now()
        try:
            seen = _Listed(at, *self._read(entity, known))
        except SyncError as error:
            self._lists[entity.name] = error
            raise
        self._lists[entity.name] = seen
        return seen

    def _read(self, entity: Entity[Any], known: Known) -> tuple[dict[str, Record], str | None]:
        """Return a list by id, and why it cannot be relied on to show everything, if that is so."""
        client = self.client()
        reading = entity.reads.whole(client)
        records: dict[str, Record] = {record.id: record for record in reading.records}
        for odd in reading.odd:
            if odd.id not in known.ids:
                return records, f"{odd.sentence} It may be the one that is wanted, or not."
        missing = sorted(known.ids - records.keys() - {odd.id for odd in reading.odd} - self._made[entity.name].keys())
        if not missing:
            return records, None
        one = f"the {entity.singular} {missing[0]}"
        lacks = f"Administrate's list of {entity.plural} does not show {one}"
        if not records or is_too_many(len(missing), len(known.ids)):
            return records, f"{lacks} and {len(missing) - 1} others that the last sync has read. Run a sync first."
        if late := known.recent.intersection(missing):
            return records, f"{lacks.replace(missing[0], min(late))} yet, which is new. It says nothing until it does."
        ids = list(records)
        there = entity.reads.those(client, missing, tuple(dict.fromkeys([ids[0], ids[-1]])))
        if there.records or there.odd:
            return records, f"{lacks}, which is there. Decide again."
        return records, None

    def _look_elsewhere(
        self,
        entity: Entity[Any],
        look: Callable[[AdministrateClient, Facts, Sequence[Any]], Elsewhere],
        sought: Sought,
        records: Sequence[Record],
        *,
        again: bool,
    ) -> tuple[datetime, Elsewhere]:
        place = (entity.name, sought.row_id)
        seen = self._elsewhere.get(place)
        if isinstance(seen, SyncError) and self._is_closed:
            raise seen
        if isinstance(seen, tuple) and (self._is_closed or not (again or self.now() - seen[0] > LASTS)):
            return seen
        self._refuse_if_closed(entity)
        at = self.now()
        try:
            elsewhere = look(self.client(), sought.facts, records)
        except SyncError as error:
            self._elsewhere[place] = error
            raise
        self._elsewhere[place] = at, elsewhere
        return at, elsewhere

    def _refuse_if_closed(self, entity: Entity[Any]) -> None:
        if self._is_closed:
            raise DecisionRefused(
                f"Administrate was not asked for this {entity.singular} before the rehearsal began, since the row was "
                "not there yet. Carry out the decisions before this one, and rehearse it then."
            )


def _is_sought(record: Record, how: InAdministrate[Any], sought: Sought) -> bool:
    if record.id == sought.external_id or match_key(how.key(record)) in sought.keys:
        return True
    return how.code is not None and sought.code is not None and getattr(record, how.code) == sought.code


def with_code(
    how: InAdministrate[Any], values: Mapping[str, Any], code: str | None
) -> tuple[dict[str, Any], str | None]:
    """Return an input with our key, and the key, where the record takes one and the row does not give one itself."""
    if how.code is None or code is None or values.get(how.code):
        return dict(values), None
    return {**values, how.code: code}, code
