"""How tables appear in the catalogue: their asset keys and what is said of them."""

from __future__ import annotations

from typing import Any

import dagster as dg
from sqlalchemy import Table

from sync_assets.entities import Entity

SYNC_GROUP, TUTORIAL_GROUP = "sync", "tutorial"
OWNERS = ["team:training-operations"]


def table_key(table: Table) -> dg.AssetKey:
    """Return the asset key of a table: its schema and its name."""
    return dg.AssetKey([str(table.schema), table.name])


def link_key(entity: Entity[Any]) -> dg.AssetKey:
    """Return the asset key of an entity's links."""
    return dg.AssetKey(["adm", f"{entity.singular.replace(' ', '_')}_links"])


def table_metadata(table: Table) -> dict[str, Any]:
    """Return a table's name and columns as the catalogue shows them; a column says itself what it holds (`doc`)."""
    columns = [
        dg.TableColumn(
            column.name,
            str(column.type).lower(),
            description=column.doc,
            constraints=dg.TableColumnConstraints(nullable=bool(column.nullable), unique=bool(column.unique)),
        )
        for column in table.columns
    ]
    return {"dagster/table_name": table.fullname, "dagster/column_schema": dg.TableSchema(columns=columns)}
