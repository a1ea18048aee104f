"""Which row of the other side one without a partner may have been meant to match."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Final, Generic, Protocol, TypeVar

from sync_assets.near_names import NearNames

MOST_ROWS: Final = 500
"""Rows without a partner, of both sides together, up to which they are compared: each with each takes its time, and
where so many have none it is not for slips of a letter."""


class _Named(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def scope(self) -> int | None: ...


Candidate = TypeVar("Candidate", bound=_Named)


class Suggestions(Generic[Candidate]):
    """Rows of one side without a partner, by how like another key theirs is. `id_of` says how people call a row."""

    def __init__(self, candidates: Iterable[Candidate], id_of: Callable[[Candidate], str]) -> None:
        self._id_of = id_of
        self._by_scope: dict[Hashable, dict[str, Candidate]] = {}
        for candidate in candidates:
            self._by_scope.setdefault(candidate.scope, {}).setdefault(candidate.key, candidate)
        self._near = {scope: NearNames(by_key) for scope, by_key in self._by_scope.items()}

    def __len__(self) -> int:
        return sum(map(len, self._by_scope.values()))

    def perhaps(self, candidate: _Named) -> str:
        """Return the rows that are most like one, in its scope, as the end of a clause; nothing if none is."""
        near = self._near.get(candidate.scope)
        found = [self._by_scope[candidate.scope][key] for key in near.like(candidate.key)] if near else []
        if not found:
            return ""
        return "; perhaps " + " or ".join(f"{each.name or each.key} ({self._id_of(each)})" for each in found)
