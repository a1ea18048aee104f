"""Every mutation that a tenant carried out, for tests of what was done, and of what was done twice."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from sync_assets.sandbox.tenant.records import Record


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """A mutation such as `event.createBlended`, the record that it made or changed, and the title at that time.

    A record without a title is named by its name. `at` is in seconds since 1970.
    """

    mutation: str
    type: str
    record_id: str
    title: str | None
    at: float = field(default_factory=time.time)

    @property
    def is_creation(self) -> bool:
        """Return whether the mutation made the record."""
        return self.mutation.partition(".")[2].startswith("create")


class CarriedOutMutations:
    """The mutations in the order in which they were carried out. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mutations: list[CarriedOut] = []

    def __len__(self) -> int:
        """Return how many mutations were carried out."""
        return len(self._mutations)

    def __iter__(self) -> Iterator[CarriedOut]:
        """Iterate over those that were carried out so far."""
        with self._lock:
            return iter(list(self._mutations))

    def note(self, mutation: str, record: Record) -> None:
        """Add a mutation that was just carried out."""
        title = getattr(record, "title", None) or getattr(record, "name", None)
        with self._lock:
            self._mutations.append(CarriedOut(mutation, record.TYPE, record.id, title))

    def clear(self) -> None:
        """Forget them, and with them what was created."""
        with self._lock:
            self._mutations.clear()

    def count_of(self, mutation: str) -> int:
        """Return how often a mutation such as `session.update`, or any of a group such as `session`, was done."""
        return sum(mutation in (each.mutation, each.mutation.partition(".")[0]) for each in self)

    def created_twice(self, type_name: str = "Event") -> dict[str, int]:
        """Return the titles under which several records of a type were created, living or deleted, and how many.

        Letter case and spaces at both ends do not tell two titles apart.
        """
        titles = Counter(
            (each.title or "").strip().casefold() for each in self if each.is_creation and each.type == type_name
        )
        return {title: count for title, count in titles.items() if count > 1}

    def as_json(self) -> list[dict[str, Any]]:
        """Return the mutations, as `GET /mutations` answers them."""
        return [asdict(each) for each in self]
