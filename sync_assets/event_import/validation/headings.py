"""What the first row of a sheet says: headings that no column has, and columns that are read and not seen in Excel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sync_assets.event_import.problems import Problem, ProblemKind, Severity
from sync_assets.event_import.reference.known_records import EVENT, SESSION, ReferenceData
from sync_assets.event_import.validation.custom_field_values import EVENT_COLUMNS, SESSION_COLUMNS
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.sheet import Sheet
from sync_assets.near_names import NearNames
from sync_assets.text import match_key


def heading_warnings(sheet: Sheet, known: ReferenceData) -> list[Problem]:
    """Return what is to be reported of a sheet's columns, each as a warning of the first row."""
    return [*_unread_headings(sheet, known), *_hidden_columns(sheet, known), *_hidden_sheet(sheet)]


def _unread_headings(sheet: Sheet, known: ReferenceData) -> Iterator[Problem]:
    """Yield a warning for each heading that is not read and that is like one which would be."""
    columns_here = {match_key(column) for column in sheet.positions}
    labels = [field.label for field in known.custom_fields if field.entity_type == EVENT]
    wanted = [each for each in (*columns.OPTIONAL, *labels) if match_key(each) not in columns_here]
    # The custom fields that have a column of another name are not filled from one of their own.
    of_columns = {match_key(label) for label in EVENT_COLUMNS}
    near = NearNames(each for each in wanted if match_key(each) not in of_columns)
    for heading in sheet.positions:
        if heading in columns.KNOWN or known.custom_fields_by_label.find(f"{EVENT} {heading}"):
            continue
        if heading not in SESSION_COLUMNS and known.custom_fields_by_label.find(f"{SESSION} {heading}"):
            sentence = "The column is not read: custom fields of sessions are not filled from columns of their own."
            yield _warning(sheet, heading, sentence)
        elif perhaps := near.perhaps_part_of(heading):
            sentence = f"There is no column of this name, so it is not read{perhaps}; correct the heading."
            yield _warning(sheet, heading, sentence)


def _hidden_columns(sheet: Sheet, known: ReferenceData) -> Iterator[Problem]:
    hidden = [
        column
        for column, position in sheet.positions.items()
        if position in sheet.hidden
        and (column in columns.KNOWN or known.custom_fields_by_label.find(f"{EVENT} {column}"))
        and any(not row.cell(column).is_blank for row in sheet.rows)
    ]
    if hidden:
        which = f"The column {hidden[0]} is" if len(hidden) == 1 else f"The columns {_listed(hidden)} are"
        sentence = f"{which} hidden in the sheet, and read like every other; empty what is not meant to be imported."
        yield _warning(sheet, hidden[0], sentence)


def _hidden_sheet(sheet: Sheet) -> Iterator[Problem]:
    if sheet.is_hidden:
        sentence = (
            f"The sheet {sheet.name} is hidden in the workbook, and it is the one that is read; rename it if another "
            "sheet is meant."
        )
        yield _warning(sheet, columns.CODE, sentence)


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _warning(sheet: Sheet, column: str, sentence: str) -> Problem:
    return sheet.header.problem(column, sentence, ProblemKind.STRUCTURE, Severity.WARNING)
