"""What an entity is: a list in Administrate, a bridge table, how a record becomes rows, and what it is matched on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Table

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import load_document
from sync_assets.administrate.paging import ListQuery, read_list
from sync_assets.administrate.records import Record
from sync_assets.bridge.linking import Link
from sync_assets.bridge.writing import ForeignReference, Row
from sync_assets.entities.entity_creation import EntityCreation

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Entity(Generic[R]):
    """One kind of record that is kept in step.

    `name` is what people and the command line call it, `singular` and `plural` its words in sentences. `fetch` reads
    every record, `rows` turns one into rows of `table` (all with the same columns). `needs` names the entities whose
    rows have to be there first. `references` are columns that come as the external id of another entity's row.
    `creation` says how a record that one side lacks is made there; without it, none is.
    """

    name: str
    singular: str
    plural: str
    description: str
    table: Table
    fetch: Callable[[AdministrateClient], Iterable[R]]
    rows: Callable[[R], Iterable[Row]]
    key: tuple[str, ...] = ("external_id",)
    needs: tuple[str, ...] = ()
    references: tuple[ForeignReference, ...] = ()
    link: Link | None = None
    link_needs: tuple[str, ...] = ()
    creation: EntityCreation[R] | None = None


def whole_list(
    connection: str,
    model: type[R],
    what: str,
    *,
    document: str | None = None,
    nested: Sequence[str] = (),
) -> Callable[[AdministrateClient], list[R]]:
    """Return a `fetch` that reads a root connection whole, with the document of that name beside the entities."""
    query = ListQuery(load_document(__package__, document or connection), connection, tuple(nested))

    def fetch(client: AdministrateClient) -> list[R]:
        return read_list(client, query, model, what)

    return fetch
