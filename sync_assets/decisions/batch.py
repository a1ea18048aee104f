"""The decisions of one transaction: both sides are read once, changed by each decision, and written at the end."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from sync_assets.bridge.both_sides import BothSides
from sync_assets.bridge.hand_links import LinkRefused
from sync_assets.bridge.ignored_rows import IgnoredRows
from sync_assets.bridge.link import Link
from sync_assets.bridge.locks import lock_table
from sync_assets.entities.entity import Entity
from sync_assets.tutorial.layout_examination import require_known_tables


class Batch:
    """What is known and changed within one transaction; `as_of` is the day that says which rows are open."""

    def __init__(self, connection: Connection, as_of: date) -> None:
        self.connection = connection
        self._as_of = as_of
        self._entities: dict[str, Entity[Any]] = {}
        self._sides: dict[str, BothSides] = {}
        self._ignored: dict[str, IgnoredRows] = {}
        self._links: list[tuple[Entity[Any], Link, str, int]] = []
        self._are_tables_known = False

    def sides(self, entity: Entity[Any], link: Link) -> BothSides:
        """Return both sides of an entity, with what was decided in this batch."""
        if any(name in self._sides and self._sides[name].has_changes for name in entity.link_needs):
            self.write()
        if entity.name not in self._sides:
            self._entities[entity.name] = entity
            # No link step gets in between until the transaction ends.
            lock_table(self.connection, link.table)
            self._sides[entity.name] = BothSides(self.connection, link, entity.plural, self._as_of)
        return self._sides[entity.name]

    def ignored(self, entity: Entity[Any], link: Link) -> IgnoredRows:
        """Return what is ignored of an entity, with what was decided in this batch."""
        if entity.name not in self._ignored:
            self._ignored[entity.name] = IgnoredRows(self.connection, entity.name, link.words.key)
        return self._ignored[entity.name]

    def require_known_tables(self) -> None:
        """Raise TutorialTablesUnknown where rows cannot be inserted into the application's tables as they are."""
        if not self._are_tables_known:
            require_known_tables(self.connection)
            self._are_tables_known = True

    def has_linked(self, entity: Entity[Any], link: Link, external_id: str, row_id: int) -> None:
        """Note a link of a row that was inserted, for `require_links`."""
        self._links.append((entity, link, external_id, row_id))

    def require_links(self) -> None:
        """Raise LinkRefused where a link of an inserted row does not stand, with both sides read anew for that."""
        sides: dict[str, BothSides] = {}
        for entity, link, external_id, row_id in self._links:
            if entity.name not in sides:
                sides[entity.name] = BothSides(self.connection, link, entity.plural, self._as_of)
            if not sides[entity.name].stands(external_id, row_id):
                raise LinkRefused(
                    f"The next sync would unlink the new row of {link.tutorial_table.fullname} from the "
                    f"{entity.singular} {external_id}: its {link.words.key} is not what was inserted, or occurs more "
                    "than once. Nothing was changed; look at the tutorial tables."
                )

    def forget(self, entity: Entity[Any]) -> None:
        """Write what was changed, and read the entity anew when it is asked for: what is known of it may be wrong."""
        self.write()
        self._sides.pop(entity.name, None)

    def write(self) -> None:
        """Write what was changed."""
        changed = {name for name, sides in self._sides.items() if sides.has_changes}
        for sides in self._sides.values():
            sides.write()
        for rows in self._ignored.values():
            rows.write()
        # What is matched within another entity's links has to be read anew when those have changed.
        for name in [name for name, entity in self._entities.items() if changed & set(entity.link_needs)]:
            self._sides.pop(name, None)
