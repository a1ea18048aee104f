"""Pages of records as the API cuts them: 50 by default, never more than 100, and no word about what was cut.

A cursor is base64 of `Cursor:<offset>`, so paging by cursor is paging by offset. The order without `order` or `orderBy`
is not documented; here it is another one in every request, so that a client which forgets to ask for one is found out.
"""

from __future__ import annotations

import base64
import binascii
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo

from sync_assets.sandbox.tenant.filters import matching, ordered

DEFAULT_PAGE = 50
LARGEST_PAGE = 100
NO_CURSOR = "__EMPTY__"


def cursor(offset: int) -> str:
    """The cursor of the record at a zero-based offset."""
    return base64.b64encode(f"Cursor:{offset}".encode()).decode()


def offset_of(text: str) -> int:
    """The offset within a cursor. Raises GraphQLError if it is none."""
    try:
        word, _, number = base64.b64decode(text, validate=True).decode().partition(":")
        if word == "Cursor":
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise GraphQLError(f"{text!r} is not a cursor of this API.")


@dataclass(slots=True)
class Edge:
    """A record at its place in the list."""

    offset: int
    node: Any

    @property
    def cursor(self) -> str:
        """The cursor of that place."""
        return cursor(self.offset)


@dataclass
class Page:
    """A connection, and its own `pageInfo`."""

    records: list[Any]
    offset: int
    total_records: int

    @cached_property
    def edges(self) -> list[Edge]:
        """The page's records with their cursors."""
        return [Edge(self.offset + index, record) for index, record in enumerate(self.records)]

    @property
    def page_info(self) -> Page:
        """What the page knows of the whole list."""
        return self

    @property
    def start_cursor(self) -> str:
        """The first record's cursor, empty for an empty page."""
        return cursor(self.offset) if self.records else ""

    @property
    def end_cursor(self) -> str:
        """The last record's cursor, empty for an empty page."""
        return cursor(self.offset + len(self.records) - 1) if self.records else ""

    @property
    def has_next_page(self) -> bool:
        """Whether records follow."""
        return self.offset + len(self.records) < self.total_records

    @property
    def has_previous_page(self) -> bool:
        """Whether records came before."""
        return self.offset > 0


Source = Callable[[Any, GraphQLResolveInfo], Iterable[Any]]


def connection(type_name: str, source: Source) -> Callable[..., Page]:
    """A resolver of a connection of records of that type; `source` finds all of them."""

    def resolve(
        parent: Any,
        info: GraphQLResolveInfo,
        *,
        filters: list[dict[str, Any]] | None = None,
        order: dict[str, Any] | None = None,
        order_by: list[dict[str, Any]] | None = None,
        first: int | None = None,
        offset: int | None = None,
        after: str | None = NO_CURSOR,
    ) -> Page:
        records = list(source(parent, info))
        if filters:
            records = matching(records, type_name, filters, info.context.tenant)
        orders = [*([order] if order else ()), *(order_by or ())]
        if orders:
            records = ordered(records, type_name, orders)
        else:
            random.shuffle(records)
        total = len(records)
        if info.path.prev is None:
            records, total = info.context.meddled_list(info.field_name, records)
        start = _start(offset, after)
        size = DEFAULT_PAGE if first is None else min(first, LARGEST_PAGE)
        if size < 0:
            raise GraphQLError(f"`first` cannot be negative, as {first} is.")
        return Page(records[start : start + size], start, total)

    return resolve


def _start(offset: int | None, after: str | None) -> int:
    start = offset or 0
    if start < 0:
        raise GraphQLError(f"`offset` cannot be negative, as {start} is.")
    if after is not None and after != NO_CURSOR:
        start += offset_of(after) + 1
    return start
