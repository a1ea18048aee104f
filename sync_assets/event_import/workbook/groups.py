"""Which rows belong together: an event's row and the rows of its further sessions under it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sync_assets.course_codes import is_lms_code
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import Unreadable, as_text, whole_number
from sync_assets.event_import.workbook.events import LearningMode
from sync_assets.event_import.workbook.learning_modes import read_mode
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
    has an event title of its own: its code is missing, and its sessions must not fall to the event above. A row that
    repeats code and title of the event above it is a session of it, unless its day is 1.
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


def title_key(row: SheetRow) -> str:
    """Return the key of the event title in a row; empty where there is none."""
    return match_key(as_text(row.cell(columns.EVENT_TITLE).as_written))


def _starts_event(row: SheetRow, above: SheetRow | None) -> bool:
    has_code = not row.cell(columns.CODE).is_blank
    has_title = not row.cell(columns.EVENT_TITLE).is_blank
    if above is None:
        return has_code or has_title
    has_its_title = not has_title or title_key(row) == title_key(above)
    if not has_code:
        return not has_its_title
    # The event's own cells filled down into its session rows: the day tells a further session from another event.
    is_repeated = has_its_title and _code_key(row) == _code_key(above)
    return not is_repeated or _is_lms_event(above) or _day(row) == 1


def _is_lms_event(row: SheetRow) -> bool:
    mode = read_mode(as_text(row.cell(columns.LEARNING_MODE).as_written))
    return is_lms_code(_code_key(row)) or mode is LearningMode.LMS


def _day(row: SheetRow) -> int | None:
    day = whole_number()(row.cell(columns.DAY).as_written)
    return None if isinstance(day, Unreadable) else day


def _code_key(row: SheetRow) -> str:
    return match_key(as_text(row.cell(columns.CODE).as_written))
