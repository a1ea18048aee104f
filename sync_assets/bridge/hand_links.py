"""Links that people set and undo. Matching never changes what they decide."""

from __future__ import annotations

from sync_assets.bridge.both_sides import BothSides, ChosenRecord
from sync_assets.bridge.bridge_table import HAND, MATCHED
from sync_assets.bridge.candidates import TutorialCandidate
from sync_assets.bridge.errors import BridgeError


class LinkRefused(BridgeError):
    """A link cannot be set or undone as it was asked for."""


def link_by_hand(sides: BothSides, record: ChosenRecord, row: TutorialCandidate) -> None:
    """Link a record to a tutorial row for good. Raises LinkRefused where the row is linked to another live record.

    A record that Administrate no longer has gives the row up: its link does not come back with it.
    """
    refuse_linked_row(sides, row, apart_from=record.id)
    sides.take_from_removed(row.id)
    if (record.linked_to, record.linked_by) != (row.id, HAND):
        sides.set_link(record, row.id, HAND)


def link_as_matched(sides: BothSides, record: ChosenRecord, row: TutorialCandidate) -> None:
    """Link a record and a tutorial row of which one was made from the other.

    This is an ordinary match: later syncs keep it while the names agree. If a side changed the key when it stored the
    row, matching would never find the pair, so the link is held. Raises LinkRefused where the next link step would
    unlink the two.
    """
    if (record.key, record.scope) != (row.key, row.scope):
        sides.set_link(record, row.id, HAND)
    elif sides.would_match(record, row):
        sides.set_link(record, row.id, MATCHED)
    else:
        word = sides.link.words.key
        raise LinkRefused(
            f"The record {record.external_id} ({record.name}) and row {row.id} ({row.name}) of "
            f"{sides.link.tutorial_table.fullname} cannot stay linked by their {word}, which occurs more than once. "
            "Correct it on the side where it does, or link the two by hand."
        )


def unlink(sides: BothSides, record: ChosenRecord) -> None:
    """Unlink a record, and never link it again by matching. Raises LinkRefused where it has no link.

    A record whose tutorial row was deleted can be unlinked, too.
    """
    if record.linked_to is None and record.linked_before is None:
        held = " and is held apart already" if record.linked_by else ""
        raise LinkRefused(f"The record {record.external_id} ({record.name}) has no link{held}.")
    sides.set_link(record, None, HAND)


def leave_to_matching(sides: BothSides, record: ChosenRecord) -> None:
    """Leave a record's link to matching again. Raises LinkRefused where nobody has decided about it."""
    if not record.is_held:
        raise LinkRefused(f"The link of the record {record.external_id} ({record.name}) is left to matching already.")
    sides.set_link(record, None, None)


def refuse_linked_row(sides: BothSides, row: TutorialCandidate, *, apart_from: int | None = None) -> None:
    """Raise LinkRefused, naming the record, where a tutorial row is linked to a live record other than this."""
    for other in sides.linked_to(row.id):
        if other.id != apart_from:
            raise LinkRefused(
                f"Row {row.id} ({row.name}) of {sides.link.tutorial_table.fullname} is linked to the record "
                f"{other.external_id} ({other.name}). Unlink that one first."
            )
