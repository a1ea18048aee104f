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
    are not candidates, so a record that only they would match is unmatched.
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

    def pair(self, row: Mapping[str, Any], record: Mapping[str, Any]) -> None:
        """Add a row and a record that belong together."""
        self._linked.append((self._row(row), self._record(record)))

    def only_tutorial(self, row: Mapping[str, Any]) -> None:
        """Add an active row that has no record."""
        self._only[0].append(self._row(row))

    def inactive(self, row: Mapping[str, Any]) -> None:
        """Add a row that is out of use."""
        self._inactive.append(self._row(row))

    def only_administrate(self, record: Mapping[str, Any]) -> None:
        """Add a record that has no active row."""
        self._only[1].append(self._record(record))

    def ambiguous(self, rows: list[Mapping[str, Any]], records: list[Mapping[str, Any]]) -> None:
        """Add rows and records of one key, more than one on at least one of the sides."""
        self._ambiguous[0].extend(self._row(row) for row in rows)
        self._ambiguous[1].extend(self._record(record) for record in records)

    def expected(self) -> ExpectedMatches:
        """Return what a sync must make of it."""
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

    def _record(self, values: Mapping[str, Any]) -> str:
        self.administrate.append(self.administrate_record(number=len(self.administrate) + 1, **values))
        return global_id(self.kind, len(self.administrate))
