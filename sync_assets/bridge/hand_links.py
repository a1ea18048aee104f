"""Links that people set and undo. Matching never changes what they decide."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, update

from sync_assets.bridge.bridge_table import HAND, MATCHED
from sync_assets.bridge.errors import BridgeError
from sync_assets.bridge.find_row import ChosenRecord, records_linked_to
from sync_assets.bridge.link import Link
from sync_assets.bridge.locks import lock_table
from sync_assets.bridge.matching import TutorialCandidate


class LinkRefused(BridgeError):
    """A link cannot be set or undone as it was asked for."""


def lock_links(connection: Connection, link: Link) -> None:
    """Keep link steps out until the transaction ends, so that nothing changes between reading and writing."""
    lock_table(connection, link.table)


def link_by_hand(connection: Connection, link: Link, record: ChosenRecord, row: TutorialCandidate) -> None:
    """Link a record to a tutorial row for good. Raises LinkRefused where the row is linked to another live record.

    A record that Administrate no longer has gives the row up: its link does not come back with it.
    """
    refuse_linked_row(connection, link, row, apart_from=record.id)
    table = link.table
    connection.execute(
        update(table)
        .where(table.c.removed_at.is_not(None), table.c.linked_row_id == row.id)
        .values(**_values(link, None, None))
    )
    if (record.linked_to, record.linked_by) != (row.id, HAND):
        _set(connection, link, record, row.id, HAND)


def link_as_matched(connection: Connection, link: Link, record: ChosenRecord, row: TutorialCandidate) -> None:
    """Link a record and a tutorial row of which one was made from the other.

    This is an ordinary match: later syncs keep it while the names agree. If a side changed the key when it stored the
    row, matching would never find the pair, so the link is held.
    """
    _set(connection, link, record, row.id, MATCHED if (record.key, record.scope) == (row.key, row.scope) else HAND)


def unlink(connection: Connection, link: Link, record: ChosenRecord) -> None:
    """Unlink a record, and never link it again by matching. Raises LinkRefused where it has no link.

    A record whose tutorial row was deleted can be unlinked, too.
    """
    if record.linked_to is None and record.linked_before is None:
        held = " and is held apart already" if record.linked_by else ""
        raise LinkRefused(f"The record {record.external_id} ({record.name}) has no link{held}.")
    _set(connection, link, record, None, HAND)


def leave_to_matching(connection: Connection, link: Link, record: ChosenRecord) -> None:
    """Undo what a person has decided of a record's link. Raises LinkRefused where nobody has decided anything."""
    if record.linked_by in (None, MATCHED):
        raise LinkRefused(f"The link of the record {record.external_id} ({record.name}) is left to matching already.")
    _set(connection, link, record, None, None)


def refuse_linked_row(
    connection: Connection, link: Link, row: TutorialCandidate, *, apart_from: int | None = None
) -> None:
    """Raise LinkRefused, naming the record, where a tutorial row is linked to a live record other than this."""
    for other in records_linked_to(connection, link, row.id):
        if other.id != apart_from:
            raise LinkRefused(
                f"Row {row.id} ({row.name}) of {link.tutorial_table.fullname} is linked to the record "
                f"{other.external_id} ({other.name}). Unlink that one first."
            )


def _set(connection: Connection, link: Link, record: ChosenRecord, target: int | None, by: str | None) -> None:
    table = link.table
    connection.execute(update(table).where(table.c.id == record.id).values(**_values(link, target, by)))


def _values(link: Link, target: int | None, by: str | None) -> dict[str, Any]:
    return {link.column: target, "linked_by": by, "linked_row_id": target, "updated_at": func.now()}
