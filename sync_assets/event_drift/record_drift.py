"""The open differences of events in their table: written as they are found, read by checks, pages and alerts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from sync_assets.bridge.event_drift_table import event_drift
from sync_assets.event_drift.both_names import BothNames
from sync_assets.event_drift.linked_event import LinkedEvent
from sync_assets.event_drift.three_way import Difference, DriftKind
from sync_assets.event_import.planning.field_owners import owner_of
from sync_assets.event_import.planning.fields import SESSION, Field

COLUMNS: Final = (
    *("title", "sitting", "field", "kind", "agreed", "here", "there", "owner"),
    *("administrate_id", "tutorial_event_id", "found_at", "left_apart_by", "left_apart_reason"),
)


@dataclass(frozen=True, slots=True)
class OpenDifference:
    """A difference with the event that it is of."""

    event: LinkedEvent
    difference: Difference


def record_drift(
    connection: Connection, found: Sequence[OpenDifference], both: BothNames, compared: Collection[str] | None = None
) -> None:
    """Make these the open differences, of the events `compared` (ids in Administrate) or of all.

    A difference that the table has with the same values keeps its time, and that somebody left it apart.
    """
    table = event_drift
    standing = select(table)
    if compared is not None:
        standing = standing.where(table.c.external_id.in_(compared))
    known = {(row.external_id, row.day, row.field): row for row in connection.execute(standing)}
    current = {
        (each.event.external_id, each.difference.field.day or 0, each.difference.field.column): _row(each, both)
        for each in found
    }
    if gone := [row.id for place, row in known.items() if place not in current]:
        connection.execute(delete(table).where(table.c.id.in_(gone)))
    if new := [row for place, row in current.items() if place not in known]:
        connection.execute(insert(table), new)
    for place, row in current.items():
        before = known.get(place)
        if before is None or all(getattr(before, name) == value for name, value in row.items()):
            continue
        values: dict[str, Any] = dict(row)
        if (before.kind, before.here, before.there) != (row["kind"], row["here"], row["there"]):
            values |= {"found_at": func.now(), "left_apart_by": None, "left_apart_reason": None}
        connection.execute(update(table).where(table.c.id == before.id).values(**values))


def _row(each: OpenDifference, both: BothNames) -> dict[str, Any]:
    event, found = each.event, each.difference
    return {
        "tutorial_event_id": event.tutorial_event_id,
        "external_id": event.external_id,
        "title": event.title,
        "sitting": event.sitting,
        "day": found.field.day or 0,
        "field": found.field.column,
        "kind": found.kind.value,
        "owner": owner_of(found.field).value,
        "agreed": {"here": found.agreed_here, "there": found.agreed_there},
        "here": found.here,
        "there": found.there,
        "agreed_text": None
        if found.kind is DriftKind.NEVER_AGREED
        else _text(found.field, found.agreed_there, both, here=False),
        "here_text": _text(found.field, found.here, both, here=True),
        "there_text": _text(found.field, found.there, both, here=False),
    }


def _text(field: Field, value: Any, both: BothNames, *, here: bool) -> str:
    if field.column == SESSION:
        return "a session" if value else "no session"
    return both.text_here(field, value) if here else both.text_there(field, value)


def read_drift(
    connection: Connection,
    *,
    sitting: str | None = None,
    kind: DriftKind | None = None,
    external_ids: Collection[str] | None = None,
    left_apart: bool = False,
    ids: Collection[int] | None = None,
) -> pd.DataFrame:
    """Return the open differences, one row per event and field, with the columns of `COLUMNS`.

    `left_apart` returns those that somebody left apart in place of the others; `ids` are keys of the table.
    """
    table = event_drift
    wanted = conditions(sitting=sitting, kind=kind, left_apart=left_apart)
    if external_ids is not None:
        wanted.append(table.c.external_id.in_(external_ids))
    if ids is not None:
        wanted.append(table.c.id.in_(ids))
    rows = connection.execute(select(table).where(*wanted).order_by(*order())).all()
    return pd.DataFrame(
        [
            (
                row.title,
                row.sitting or "",
                str(Field(row.day or None, row.field)),
                row.kind,
                row.agreed_text or "",
                row.here_text,
                row.there_text,
                row.owner,
                row.external_id,
                row.tutorial_event_id,
                row.found_at,
                row.left_apart_by or "",
                row.left_apart_reason or "",
            )
            for row in rows
        ],
        columns=list(COLUMNS),
    )


def conditions(
    *, sitting: str | None = None, kind: DriftKind | None = None, left_apart: bool
) -> list[ColumnElement[bool]]:
    """Return what holds of the rows that are looked for."""
    table = event_drift
    is_apart = table.c.left_apart_by.is_not(None)
    wanted: list[ColumnElement[bool]] = [is_apart if left_apart else ~is_apart]
    if sitting is not None:
        wanted.append(table.c.sitting == sitting)
    if kind is not None:
        wanted.append(table.c.kind == kind.value)
    return wanted


def order() -> tuple[ColumnElement[Any], ...]:
    """Return what the rows are ordered by."""
    return event_drift.c.title, event_drift.c.day, event_drift.c.field


def leave_apart(connection: Connection, external_id: str, fields: Collection[Field], who: str, reason: str) -> int:
    """Say of differences that they may stay, and return of how many."""
    table = event_drift
    done = 0
    for field in fields:
        place = (
            table.c.external_id == external_id,
            table.c.day == (field.day or 0),
            table.c.field == field.column,
        )
        done += connection.execute(
            update(table).where(*place).values(left_apart_by=who, left_apart_reason=reason)
        ).rowcount
    return done
