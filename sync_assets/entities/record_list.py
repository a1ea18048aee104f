"""An entity's list in Administrate, with the query that stands beside the entity."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import load_document
from sync_assets.administrate.paging import ListQuery, ListReading, read_those, read_whole
from sync_assets.administrate.records import Record

R = TypeVar("R", bound=Record)


class RecordList(Generic[R]):
    """The records of a root connection.

    `document` is the query beside the entities, if it is not named as the connection is; `what` says what a record is,
    if not what the model's name says. `nested` are the connections within a record, `filters` say which records of
    the connection are meant, as (field, value).
    """

    def __init__(
        self,
        connection: str,
        model: type[R],
        *,
        what: str | None = None,
        document: str | None = None,
        nested: Sequence[str] = (),
        filters: Mapping[str, str] | None = None,
    ) -> None:
        self.model = model
        self.what = what or _words(model.__name__)
        self.query = ListQuery(
            load_document(__package__, document or _words(connection).replace(" ", "_")),
            connection,
            tuple(nested),
            filters=tuple(_equal(field, value) for field, value in (filters or {}).items()),
        )

    def whole(self, client: AdministrateClient) -> ListReading[R]:
        """Return all records. Raises AdministrateError."""
        return read_whole(client, self.query, self.model, self.what)

    def changed(self, client: AdministrateClient, field: str, since: datetime) -> ListReading[R]:
        """Return the records whose field of that name is a moment after `since`. Raises AdministrateError."""
        condition = {"field": field, "operation": "gt", "value": since.astimezone(UTC).isoformat(timespec="seconds")}
        query = replace(self.query, filters=(*self.query.filters, condition))
        return read_whole(client, query, self.model, self.what)

    def those(self, client: AdministrateClient, ids: Sequence[str], surely_there: Sequence[str]) -> ListReading[R]:
        """Return the records of these ids that the list still has. Raises AdministrateError."""
        return read_those(client, self.query, self.model, self.what, ids, surely_there=surely_there)


def _equal(field: str, value: str) -> Mapping[str, Any]:
    return {"field": field, "operation": "eq", "value": value}


def _words(name: str) -> str:
    """Return "price level" for PriceLevel and for priceLevel."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()
