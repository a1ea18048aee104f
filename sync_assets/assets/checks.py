"""Asset checks: prerequisites (blocking), discrepancies (warnings), and what must hold of the tables (errors)."""

from __future__ import annotations

from typing import Any

import dagster as dg
import pandas as pd

from sync_assets.assets.catalogue import link_key, table_key
from sync_assets.assets.resources import DatabaseResource
from sync_assets.assets.steps import failures_as_sentences
from sync_assets.assets.table_metadata import rows_as_table
from sync_assets.bridge.discrepancies import read_discrepancies
from sync_assets.bridge.link import Link
from sync_assets.bridge.matching import DiscrepancyKind, Side
from sync_assets.bridge.required_rows import count_live
from sync_assets.bridge.verification import missing_links, schemas_of
from sync_assets.entities import ENTITIES, Entity


def prerequisite_check(entity: Entity[Any], *, linked: str | None = None) -> dg.AssetChecksDefinition:
    """Return the blocking check that an entity's table has the rows, or the linked rows, that others build on."""
    state = "linked rows" if linked else "rows"

    @dg.asset_check(
        asset=link_key(entity) if linked else table_key(entity.table),
        name="has_linked_rows" if linked else "has_rows",
        blocking=True,
        description=f"What depends on {entity.plural} is not run while {entity.table.fullname} has no {state}.",
    )
    def has_rows(database: DatabaseResource) -> dg.AssetCheckResult:
        with failures_as_sentences(), database.engine.connect() as connection:
            count = count_live(connection, entity.table, linked=linked)
        return dg.AssetCheckResult(
            passed=count > 0,
            severity=dg.AssetCheckSeverity.ERROR,
            description=f"{count} {state}",
            metadata={"rows": count},
        )

    return has_rows


def schema_check(entity: Entity[Any]) -> dg.AssetChecksDefinition:
    """Return the check that an entity's table stands in the schema that it is named for, and in no other."""
    schema = str(entity.table.schema)

    @dg.asset_check(
        asset=table_key(entity.table),
        name="table_in_its_schema",
        description=f"information_schema knows {entity.table.name} in {schema} and in no other schema.",
    )
    def table_in_its_schema(database: DatabaseResource) -> dg.AssetCheckResult:
        with failures_as_sentences(), database.engine.connect() as connection:
            found = schemas_of(connection, entity.table)
        return dg.AssetCheckResult(
            passed=schema in found,
            severity=dg.AssetCheckSeverity.ERROR,
            description=f"found in {', '.join(found) or 'no schema'}",
            metadata={"schemas": ", ".join(found)},
        )

    return table_in_its_schema


def matches_check(entity: Entity[Any], link: Link) -> dg.AssetChecksDefinition:
    """Return the check that every unambiguous match is linked, recomputed in SQL apart from the code that links."""

    @dg.asset_check(
        asset=link_key(entity),
        name="unambiguous_matches_linked",
        description=f"Recomputed in SQL: each {link.words.key} that occurs once on both sides is linked.",
    )
    def unambiguous_matches_linked(database: DatabaseResource) -> dg.AssetCheckResult:
        with failures_as_sentences(), database.engine.connect() as connection:
            missing = missing_links(connection, link)
        rows = pd.DataFrame(missing, columns=["bridge_id", "external_id", "tutorial_id", "name"])
        return dg.AssetCheckResult(
            passed=not missing,
            severity=dg.AssetCheckSeverity.ERROR,
            description=f"{len(missing)} unambiguous matches are not linked",
            metadata={"count": len(missing), "rows": rows_as_table(rows)},
        )

    return unambiguous_matches_linked


DISCREPANCIES = {
    "tutorial_rows_without_match": (
        DiscrepancyKind.UNMATCHED,
        Side.TUTORIAL,
        "tutorial rows have no Administrate record",
    ),
    "administrate_records_without_match": (
        DiscrepancyKind.UNMATCHED,
        Side.ADMINISTRATE,
        "records have no tutorial row",
    ),
    "ambiguous_keys": (DiscrepancyKind.AMBIGUOUS, None, "rows have a key that occurs more than once"),
    "held_links_that_disagree": (
        DiscrepancyKind.HELD_LINK,
        None,
        "links are held although the two sides disagree with them",
    ),
    "records_held_apart": (DiscrepancyKind.HELD_APART, None, "records are held apart from every tutorial row"),
    "deleted_tutorial_rows": (DiscrepancyKind.ROW_DELETED, None, "records were linked to a tutorial row that is gone"),
}


def discrepancy_check(entity: Entity[Any], name: str) -> dg.AssetChecksDefinition:
    """Return the check that warns of one kind of discrepancy of an entity, with the rows in a table."""
    kind, side, words = DISCREPANCIES[name]

    @dg.asset_check(
        asset=link_key(entity),
        name=name,
        description=f"Warns of {entity.plural}: {words}.",
    )
    def discrepancies(database: DatabaseResource) -> dg.AssetCheckResult:
        with failures_as_sentences(), database.engine.connect() as connection:
            rows = read_discrepancies(connection, entity.name, kind=kind, side=side)
            ignored = len(read_discrepancies(connection, entity.name, kind=kind, side=side, ignored=True))
        return dg.AssetCheckResult(
            passed=rows.empty,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"{len(rows)} {words}{f', {ignored} ignored' if ignored else ''}",
            metadata={
                "count": len(rows),
                "ignored": ignored,
                "rows": rows_as_table(rows[["key", "name", "record_id", "side", "why"]]),
            },
        )

    return discrepancies


def all_checks() -> list[dg.AssetChecksDefinition]:
    """Return the checks of every entity."""
    needed = {name for entity in ENTITIES.values() for name in entity.needs}
    links_needed = {name for entity in ENTITIES.values() for name in entity.link_needs}
    checks: list[dg.AssetChecksDefinition] = []
    for entity in ENTITIES.values():
        checks.append(schema_check(entity))
        if entity.name in needed and not entity.may_be_empty:
            checks.append(prerequisite_check(entity))
        if entity.link is None:
            continue
        if entity.name in links_needed:
            checks.append(prerequisite_check(entity, linked=entity.link.column))
        checks.append(matches_check(entity, entity.link))
        checks += [discrepancy_check(entity, name) for name in DISCREPANCIES]
    return checks
