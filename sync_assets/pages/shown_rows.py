"""A list that is too long for one page: the rows of one page of it, and the way to the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar
from urllib.parse import urlencode

import pandas as pd

Row = TypeVar("Row")
Key = TypeVar("Key")
ROWS: Final = 100
"""Rows of a page, unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class ShownRows(Generic[Row]):
    """The rows of page `number` of `pages` (from 1), and how many rows there are in all."""

    rows: Sequence[Row]
    number: int
    pages: int
    found: int
    first: int
    """The number of the first row among all, from 1."""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def last(self) -> int:
        """The number of the last row among all."""
        return self.first + len(self.rows) - 1


def shown_rows(
    found: Sequence[Key], asked: str, read: Callable[[Sequence[Key]], Sequence[Row]], per_page: int = ROWS
) -> ShownRows[Row]:
    """Return the page that is asked for of all that were found; only its rows are read.

    It is the nearest page where there is no such page, and the first where it is no number.
    """
    pages = max(1, -(-len(found) // per_page))
    number = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 9 else 1
    begin = (number - 1) * per_page
    keys = found[begin : begin + per_page]
    return ShownRows(read(keys) if keys else (), number, pages, len(found), begin + 1)


def rows_of(frame: pd.DataFrame) -> Sequence[Any]:
    """Return the rows of a frame, each with a field for each column."""
    return list(frame.itertuples())


def with_query(path: str, values: Mapping[str, object]) -> str:
    """Return an address of ours with a query; values that say nothing are left out."""
    said = {name: value for name, value in values.items() if value not in ("", None)}
    return f"{path}?{urlencode(said)}" if said else path
