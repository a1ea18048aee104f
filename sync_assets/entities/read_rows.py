"""What a sync has read of an entity so far: its rows, the records that do not fit, and which known rows are absent."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection

from sync_assets.administrate.errors import UnexpectedRecord
from sync_assets.administrate.paging import ListReading
from sync_assets.bridge.removals import AbsentRow, absent_rows, is_too_many
from sync_assets.bridge.writing import Row
from sync_assets.entities.entity import Entity


class ReadRows:
    """The rows of an entity by their key, and the sentences of its odd records by their id.

    `surely_there` are ids of records that have just been read.
    """

    def __init__(self, entity: Entity[Any]) -> None:
        self.entity = entity
        self.rows: dict[tuple[Any, ...], Row] = {}
        self.odd: dict[str, str] = {}
        self.surely_there: tuple[str, ...] = ()
        self._count = 0

    def take(self, reading: ListReading[Any], *, may_all_be_odd: bool = False) -> None:
        """Take records in; a row that came before gives way.

        Raises UnexpectedRecord where too many do not fit; of a few records that changed, all may be odd.
        """
        self._count += len(reading.records) + len(reading.odd)
        self.odd.update({odd.id: odd.sentence for odd in reading.odd})
        if (
            self.odd
            and not may_all_be_odd
            and (len(self.odd) == self._count or is_too_many(len(self.odd), self._count))
        ):
            raise UnexpectedRecord(
                f"{len(self.odd)} of {self._count} records of the {self.entity.plural} do not fit, too many to leave "
                f"them as they are. Nothing was changed. The first: {next(iter(self.odd.values()))}"
            )
        for record in reading.records:
            for row in self.entity.rows(record):
                self.rows[tuple(row[name] for name in self.entity.key)] = row
        ids = [record.id for record in reading.records]
        self.surely_there = self.surely_there or tuple(dict.fromkeys([*ids[:1], *ids[-1:]]))

    def absent(self, connection: Connection) -> list[AbsentRow]:
        """Return the live rows that were not read, those of odd records aside."""
        entity = self.entity
        found = absent_rows(
            connection, entity.table, self.rows, entity.key, record_id=entity.record_id, per=entity.removals_per
        )
        return [row for row in found if row.record_id not in self.odd]

    @property
    def groups(self) -> Counter[str | None]:
        """How many rows were read, by the value that bounds removals."""
        per = self.entity.removals_per
        return Counter(row[per] if per else None for row in self.rows.values())
