"""Links bridge rows to tutorial rows: reads the candidates, writes the links that changed and the rows without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    Table,
    case,
    cast,
    func,
    null,
    update,
)

from sync_assets.bridge.bridge_table import MATCHED
from sync_assets.bridge.decision_log import ignored_places
from sync_assets.bridge.discrepancies import record_discrepancies
from sync_assets.bridge.link import Link
from sync_assets.bridge.locks import lock_table
from sync_assets.bridge.matching import BridgeCandidate, DiscrepancyKind, Side, TutorialCandidate, match
from sync_assets.text import match_key


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link step did, in rows, and what stands afterwards; the rows that somebody ignores are counted apart."""

    linked: int
    newly_linked: int
    relinked: int
    unlinked: int
    held: int
    unmatched_tutorial: int
    unmatched_administrate: int
    ambiguous: int
    ignored: int


def link_rows(connection: Connection, entity: str, link: Link) -> Linked:
    """Make the links of an entity what matching says, within the caller's transaction.

    Only changed links are written. A link is held, and so never changed, if a person set it or if it is older than this
    project.
    """
    table = link.table
    lock_table(connection, table)
    records = [
        BridgeCandidate(
            id=row.id,
            key=match_key(row.key),
            name=row.name or "",
            external_id=row.external_id,
            scope=row.scope,
            linked_to=row.linked_to,
            held=row.linked_by is not None and row.linked_by != MATCHED,
        )
        for row in connection.execute(link.records)
    ]
    tutorial_rows = [
        TutorialCandidate(id=row.id, key=match_key(row.key), name=row.name or "", scope=row.scope)
        for row in connection.execute(link.tutorial_rows)
        if row.is_active
    ]
    matching = match(records, tutorial_rows, link.words)
    before = {record.id: record.linked_to for record in records}
    changed = {id_: target for id_, target in matching.links.items() if before[id_] != target}
    _write(connection, table, link.column, changed)
    record_discrepancies(connection, entity, matching.discrepancies)

    ignored = ignored_places(connection, entity)
    told = [row for row in matching.discrepancies if (row.side, row.record_id, row.kind) not in ignored]

    def count(kind: DiscrepancyKind, side: Side | None = None) -> int:
        return sum(1 for row in told if row.kind is kind and (side is None or row.side is side))

    held = [record for record in records if record.held]
    return Linked(
        linked=sum(1 for target in matching.links.values() if target is not None)
        + sum(1 for record in held if record.linked_to is not None),
        newly_linked=sum(1 for id_, target in changed.items() if target is not None and before[id_] is None),
        relinked=sum(1 for id_, target in changed.items() if target is not None and before[id_] is not None),
        unlinked=sum(1 for target in changed.values() if target is None),
        held=len(held),
        unmatched_tutorial=count(DiscrepancyKind.UNMATCHED, Side.TUTORIAL),
        unmatched_administrate=count(DiscrepancyKind.UNMATCHED, Side.ADMINISTRATE),
        ambiguous=count(DiscrepancyKind.AMBIGUOUS),
        ignored=len(matching.discrepancies) - len(told),
    )


def _write(connection: Connection, table: Table, name: str, changed: Mapping[int, int | None]) -> None:
    if not changed:
        return
    new = (
        func.unnest(cast(list(changed), ARRAY(BigInteger)), cast(list(changed.values()), ARRAY(BigInteger)))
        .table_valued("id", "target", name="new")
        .render_derived()
    )
    connection.execute(
        update(table)
        .where(table.c.id == new.c.id)
        .values(
            **{name: new.c.target},
            linked_by=case((new.c.target.is_(None), null()), else_=MATCHED),
            updated_at=func.now(),
        )
    )
