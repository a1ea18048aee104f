"""Links bridge rows to tutorial rows: reads the candidates, writes the links that changed and the discrepancies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Connection, Row, Text, cast, func, update

from sync_assets.bridge.bridge_table import ADOPTED, MATCHED
from sync_assets.bridge.decision_log import ignored_places
from sync_assets.bridge.discrepancies import record_discrepancies
from sync_assets.bridge.discrepancy_history import record_counts
from sync_assets.bridge.link import Link
from sync_assets.bridge.locks import lock_table
from sync_assets.bridge.match_keys import store_record_keys, store_tutorial_keys
from sync_assets.bridge.matching import (
    BridgeCandidate,
    Discrepancy,
    DiscrepancyKind,
    Matching,
    Side,
    TutorialCandidate,
    match,
)


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link step did, in rows, and what stands afterwards; the rows that somebody ignores are counted apart.

    `held` are the links that a sync does not change, `adopted` those of them that were found when the tables were taken
    over; `taken_over` were found then, too, and have become matches in this step, since matching would set them.
    `adopted_that_disagree` are the discrepancies of the adopted, ignored ones among them.
    """

    linked: int
    newly_linked: int
    relinked: int
    unlinked: int
    held: int
    unmatched_tutorial: int
    unmatched_administrate: int
    ambiguous: int
    ignored: int
    held_that_disagree: int = 0
    held_apart: int = 0
    rows_deleted: int = 0
    taken_over: int = 0
    adopted: int = 0
    adopted_that_disagree: tuple[Discrepancy, ...] = ()


@dataclass(frozen=True, slots=True)
class _Stored:
    """What a bridge row says of its link."""

    linked_to: int | None
    linked_by: str | None
    linked_row_id: int | None


def link_rows(connection: Connection, entity: str, link: Link, as_of: date | None = None) -> Linked:
    """Make the links of an entity what matching says, within the caller's transaction.

    `as_of` is the day, in UTC, on which a row has to be open to be missed; unset, it is today.

    Only changed links are written. A link is held, and so never changed, if a person set it, or if it is older than
    this project and matching would not set it. The link of a record that Administrate did not have for a while comes
    back with the record.
    """
    lock_table(connection, link.table)
    day = as_of or datetime.now(UTC).date()
    rows = connection.execute(link.records_on(day)).all()
    records = _records(rows, store_record_keys(connection, link, rows))
    matching = match(records, _tutorial_rows(connection, link, day), link.words)
    before = {row.id: _Stored(row.linked_to, row.linked_by, row.linked_row_id) for row in rows}
    after = {record.id: _after(record, before[record.id], matching) for record in records}
    _write(connection, link, {id_: stored for id_, stored in after.items() if stored != before[id_]})
    record_discrepancies(connection, entity, matching.discrepancies)
    ignored = ignored_places(connection, entity)
    not_ignored = [
        row
        for row in matching.discrepancies
        if ignored.get((row.side, row.record_id, row.kind), "") not in (None, row.why)
    ]
    record_counts(connection, entity, not_ignored)
    return _linked(records, matching, before, after, not_ignored)


def _records(rows: Sequence[Row[Any]], keys: Mapping[int, str]) -> list[BridgeCandidate]:
    return [
        BridgeCandidate(
            id=row.id,
            key=keys[row.id],
            name=row.name or "",
            external_id=row.external_id,
            scope=row.scope,
            linked_to=row.linked_to,
            held=row.linked_by is not None and row.linked_by != MATCHED,
            adopted=row.linked_by == ADOPTED,
            linked_before=row.linked_row_id if row.linked_to is None else None,
            is_open=bool(row.is_open),
        )
        for row in rows
    ]


def _tutorial_rows(connection: Connection, link: Link, day: date) -> list[TutorialCandidate]:
    rows = connection.execute(link.tutorial_rows_on(day)).all()
    keys = store_tutorial_keys(connection, link, rows)
    return [
        TutorialCandidate(
            id=row.id,
            key=keys[row.id],
            name=row.name or "",
            scope=row.scope,
            is_active=bool(row.is_active),
            is_open=bool(row.is_open),
        )
        for row in rows
    ]


def _after(record: BridgeCandidate, before: _Stored, matching: Matching) -> _Stored:
    """Return what a bridge row is to say of its link."""
    if record.id in matching.held:
        held = matching.held[record.id]
        return _Stored(held, before.linked_by, before.linked_row_id if held is None else held)
    target = matching.links[record.id]
    if target is not None:
        return _Stored(target, MATCHED, target)
    # What a row that was deleted had been linked to is remembered until there is another link.
    return _Stored(None, None, record.linked_before if record.id in matching.lost_their_row else None)


def _write(connection: Connection, link: Link, changed: Mapping[int, _Stored]) -> None:
    if not changed:
        return
    table, stored = link.table, list(changed.values())
    new = (
        func.unnest(
            cast(list(changed), ARRAY(BigInteger)),
            cast([link_of_row.linked_to for link_of_row in stored], ARRAY(BigInteger)),
            cast([link_of_row.linked_by for link_of_row in stored], ARRAY(Text)),
            cast([link_of_row.linked_row_id for link_of_row in stored], ARRAY(BigInteger)),
        )
        .table_valued("id", "linked_to", "linked_by", "linked_row_id", name="new")
        .render_derived()
    )
    values = {
        link.column: new.c.linked_to,
        "linked_by": new.c.linked_by,
        "linked_row_id": new.c.linked_row_id,
        "updated_at": func.now(),
    }
    connection.execute(update(table).where(table.c.id == new.c.id).values(**values))


def _linked(
    records: Sequence[BridgeCandidate],
    matching: Matching,
    before: Mapping[int, _Stored],
    after: Mapping[int, _Stored],
    not_ignored: Sequence[Discrepancy],
) -> Linked:
    def count(kind: DiscrepancyKind, side: Side | None = None) -> int:
        return sum(1 for row in not_ignored if row.kind is kind and (side is None or row.side is side))

    pairs = [(before[id_].linked_to, after[id_].linked_to) for id_ in after]
    adopted = {record.external_id for record in records if record.adopted and record.id in matching.held}
    return Linked(
        linked=sum(1 for _, now in pairs if now is not None),
        newly_linked=sum(1 for then, now in pairs if then is None and now is not None),
        relinked=sum(1 for then, now in pairs if then is not None and now not in (None, then)),
        unlinked=sum(1 for then, now in pairs if then is not None and now is None),
        held=len(matching.held),
        unmatched_tutorial=count(DiscrepancyKind.UNMATCHED, Side.TUTORIAL),
        unmatched_administrate=count(DiscrepancyKind.UNMATCHED, Side.ADMINISTRATE),
        ambiguous=count(DiscrepancyKind.AMBIGUOUS),
        ignored=len(matching.discrepancies) - len(not_ignored),
        held_that_disagree=count(DiscrepancyKind.HELD_LINK),
        held_apart=count(DiscrepancyKind.HELD_APART),
        rows_deleted=count(DiscrepancyKind.ROW_DELETED),
        taken_over=len(matching.taken_over),
        adopted=len(adopted),
        adopted_that_disagree=tuple(
            row for row in matching.discrepancies if row.side is Side.ADMINISTRATE and row.record_id in adopted
        ),
    )
