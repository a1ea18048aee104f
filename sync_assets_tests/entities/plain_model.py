"""What a sync must do, said a second time in plain dictionaries: the oracle of the test with many changes.

It knows the tenant's records and the tutorial rows, and nothing of the code that syncs them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sync_assets.sandbox.tenant.tenant import Tenant

View = tuple[Any, ...]
Key = tuple[int | None, str]

VIEWS: dict[str, Callable[[Tenant], dict[str, View]]] = {
    "price_levels": lambda tenant: {each.id: (each.name,) for each in tenant.price_levels.values()},
    "locations": lambda tenant: {
        each.id: (each.name, each.code, each.status, each.region.id) for each in tenant.locations.values()
    },
    "venues": lambda tenant: {each.id: (each.name, each.location.id) for each in tenant.venues.values()},
    "instructors": lambda tenant: {
        each.id: (each.first_name, each.last_name, each.has_left_company, each.is_staff)
        for each in tenant.contacts.values()
        if each.is_instructor
    },
    "course_templates": lambda tenant: {
        each.id: (each.code, each.title, tuple(sorted(contact.id for contact in each.approved_instructors)))
        for each in tenant.course_templates.values()
    },
    "course_template_price_levels": lambda tenant: {
        price.id: (each.id, price.amount, price.price_level.id if price.price_level else None)
        for each in tenant.course_templates.values()
        for price in each.public_prices
    },
}
"""By entity what of each record can change, by the record's id."""


@dataclass
class TutorialRow:
    name: str
    is_active: bool = True
    scope: int | None = None


class PlainModel:
    """The bridge as it is to be: live rows by entity and id, removed ids, and links by entity."""

    def __init__(self) -> None:
        self.live: dict[str, dict[str, View]] = {name: {} for name in VIEWS}
        self.removed: dict[str, set[str]] = {name: set() for name in VIEWS}
        self.links: dict[str, dict[str, int]] = {}
        self.remembered: dict[str, dict[str, int]] = {}

    def read(self, tenant: Tenant) -> dict[str, dict[str, int]]:
        """Take in what the tenant has now; return by entity what a sync is to count."""
        return {name: self._written(name, view(tenant)) for name, view in VIEWS.items()}

    def _written(self, name: str, given: Mapping[str, View]) -> dict[str, int]:
        live, removed = self.live[name], self.removed[name]
        odd = {id_ for id_, view in given.items() if name == "venues" and view[1] not in self.live["locations"]}
        fine = given.keys() - odd
        gone = live.keys() - given.keys()
        counts = {
            "created": len(fine - live.keys() - removed),
            "updated": sum(1 for id_ in fine & live.keys() if live[id_] != given[id_]),
            "unchanged": sum(1 for id_ in fine & live.keys() if live[id_] == given[id_]),
            "removed": len(gone),
            "restored": len(fine & removed),
            "odd": len(odd),
        }
        removed |= gone
        removed -= fine
        for id_ in gone:
            del live[id_]
        live.update({id_: given[id_] for id_ in fine})
        return {**counts, "live": len(live)}

    def link(self, tutorial: Mapping[str, Mapping[int, TutorialRow]]) -> dict[str, dict[str, int]]:
        """Link the rows to those of the tutorial side; return by entity what a link step is to count."""
        return {name: self._linked(name, tutorial[name]) for name in tutorial}

    def _linked(self, name: str, rows: Mapping[int, TutorialRow]) -> dict[str, int]:
        keys = {id_: self._key(name, view) for id_, view in self.live[name].items()}
        row_keys = {id_: (row.scope, _fold(row.name)) for id_, row in rows.items() if row.is_active}
        records_of, rows_of = Counter(keys.values()), Counter(row_keys.values())
        row_of = {key: id_ for id_, key in row_keys.items()}

        def counts_alone(key: Key) -> bool:
            return not (name == "venues" and key[0] is None)

        def is_ambiguous(key: Key) -> bool:
            return counts_alone(key) and (records_of[key] > 1 or rows_of[key] > 1)

        after = {
            id_: row_of[key] for id_, key in keys.items() if records_of[key] == rows_of[key] == 1 and counts_alone(key)
        }
        remembered = self.remembered.setdefault(name, {})
        lost = {id_ for id_ in keys if remembered.get(id_, 0) not in {0, *rows}}
        # Where the row has gone, or the record had, there is no link left that could change.
        standing = {id_: row for id_, row in self.links.get(name, {}).items() if id_ in keys and row in rows}
        for id_ in keys.keys() - lost:
            remembered.pop(id_, None)
        remembered.update(after)
        self.links[name] = after
        ambiguous = {id_ for id_ in keys.keys() - after.keys() if is_ambiguous(keys[id_])}
        rows_alone = row_keys.keys() - set(after.values())
        ambiguous_rows = {id_ for id_ in rows_alone if is_ambiguous(row_keys[id_])}
        deleted = (lost - after.keys()) - ambiguous
        return {
            "linked": len(after),
            "newly_linked": sum(1 for id_ in after if id_ not in standing),
            "relinked": sum(1 for id_, row in after.items() if standing.get(id_, row) != row),
            "unlinked": sum(1 for id_ in standing if id_ not in after),
            "held": 0,
            "unmatched_tutorial": len(rows_alone - ambiguous_rows),
            "unmatched_administrate": len(keys) - len(after) - len(ambiguous) - len(deleted),
            "ambiguous": len(ambiguous) + len(ambiguous_rows),
            "rows_deleted": len(deleted),
        }

    def _key(self, name: str, view: View) -> Key:
        match name:
            case "instructors":
                return None, _fold(f"{view[0]} {view[1]}")
            case "venues":
                return self.links["locations"].get(view[1]), _fold(view[0])
            case _:
                return None, _fold(view[0])


def _fold(name: str) -> str:
    return " ".join(name.lower().split())
