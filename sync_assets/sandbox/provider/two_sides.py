"""The two sides of a linked entity, built case by case, so that what a sync must find is known from the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sync_assets.sandbox.tenant.records import global_id

T = TypeVar("T")
A = TypeVar("A")


@dataclass(frozen=True)
class ExpectedMatches:
    """What a sync must make of an entity: ids of tutorial rows, and ids as Administrate shows them.

    Rows of a key that occurs twice on either side stand in the ambiguous lists and nowhere else. Inactive tutorial rows
    are no candidates, so a record that only they would match is unmatched.
    """

    linked: tuple[tuple[int, str], ...]
    unmatched_tutorial: tuple[int, ...]
    unmatched_administrate: tuple[str, ...]
    ambiguous_tutorial: tuple[int, ...]
    ambiguous_administrate: tuple[str, ...]
    inactive_tutorial: tuple[int, ...]


@dataclass
class TwoSides(Generic[T, A]):
    """Both sides of an entity while it is built. `kind` is the internal name in Administrate's ids."""

    kind: str
    tutorial_row: Callable[..., T]
    administrate_record: Callable[..., A]
    tutorial: list[T] = field(default_factory=list)
    administrate: list[A] = field(default_factory=list)
    _linked: list[tuple[int, str]] = field(default_factory=list)
    _only: tuple[list[int], list[str]] = field(default_factory=lambda: ([], []))
    _ambiguous: tuple[list[int], list[str]] = field(default_factory=lambda: ([], []))
    _inactive: list[int] = field(default_factory=list)

    def pair(self, row: Mapping[str, Any], record: Mapping[str, Any]) -> tuple[int, int]:
        """A row and a record that belong together; answers the row's id and the record's number."""
        row_id, number = self._row(row), self._record(record)
        self._linked.append((row_id, global_id(self.kind, number)))
        return row_id, number

    def only_tutorial(self, row: Mapping[str, Any]) -> int:
        """An active row that has no record."""
        row_id = self._row(row)
        self._only[0].append(row_id)
        return row_id

    def inactive(self, row: Mapping[str, Any]) -> int:
        """A row that is out of use."""
        row_id = self._row(row)
        self._inactive.append(row_id)
        return row_id

    def only_administrate(self, record: Mapping[str, Any]) -> int:
        """A record that has no active row."""
        number = self._record(record)
        self._only[1].append(global_id(self.kind, number))
        return number

    def ambiguous(self, rows: list[Mapping[str, Any]], records: list[Mapping[str, Any]]) -> tuple[int, int]:
        """Rows and records of one key, more than one on either side; answers the ids of the first of each."""
        ids = [self._row(row) for row in rows]
        numbers = [self._record(record) for record in records]
        self._ambiguous[0].extend(ids)
        self._ambiguous[1].extend(global_id(self.kind, number) for number in numbers)
        return ids[0], numbers[0]

    def expected(self) -> ExpectedMatches:
        """What a sync must make of it."""
        return ExpectedMatches(
            linked=tuple(self._linked),
            unmatched_tutorial=tuple(self._only[0]),
            unmatched_administrate=tuple(self._only[1]),
            ambiguous_tutorial=tuple(self._ambiguous[0]),
            ambiguous_administrate=tuple(self._ambiguous[1]),
            inactive_tutorial=tuple(self._inactive),
        )

    def _row(self, values: Mapping[str, Any]) -> int:
        self.tutorial.append(self.tutorial_row(id=len(self.tutorial) + 1, **values))
        return len(self.tutorial)

    def _record(self, values: Mapping[str, Any]) -> int:
        self.administrate.append(self.administrate_record(number=len(self.administrate) + 1, **values))
        return len(self.administrate)
