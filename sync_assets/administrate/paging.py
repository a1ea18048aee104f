"""Whole lists from Administrate's connections, and single records of them by their ids.

Once the first page has given `totalRecords`, the others are fetched concurrently. A list that does not add up is read
again, since a record may have been added or deleted in between; if it still does not, it is an error. A list can add
up all the same and lack a record: one that was deleted while another one was added moves a third past the edge of a
page. Whoever concludes something from a record's absence asks for it by its id.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, TypeVar

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.errors import (
    GraphQLErrors,
    IncompleteList,
    LookRefused,
    NoData,
    RequestRefused,
    UnexpectedRecord,
)
from sync_assets.administrate.list_pages import PAGE, ListQuery, Node, Page, read_page
from sync_assets.administrate.records import Record, parse_record
from sync_assets.administrate.retries import retry_context

ATTEMPTS = 3
"""How often a list that does not add up is read."""

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class OddRecord:
    """A record that is there and does not fit: its id, and a sentence that names it and says why."""

    id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ListReading(Generic[R]):
    """What a list holds: the records that fit, and those that do not."""

    records: Sequence[R]
    odd: Sequence[OddRecord] = ()


def read_list(client: AdministrateClient, query: ListQuery, model: type[R], what: str) -> Sequence[R]:
    """Return every record of a connection, nested connections complete, ordered by offset.

    Raises AdministrateError; IncompleteList where the list does not add up however often it is read, UnexpectedRecord
    where a record does not fit.
    """
    reading = read_whole(client, query, model, what)
    for odd in reading.odd:
        raise UnexpectedRecord(odd.sentence)
    return reading.records


def read_whole(client: AdministrateClient, query: ListQuery, model: type[R], what: str) -> ListReading[R]:
    """Return what `read_list` does, with the records that do not fit set apart. Raises AdministrateError."""
    return _parsed(_repeated(partial(_read_once, client, query)), model, what)


def read_those(
    client: AdministrateClient,
    query: ListQuery,
    model: type[R],
    what: str,
    ids: Sequence[str],
    *,
    surely_there: Sequence[str] = (),
) -> ListReading[R]:
    """Return the records of these ids that the list still has, asked for by id, whatever page they stand on.

    The query's document takes `$filters`. `surely_there` are ids that the list has just given: an answer with none of
    them is not believed. Raises AdministrateError; IncompleteList where the answer cannot be believed, LookRefused
    where there is none.
    """
    step = PAGE - len(surely_there)
    nodes: list[Node] = []
    for start in range(0, len(ids), step):
        part = ids[start : start + step]
        try:
            nodes += _repeated(partial(_read_by_id, client, query, part, surely_there))
        except (GraphQLErrors, RequestRefused, NoData) as error:
            raise LookRefused(
                f"Administrate was asked for {len(part)} records of the list {query.connection} by their ids, and did "
                f"not answer that: {error} So it is not known whether they are there. Nothing was changed; run it "
                "again, and if it stays so, find out why Administrate does not take the filter `id in`."
            ) from None
    return _parsed(nodes, model, what)


def _repeated(read: Callable[[], list[Node]]) -> list[Node]:
    for attempt in retry_context(on=IncompleteList, attempts=ATTEMPTS, timeout=None, wait_initial=0.1, wait_max=0.5):
        with attempt:
            nodes = read()
    return nodes


def _read_once(client: AdministrateClient, query: ListQuery) -> list[Node]:
    first = read_page(client, query, 0)
    pages = [first]
    size, total = first.end, first.total

    def part(start: int) -> list[Page]:
        found: list[Page] = []
        stop = min(start + size, total)
        while start < stop:
            page = read_page(client, query, start)
            found.append(page)
            if not page.nodes:
                break
            start = page.end
        return found

    if 0 < size < total:
        with ThreadPoolExecutor(client.connection.concurrency) as pool:
            for found in pool.map(part, range(size, total, size)):
                pages += found
    _verify(query, pages)
    return [node for page in pages for node in page.nodes]


def _verify(query: ListQuery, pages: Sequence[Page]) -> None:
    totals = {page.total for page in pages}
    if len(totals) > 1:
        raise IncompleteList(
            f"Administrate's list {query.connection} changed while it was read: its pages announce "
            f"{' and '.join(map(str, sorted(totals)))} records. Nothing was changed; run the sync again."
        )
    total = pages[0].total
    ids = [node["id"] for page in pages for node in page.nodes]
    more = any(page.has_next and page.end >= total for page in pages)
    if len(ids) != total or len(set(ids)) != total or more:
        repeats = f", {len(ids) - len(set(ids))} of them twice" if len(set(ids)) < len(ids) else ""
        raise IncompleteList(
            f"Administrate's list {query.connection} does not add up: it says that it has {total} records"
            f"{' and more' if more else ''} and gave {len(ids)}{repeats}. Nothing was changed; run the sync again, "
            "and if it stays so, look at the list in Administrate."
        )


def _read_by_id(
    client: AdministrateClient, query: ListQuery, ids: Collection[str], surely_there: Collection[str]
) -> list[Node]:
    asked = list(dict.fromkeys([*ids, *surely_there]))
    only = {"field": "id", "operation": "in", "values": asked}
    page = read_page(client, replace(query, filters=(*query.filters, only)), 0)
    came = {node["id"] for node in page.nodes}
    if len(page.nodes) != page.total or len(came) != page.total or not came.issubset(asked):
        raise IncompleteList(
            f"Administrate was asked for {len(asked)} records of the list {query.connection} by their ids, and gave "
            f"{len(page.nodes)} of {page.total}, {len(came - set(asked))} of them others. Nothing was changed."
        )
    if surely_there and came.isdisjoint(surely_there):
        raise IncompleteList(
            f"Administrate's list {query.connection} does not find by their ids records that it has just given, so "
            "that nothing can be concluded from those that it does not find. Nothing was changed; run the sync again."
        )
    return [node for node in page.nodes if node["id"] in ids]


def _parsed(nodes: Iterable[Node], model: type[R], what: str) -> ListReading[R]:
    records: list[R] = []
    odd: list[OddRecord] = []
    for node in nodes:
        try:
            records.append(parse_record(model, node, what))
        except UnexpectedRecord as error:
            odd.append(OddRecord(node["id"], str(error)))
    return ListReading(records, odd)


__all__ = ["ListQuery", "ListReading", "OddRecord", "read_list", "read_those", "read_whole"]
