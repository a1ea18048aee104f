"""The steps of an entity: bring its bridge table to what Administrate says, and link its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, func, select

from sync_assets.administrate.client import AdministrateClient
from sync_assets.bridge.linking import Linked, link_rows
from sync_assets.bridge.locks import tenant_lock
from sync_assets.bridge.migrate import require_current
from sync_assets.bridge.removals import WINDOW, RemovalLimits, refuse_removals
from sync_assets.bridge.required_rows import require_live
from sync_assets.bridge.writing import Written, write_rows, write_some_rows
from sync_assets.entities.entity import Entity
from sync_assets.entities.read_rows import ReadRows

OVERLAP: Final = timedelta(hours=1)
"""How far a reading of changes goes back behind the newest that is known: times are those of several servers."""
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
    removal_window: timedelta = WINDOW,
) -> Written:
    """Read every record of an entity and write what changed, all or nothing.

    What is to be marked as removed is asked for by its id first. A record that does not fit, or that refers to one
    which is not there, is left as it is, with a warning. Removals are bounded over `removal_window`. Raises
    AdministrateError or BridgeError, PrerequisiteMissing among them; nothing was changed then.
    """
    with engine.connect() as connection:
        require_current(connection)
        _require(connection, entity.needs, entities)
    # Held while the list is read, too: a record that is created in between would be missing from it.
    with tenant_lock(engine, exclusive=False):
        read = _read(engine, client, entity, allow_removals=allow_removals)
        with engine.begin() as connection:
            written = write_rows(
                connection,
                entity.table,
                read.rows.values(),
                key=entity.key,
                references=entity.references,
                what=entity.plural,
                allow_removals=allow_removals,
                removal_window=removal_window,
                removals_per=entity.removals_per,
                record_id=entity.record_id,
                kept=read.odd,
            )
    return _with_odd(written, read)


def sync_changes(engine: Engine, client: AdministrateClient, entity: Entity[Any], entities: Entities) -> Written:
    """Read the records of an entity that changed since the last sync, and write them, all or nothing.

    What is gone stays until the next whole sync: a list of changes does not show it. The entity is synced whole where
    changes are not known, or where nothing was read before. Raises AdministrateError or BridgeError.
    """
    changes = entity.changes
    with engine.connect() as connection:
        require_current(connection)
        _require(connection, entity.needs, entities)
        column = changes.column if changes else None
        latest = connection.scalar(select(func.max(entity.table.c[column or "last_synced"])))
    if changes is None or latest is None:
        return sync_entity(engine, client, entity, entities)
    with tenant_lock(engine, exclusive=False):
        read = ReadRows(entity)
        if changes.field is None:
            read.take(changes.reads.whole(client))
        else:
            read.take(changes.reads.changed(client, changes.field, latest - OVERLAP), may_all_be_odd=True)
        with engine.begin() as connection:
            written = write_some_rows(
                connection,
                entity.table,
                read.rows.values(),
                key=entity.key,
                references=entity.references,
                what=entity.plural,
            )
    return _with_odd(written, read)


def _with_odd(written: Written, read: ReadRows) -> Written:
    warnings = (*written.warnings, *(f"{sentence} It was left as it is." for sentence in read.odd.values()))
    return replace(written, odd=len(warnings), warnings=warnings)


def _read(engine: Engine, client: AdministrateClient, entity: Entity[Any], *, allow_removals: bool) -> ReadRows:
    """Read the whole list, and then by its id what the bridge knows and the list did not have.

    A page can lack a record that is there. A list that has lost too many of them is not completed one by one.
    """
    read = ReadRows(entity)
    read.take(entity.reads.whole(client))
    with engine.connect() as connection:
        absent = read.absent(connection)
        limits = RemovalLimits(allow_removals, timedelta(0), entity.removals_per)
        refuse_removals(connection, entity.table, absent, read.groups, entity.key, what=entity.plural, limits=limits)
    if absent:
        read.take(entity.reads.those(client, sorted({row.record_id for row in absent}), read.surely_there))
    return read


def link_entity(engine: Engine, entity: Entity[Any], entities: Entities, as_of: date | None = None) -> Linked:
    """Link an entity's bridge rows to its tutorial rows, all or nothing. Raises BridgeError.

    `as_of` is the day that says which rows are open; unset, it is today.
    """
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
        return link_rows(connection, entity.name, entity.link, as_of)


def _require(connection: Connection, names: tuple[str, ...], entities: Entities) -> None:
    for name in names:
        if entities[name].may_be_empty:
            continue
        require_live(connection, entities[name].table, sync_first=entities[name].plural)
