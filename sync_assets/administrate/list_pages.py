"""One page of a connection of Administrate, with the nested connections of its records complete.

Administrate cuts every page at 100 rows without a word, nested ones too. A page is stepped by the rows that came, never
by the rows that were asked for. A page of a nested list begins with the last row of the page before: where that row is
no longer there, a row has gone or come in between, and another one may have slipped through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import Document
from sync_assets.administrate.errors import IncompleteList, NoData, NotGraphQL, UnexpectedRecord

PAGE = 100
"""Rows to ask for: the most that Administrate gives (vendor's documentation of connections)."""

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A root connection to read whole.

    The document takes `$first: Int!` and `$offset: Int!`, orders by id, and asks for `pageInfo { totalRecords }`. For
    each nested connection it takes `$<name>Offset: Int`, orders by id and asks for `pageInfo { totalRecords }` there
    too. Where there are `filters`, in the shape of the API's inputs, it takes `$filters`.
    """

    document: Document
    connection: str
    nested: tuple[str, ...] = ()
    variables: tuple[tuple[str, Any], ...] = ()
    filters: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Records from `offset` on, each with an id, and how many the whole list has."""

    offset: int
    nodes: list[Node]
    total: int
    has_next: bool

    @property
    def end(self) -> int:
        """The offset behind the last record."""
        return self.offset + len(self.nodes)


def read_page(client: AdministrateClient, query: ListQuery, offset: int) -> Page:
    """Return the page at an offset. Raises AdministrateError; IncompleteList where a nested list does not add up."""
    page = _ask(client, query, offset)
    for name in query.nested:
        _complete(client, query, page, name)
    return page


def _ask(client: AdministrateClient, query: ListQuery, offset: int, **nested_offsets: int) -> Page:
    variables: dict[str, Any] = {**dict(query.variables), "first": PAGE, "offset": offset, **nested_offsets}
    if query.filters:
        variables["filters"] = list(query.filters)
    data = client.query(query.document, variables)
    nodes, total, has_next = _connection(data.get(query.connection), query.connection)
    for node in nodes:
        for name in query.nested:
            _connection(node.get(name), f"{name} of {node['id']} in {query.connection}")
    return Page(offset, nodes, total, has_next)


def _connection(value: object, what: str) -> tuple[list[Node], int, bool]:
    """Return the records of a connection, its total and whether more follow; null is never taken for empty."""
    if value is None:
        raise NoData(f"Administrate answered with null in place of the list {what}. Nothing was changed; run again.")
    try:
        info: Mapping[str, Any] = value["pageInfo"]  # type: ignore[index]
        found = [edge and edge["node"] for edge in value["edges"]]  # type: ignore[index]
        total, has_next = int(info["totalRecords"]), bool(info.get("hasNextPage"))
    except (KeyError, TypeError, ValueError):
        raise NotGraphQL(f"Administrate's list {what} is not a connection with edges and pageInfo.") from None
    for number, node in enumerate(found, start=1):
        if node is None:
            raise NoData(
                f"Administrate answered with null in place of record {number} of a page of the list {what}. Nothing "
                "was changed; run again, and if it stays so, check the rights of the user whom the credentials act for."
            )
        if not isinstance(node, dict) or not isinstance(node.get("id"), str):
            raise UnexpectedRecord(f"Record {number} of a page of Administrate's list {what} has no id.")
    return found, total, has_next


def _complete(client: AdministrateClient, query: ListQuery, page: Page, name: str) -> None:
    """Read on in a nested connection of a page's records until each has all of its rows.

    The same page is asked for again with a further nested offset: that needs no filter, whose reach is undocumented.
    """
    by_id = {node["id"]: node for node in page.nodes}
    while unfinished := {id_ for id_, node in by_id.items() if len(node[name]["edges"]) < _total(node[name])}:
        offset = max(0, min(len(by_id[id_][name]["edges"]) for id_ in unfinished) - 1)
        again = _ask(client, query, page.offset, **{f"{name}Offset": offset})
        if again.total != page.total or {node["id"] for node in again.nodes} != by_id.keys():
            raise IncompleteList(
                f"Administrate's list {query.connection} changed while it was read. Nothing was changed; run again."
            )
        progress = sum(
            _join(by_id[node["id"]][name], node[name], offset, f"{name} of {node['id']} in {query.connection}")
            for node in again.nodes
            if node["id"] in unfinished
        )
        if progress == 0:
            raise IncompleteList(
                f"Administrate's {name} of {len(unfinished)} records in {query.connection} break off after "
                f"{offset + 1} rows although more are announced. Nothing was changed; run again."
            )
    for id_, node in by_id.items():
        ids = [edge["node"]["id"] for edge in node[name]["edges"]]
        if len(set(ids)) != _total(node[name]):
            raise IncompleteList(
                f"Administrate's list {name} of {id_} in {query.connection} does not add up: it says that it has "
                f"{_total(node[name])} records and gave {len(ids)}, {len(set(ids))} of them distinct. Nothing was "
                "changed; run again."
            )


def _join(known: Node, further: Node, offset: int, what: str) -> int:
    """Put the rows of a further page behind those that are known, and return how many rows that has added."""
    edges, rows = known["edges"], further["edges"]
    if _total(known) != _total(further) or (edges and rows and edges[offset]["node"]["id"] != rows[0]["node"]["id"]):
        raise IncompleteList(f"Administrate's list {what} changed while it was read. Nothing was changed; run again.")
    known["edges"] = [*edges[:offset], *rows] if rows else edges
    return len(known["edges"]) - len(edges)


def _total(connection: Node) -> int:
    return int(connection["pageInfo"]["totalRecords"])
