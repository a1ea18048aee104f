"""One file an entity, with its query beside it: every module here that defines `ENTITY` is synced."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sync_assets.entities.entity import Entity


def read_before(entity: Entity[Any], entities: Mapping[str, Entity[Any]]) -> tuple[str, ...]:
    """Return the names of the entities that are read before an entity by those who read all, each once."""
    reference = [name for name, each in entities.items() if entity.after_reference and not each.after_reference]
    return tuple(dict.fromkeys([*entity.needs, *reference]))


def _discover() -> dict[str, Entity[Any]]:
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    found: dict[str, Entity[Any]] = {
        module.ENTITY.name: module.ENTITY for module in modules if hasattr(module, "ENTITY")
    }
    # Sorted first, so that the order is the same on every machine.
    order = TopologicalSorter({name: read_before(found[name], found) for name in sorted(found)})
    return {name: found[name] for name in order.static_order()}


ENTITIES: Mapping[str, Entity[Any]] = _discover()
"""Every entity by name, those that others need first."""

__all__ = ["ENTITIES", "Entity", "read_before"]
