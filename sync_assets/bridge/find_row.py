"""Finds the row of either side that a person means, by its id or else by what it is matched on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, cast, select
from sqlalchemy import Text as SqlText

from sync_assets.bridge.errors import BridgeError
from sync_assets.bridge.link import Link
from sync_assets.bridge.matching import TutorialCandidate
from sync_assets.text import match_key


class NoSuchRow(BridgeError):
    """A decision names a row that is not there, or several."""


@dataclass(frozen=True, slots=True)
class ChosenRecord:
    """A live bridge row as decisions see it; `linked_before` is the row whose deletion took its link away."""

    id: int
    external_id: str
    name: str
    key: str
    scope: int | None
    linked_to: int | None
    linked_by: str | None
    linked_before: int | None = None


def find_record(connection: Connection, link: Link, what: str, given: str) -> ChosenRecord:
    """Return the live bridge row of that external id, else the only one of that key. Raises NoSuchRow."""
    records = [_record(row) for row in connection.execute(link.records)]
    found = [record for record in records if record.external_id == given]
    found = found or [record for record in records if record.key and record.key == match_key(given)]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(record.external_id for record in found)
        raise NoSuchRow(
            f"Administrate has {len(found)} records {given!r} among the {what}: give the id of the one you mean: {ids}."
        )
    raise NoSuchRow(
        f"Among the {what}, {link.table.fullname} has no record with the id or the {link.words.key} {given!r} that "
        "Administrate still has. Run a sync if it is new there."
    )


def records_linked_to(connection: Connection, link: Link, tutorial_id: int) -> list[ChosenRecord]:
    """Return the live bridge rows that are linked to a tutorial row."""
    rows = connection.execute(link.records.where(link.table.c[link.column] == tutorial_id).order_by(link.table.c.id))
    return [_record(row) for row in rows]


def active_tutorial_rows(connection: Connection, link: Link) -> list[TutorialCandidate]:
    """Return the tutorial rows that can be linked."""
    return [
        TutorialCandidate(id=row.id, key=match_key(row.key), name=row.name or "", scope=row.scope)
        for row in connection.execute(link.tutorial_rows)
        if row.is_active
    ]


def chosen_tutorial_row(connection: Connection, link: Link, given: str) -> TutorialCandidate:
    """Return the active tutorial row of that id, else the only one of that key. Raises NoSuchRow."""
    rows = active_tutorial_rows(connection, link)
    found = [row for row in rows if str(row.id) == given]
    found = found or [row for row in rows if row.key and row.key == match_key(given)]
    if len(found) == 1:
        return found[0]
    table = link.tutorial_table
    if found:
        ids = ", ".join(str(row.id) for row in found)
        raise NoSuchRow(f"{table.fullname} has {len(found)} rows {given!r}: give the id of the one you mean: {ids}.")
    if connection.scalar(select(table.c.id).where(cast(table.c.id, SqlText) == given)):
        raise NoSuchRow(
            f"Row {given} of {table.fullname} is inactive, so it cannot be linked. Make it active in the tutorial "
            "application first."
        )
    raise NoSuchRow(f"{table.fullname} has no active row with the id or the {link.words.key} {given!r}.")


def _record(row: Row[Any]) -> ChosenRecord:
    return ChosenRecord(
        id=row.id,
        external_id=row.external_id,
        name=row.name or "",
        key=match_key(row.key),
        scope=row.scope,
        linked_to=row.linked_to,
        linked_by=row.linked_by,
        linked_before=row.linked_row_id if row.linked_to is None else None,
    )
