"""Pages of records as the API cuts them: 50 by default, 100 at most, and it never says that it cut something.

The order of a list that is asked for without one is not documented. Here it differs in every request, so that a client
that forgets to ask for an order is found out.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from sync_assets.sandbox.tenant.context import RequestContext
from sync_assets.sandbox.tenant.filters import matching, ordered

DEFAULT_PAGE = 50
LARGEST_PAGE = 100
UNSET: tuple[Any, ...] = (None, [], "__EMPTY__")
"""The defaults of the arguments of a list that no document of ours uses, `after` and `orderBy`."""


@dataclass(slots=True)
class Edge:
    """A record within a page."""

    node: Any


@dataclass(slots=True)
class Page:
    """A connection, and its own `pageInfo`; `offset` counts from zero."""

    records: list[Any]
    offset: int
    total_records: int

    @property
    def edges(self) -> list[Edge]:
        """Return the page's records."""
        return [Edge(record) for record in self.records]

    @property
    def page_info(self) -> Page:
        """Return what the page knows of the whole list."""
        return self

    @property
    def has_next_page(self) -> bool:
        """Return whether records follow."""
        return self.offset + len(self.records) < self.total_records


Source = Callable[[Any, GraphQLResolveInfo], Iterable[Any]]


def connection(type_name: str, source: Source) -> Callable[..., Page]:
    """Return a resolver of a connection of records of that type; `source` finds all of them."""

    def resolve(
        parent: Any,
        info: GraphQLResolveInfo,
        *,
        filters: list[dict[str, Any]] | None = None,
        order: dict[str, Any] | None = None,
        first: int | None = None,
        offset: int | None = None,
        **others: Any,
    ) -> Page:
        if named := [name for name, value in others.items() if value not in UNSET]:
            raise GraphQLError(f"The stand-in does not know `{named[0]}`; use `offset` and `order`.")
        context: RequestContext = info.context
        start, size = offset or 0, DEFAULT_PAGE if first is None else min(first, LARGEST_PAGE)
        if min(start, size) < 0:
            raise GraphQLError(f"`first` and `offset` cannot be negative, as {min(start, size)} is.")
        is_root = info.path.prev is None
        records = list(source(parent, info))
        if is_root:
            records = context.listed(type_name, info, records)
        else:
            records = [seen for each in records if (seen := context.seen(info, each)) is not None]
        records = matching(records, type_name, filters or (), context.tenant.behaviour)
        if order:
            records = ordered(records, type_name, order)
        else:
            random.shuffle(records)
        total = len(records)
        if is_root:
            records, total = context.altered_list(info.field_name, records)
        page = records[start : start + size]
        return Page(context.page(info.field_name, page) if is_root else page, start, total)

    return resolve
