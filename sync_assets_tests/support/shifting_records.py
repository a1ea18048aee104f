"""Records of a tenant among which something happens between two looks at them, as it does while a list is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, ValuesView
from typing import Any


class ShiftingKind(dict[str, Any]):
    """One kind of a tenant's records; `happens` is called after each look with the number of looks so far.

    Put it into the tenant in place of the dictionary that it copies.
    """

    def __init__(self, records: dict[str, Any], happens: Callable[[int], None]) -> None:
        super().__init__(records)
        self._happens = happens
        self.looks = 0

    def values(self) -> ValuesView[Any]:
        found = dict(self).values()
        self.looks += 1
        self._happens(self.looks)
        return found


class ShiftingList(list[Any]):
    """Likewise the list of a record that a nested connection shows."""

    def __init__(self, records: list[Any], happens: Callable[[int], None]) -> None:
        super().__init__(records)
        self._happens = happens
        self.looks = 0

    def __iter__(self) -> Iterator[Any]:
        found = list(super().__iter__())
        self.looks += 1
        self._happens(self.looks)
        return iter(found)
