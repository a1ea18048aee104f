"""Reads whole lists from Administrate's connections, which silently cut every page at 100 rows, nested ones too.

The next page starts after the rows that came, not after the rows that were asked for. The first page gives
`totalRecords`; the others are fetched concurrently. A list that does not add up is read once more, since somebody may
have added or deleted a record in between. If it still does not add up, that is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import Document
from sync_assets.administrate.errors import IncompleteList, NoData, NotGraphQL
from sync_assets.administrate.records import Record, parse_record
from sync_assets.administrate.retries import retry_context

PAGE = 100
"""Rows to ask for: the most that Administrate gives (vendor's documentation of connections)."""

R = TypeVar("R", bound=Record)
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A root connection to read whole.

    The document takes `$first: Int!` and `$offset: Int!`, orders by id, and asks for `pageInfo { totalRecords }`. For
    each nested connection it takes `$<name>Offset: Int` and asks for `pageInfo { totalRecords }` there too.
    """

    document: Document
    connection: str
    nested: tuple[str, ...] = ()
    variables: tuple[tuple[str, Any], ...] = ()


def read_list(client: AdministrateClient, query: ListQuery, model: type[R], what: str) -> list[R]:
    """Return every record of a connection, nested connections complete, ordered by offset.

    Raises AdministrateError; IncompleteList where the list does not add up, twice.
    """
    for attempt in retry_context(on=IncompleteList, attempts=2, timeout=None, wait_initial=0.1, wait_max=0.2):
        with attempt:
            records = _read_once(client, query, model, what)
    return records


def _read_once(client: AdministrateClient, query: ListQuery, model: type[R], what: str) -> list[R]:
    first = _page(client, query, 0)
    size, total = len(first.nodes), first.total
    records = _records(client, query, first, model, what)
    if size == 0 or size >= total:
        _verify(query, records, total, more=first.has_next and size >= total)
        return records

    def part(start: int) -> list[R]:
        found: list[R] = []
        stop = min(start + size, total)
        while start < stop:
            page = _page(client, query, start)
            if not page.nodes:
                break
            found += _records(client, query, page, model, what)
            start += len(page.nodes)
        return found

    with ThreadPoolExecutor(client.connection.concurrency) as pool:
        for found in pool.map(part, range(size, total, size)):
            records += found
    _verify(query, records, total, more=False)
    return records


def _verify(query: ListQuery, records: Sequence[Record], total: int, *, more: bool) -> None:
    distinct = len({record.id for record in records})
    if len(records) != total or distinct != total or more:
        repeats = f", {len(records) - distinct} of them twice" if distinct < len(records) else ""
        raise IncompleteList(
            f"Administrate's list {query.connection} does not add up: it says that it has {total} records"
            f"{' and more' if more else ''} and gave {len(records)}{repeats}. Nothing was changed; run the sync again, "
            "and if it stays so, look at the list in Administrate."
        )


@dataclass(frozen=True, slots=True)
class _Page:
    offset: int
    nodes: list[Node]
    total: int
    has_next: bool


def _page(client: AdministrateClient, query: ListQuery, offset: int, **nested_offsets: int) -> _Page:
    variables = {**dict(query.variables), "first": PAGE, "offset": offset, **nested_offsets}
    data = client.query(query.document, variables)
    found, total, has_next = _connection(data.get(query.connection), query.connection)
    return _Page(offset, found, total, has_next)


def _connection(value: object, name: str) -> tuple[list[Node], int, bool]:
    if value is None:
        raise NoData(f"Administrate answered with null in place of the list {name}.")
    try:
        info: Mapping[str, Any] = value["pageInfo"]  # type: ignore[index]
        found = [edge["node"] for edge in value["edges"]]  # type: ignore[index]
        return found, int(info["totalRecords"]), bool(info.get("hasNextPage"))
    except (KeyError, TypeError, ValueError):
        raise NotGraphQL(f"Administrate's list {name} is not a connection with edges and pageInfo.") from None


def _records(client: AdministrateClient, query: ListQuery, page: _Page, model: type[R], what: str) -> list[R]:
    for name in query.nested:
        _complete(client, query, page, name)
    return [parse_record(model, node, what) for node in page.nodes]


def _complete(client: AdministrateClient, query: ListQuery, page: _Page, name: str) -> None:
    """Read on in a nested connection of a page's records until each has all of its rows.

    The same page is asked for again with a further nested offset: that needs no filter, whose reach is undocumented.
    """
    by_id = {node.get("id"): node for node in page.nodes if isinstance(node, dict)}
    while unfinished := list(_unfinished(by_id.values(), name)):
        offset = min(len(node[name]["edges"]) for node in unfinished)
        again = _page(client, query, page.offset, **{f"{name}Offset": offset})
        progress = 0
        for node in again.nodes:
            known = by_id.get(node.get("id"))
            if known is None:
                raise IncompleteList(f"Administrate's list {query.connection} changed while it was read; run again.")
            further = node[name]["edges"]
            progress += len(further)
            known[name]["edges"] = known[name]["edges"][:offset] + further if further else known[name]["edges"]
        if progress == 0:
            raise IncompleteList(
                f"Administrate's {name} of {len(unfinished)} records in {query.connection} break off after {offset} "
                "rows although more are announced; run again."
            )


def _unfinished(found: Iterator[Node] | Any, name: str) -> Iterator[Node]:
    for node in found:
        edges, total, _ = _connection(node.get(name), name)
        if len(edges) < total:
            yield node
