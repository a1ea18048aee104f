"""The steps of an entity: bring its bridge table to what Administrate says, and link its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.linking import Linked, link_rows
from sync_assets.bridge.locks import tenant_lock
from sync_assets.bridge.migrate import require_current
from sync_assets.bridge.required_rows import require_live
from sync_assets.bridge.writing import Written, write_rows
from sync_assets.entities.entity import Entity

Entities = Mapping[str, Entity[Any]]


@dataclass(frozen=True, slots=True)
class SyncCounts:
    """What a sync of everything did, by the names of the entities."""

    written: Mapping[str, Written]
    linked: Mapping[str, Linked]


def sync_everything(engine: Engine, client: AdministrateClient, entities: Entities) -> SyncCounts:
    """Sync every entity, then link every one that has a tutorial side, in the order of `entities`.

    Raises AdministrateError or BridgeError at the first step that fails; the steps before it stay done.
    """
    written = {name: sync_entity(engine, client, entity, entities) for name, entity in entities.items()}
    linked = {name: link_entity(engine, entity, entities) for name, entity in entities.items() if entity.link}
    return SyncCounts(written, linked)


def sync_entity(
    engine: Engine,
    client: AdministrateClient,
    entity: Entity[Any],
    entities: Entities,
    *,
    allow_removals: bool = False,
) -> Written:
    """Read every record of an entity and write what changed, all or nothing.

    Raises AdministrateError or BridgeError, PrerequisiteMissing among them; nothing was changed then.
    """
    with engine.connect() as connection:
        require_current(connection)
        _require(connection, entity.needs, entities)
    # Held while the list is read, too: a record that is created in between would be missing from it.
    with tenant_lock(engine, exclusive=False):
        rows = [row for record in entity.fetch(client) for row in entity.rows(record)]
        with engine.begin() as connection:
            return write_rows(
                connection,
                entity.table,
                rows,
                key=entity.key,
                references=entity.references,
                what=entity.plural,
                allow_removals=allow_removals,
            )


def link_entity(engine: Engine, entity: Entity[Any], entities: Entities) -> Linked:
    """Link an entity's bridge rows to its tutorial rows, all or nothing. Raises BridgeError."""
    if entity.link is None:
        raise ValueError(f"{entity.name} has no link")
    with tenant_lock(engine, exclusive=False), engine.begin() as connection:
        require_current(connection)
        _require(connection, (entity.name,), entities)
        for name in entity.link_needs:
            needed = entities[name]
            if needed.link:
                require_live(
                    connection, needed.table, sync_first=f"the {needed.singular} links", linked=needed.link.column
                )
        return link_rows(connection, entity.name, entity.link)


def _require(connection: Connection, names: tuple[str, ...], entities: Entities) -> None:
    for name in names:
        require_live(connection, entities[name].table, sync_first=entities[name].plural)
