"""What an entity is: a list in Administrate, a bridge table, how a record becomes rows, and what it is matched on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, Table

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.errors import UnexpectedRecord
from sync_assets.administrate.paging import ListReading
from sync_assets.administrate.records import Record
from sync_assets.bridge.link import Link
from sync_assets.bridge.writing import ForeignReference, Row
from sync_assets.entities.entity_creation import EntityCreation
from sync_assets.entities.record_list import RecordList

R = TypeVar("R", bound=Record)


class Reading(Protocol[R]):
    """How an entity's records are read: by a `RecordList`, or by what an entity has of its own.

    Both methods raise AdministrateError.
    """

    def whole(self, client: AdministrateClient) -> ListReading[R]:
        """Return all records."""

    def those(self, client: AdministrateClient, ids: Sequence[str], surely_there: Sequence[str]) -> ListReading[R]:
        """Return the records of these ids that are still there, asked for in a way that does not rest on pages.

        `surely_there` are ids of records that have just been read.
        """


def one_row(record: Record) -> Iterator[Row]:
    """Turn a record into one row, a column for each of its fields."""
    yield record.as_row()


@dataclass(frozen=True, slots=True)
class Changes(Generic[R]):
    """How changed records are found: the list, its field with the time of the last change, and our column of it.

    Records without such a time are all read; nothing follows from one that does not come, as with those that have one.
    """

    reads: RecordList[R]
    field: str | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Generic[R]):
    """One kind of record that is kept in step.

    `name` is what people and the command line call it; in sentences it is `singular`, or `plural` (unset: the name).
    `reads` are its records in Administrate, `rows` turns one into rows of `table` (all with the same columns), of which
    `key` tells one from another. `record_id` is the id of the record that a row comes from, if that is not the row's
    own. Removals are bounded for each value of the column `removals_per` by itself. `needs` names the entities whose
    rows have to be there first. One that is read `after_reference` is read after all that are not, so that what its
    records refer to is known by then; it does not need rows of them. `references` are columns that come as the external
    id of another entity's row. `link` says what its tutorial rows are, `link_needs` which links have to be there
    before, and `link_reads` which entities are read before by those who read all. `creation` says how a record that one
    side lacks is made there; without it, none is. A tenant may have no record of one that `may_be_empty`. `numbers`
    counts what a chart over time is drawn of, by names. `changes` says how the records that changed are told from the
    others; without it, a list is always read whole.
    """

    name: str
    singular: str
    description: str
    table: Table
    reads: Reading[R]
    plural: str = ""
    rows: Callable[[R], Iterable[Row]] = one_row
    key: tuple[str, ...] = ("external_id",)
    record_id: ColumnElement[Any] | None = None
    removals_per: str | None = None
    needs: tuple[str, ...] = ()
    after_reference: bool = False
    references: tuple[ForeignReference, ...] = ()
    link: Link | None = None
    link_needs: tuple[str, ...] = ()
    link_reads: tuple[str, ...] = ()
    creation: EntityCreation[R] | None = None
    may_be_empty: bool = False
    numbers: Callable[[Connection], Mapping[str, int]] | None = None
    changes: Changes[R] | None = None

    def __post_init__(self) -> None:
        if not self.plural:
            object.__setattr__(self, "plural", self.name.replace("_", " "))

    def fetch(self, client: AdministrateClient) -> list[R]:
        """Return all records. Raises AdministrateError; UnexpectedRecord where one does not fit."""
        reading = self.reads.whole(client)
        for odd in reading.odd:
            raise UnexpectedRecord(odd.sentence)
        return list(reading.records)


__all__ = ["Changes", "Entity", "Reading", "RecordList", "one_row"]
