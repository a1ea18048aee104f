"""Which rows belong together: an event's row and the rows of its further sessions under it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import as_text
from sync_assets.event_import.workbook.sheet import SheetRow
from sync_assets.text import match_key


@dataclass(frozen=True, slots=True)
class EventGroup:
    """The rows of one event. `event_row` is None for rows that stand before the first event of the sheet."""

    event_row: SheetRow | None
    session_rows: tuple[SheetRow, ...]

    @property
    def rows(self) -> tuple[SheetRow, ...]:
        """All rows, in the order of the sheet."""
        return self.session_rows if self.event_row is None else (self.event_row, *self.session_rows)


def group_rows(rows: Iterable[SheetRow]) -> list[EventGroup]:
    """Gather rows into events, in the order of the sheet.

    A row with a course template code starts an event, whatever is wrong with the code. So does a row without one that
    has an event title of its own: its code is missing, and its sessions must not fall to the event above.
    """
    groups: list[EventGroup] = []
    event_row: SheetRow | None = None
    sessions: list[SheetRow] = []
    for row in rows:
        if _starts_event(row, event_row):
            if event_row is not None or sessions:
                groups.append(EventGroup(event_row, tuple(sessions)))
            event_row, sessions = row, []
        else:
            sessions.append(row)
    if event_row is not None or sessions:
        groups.append(EventGroup(event_row, tuple(sessions)))
    return groups


def _starts_event(row: SheetRow, above: SheetRow | None) -> bool:
    if not row.cell(columns.CODE).is_blank:
        return True
    title = row.cell(columns.EVENT_TITLE)
    return not title.is_blank and (above is None or _title_key(row) != _title_key(above))


def _title_key(row: SheetRow) -> str:
    return match_key(as_text(row.cell(columns.EVENT_TITLE).value))
