"""The values of a row as Administrate's custom fields take them: text, in the format of the field's type.

Formats: Administrate's developer documentation on custom fields (all values travel as text).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from types import MappingProxyType
from typing import Final

from sync_assets.event_import.problems import Problem, ProblemKind, Severity
from sync_assets.event_import.reference.known_records import EVENT, SESSION, ReferenceData, TenantCustomField
from sync_assets.event_import.workbook import columns
from sync_assets.event_import.workbook.cells import (
    Cell,
    CellValue,
    Unreadable,
    as_text,
    read_date,
    read_time,
    read_url,
    read_yes_no,
    shown,
    whole_number,
)
from sync_assets.event_import.workbook.sheet import SheetRow
from sync_assets.text import match_key

EVENT_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Sitting": columns.SITTING,
        "URL": columns.EVENT_URL,
        "Finalisation date": columns.FINALISATION_DATE,
        "Web sale": columns.WEB_SALE,
        "OCR Moodle Code": columns.OCR_MOODLE_CODE,
    }
)
"""Label of the Event custom field, and the column that it is filled from."""
SESSION_COLUMNS: Final[Mapping[str, str]] = MappingProxyType({"Day": columns.DAY, "URL": columns.SESSION_URL})
INDISPENSABLE = {"Event": frozenset({"Sitting", "URL"}), "Session": frozenset({"Day", "URL"})}
"""Labels, by record type, without which a row that fills them is refused; other values are left out."""


@dataclass(frozen=True, slots=True)
class CustomFieldText:
    """One value to send: the key of its definition in the tenant, its label, the text, and the column it is from."""

    definition_key: str
    label: str
    value: str
    column: str = ""


def event_custom_fields(row: SheetRow, known: ReferenceData) -> tuple[tuple[CustomFieldText, ...], list[Problem]]:
    """Return an event's custom field values: the five that every tenant is to have, and those named as a column is."""
    by_label = dict(EVENT_COLUMNS)
    taken = {match_key(label) for label in by_label}
    by_label.update({column: column for column in row.positions if match_key(column) not in taken})
    return _values(row, EVENT, by_label, known)


def session_custom_fields(row: SheetRow, known: ReferenceData) -> tuple[tuple[CustomFieldText, ...], list[Problem]]:
    """Return a session's custom field values: its day and its address."""
    return _values(row, SESSION, SESSION_COLUMNS, known)


def unused_custom_fields(row: SheetRow, event_row: SheetRow, known: ReferenceData) -> list[Problem]:
    """Return a warning for each custom field of the event that a session's row fills with something else."""
    problems: list[Problem] = []
    for column in row.positions:
        if column in columns.KNOWN or not known.custom_fields_by_label.find(f"{EVENT} {column}"):
            continue
        here, there = (shown(each.cell(column).as_written) for each in (row, event_row))
        if here and match_key(here) != match_key(there):
            says = f"says “{there}”" if there else "says nothing"
            sentence = (
                f"The custom field {column} is filled from the row of the event alone, and row {event_row.number} "
                f"{says}; what stands here is not used."
            )
            problems.append(row.problem(column, sentence, ProblemKind.STRUCTURE, Severity.WARNING))
    return problems


def _values(
    row: SheetRow, entity_type: str, by_label: Mapping[str, str], known: ReferenceData
) -> tuple[tuple[CustomFieldText, ...], list[Problem]]:
    values: list[CustomFieldText] = []
    problems: list[Problem] = []
    expected = EVENT_COLUMNS if entity_type == EVENT else SESSION_COLUMNS
    for label, column in by_label.items():
        cell = row.cell(column)
        if cell.is_blank:
            continue
        definitions = known.custom_fields_by_label.find(f"{entity_type} {label}")
        if not definitions and label in expected:
            is_error = label in INDISPENSABLE[entity_type]
            sentence = f"Administrate has no {entity_type} custom field labelled {label} for this value; " + (
                "make it there and sync the custom fields." if is_error else "the value is left out."
            )
            severity = Severity.ERROR if is_error else Severity.WARNING
            problems.append(row.problem(column, sentence, ProblemKind.CUSTOM_FIELD, severity))
        elif not definitions and label == columns.RECORDINGS and isinstance(read_yes_no(cell.as_written), Unreadable):
            sentence = (
                "The tutorial tables keep Recordings as Y or N, and Administrate has no Event custom field of that "
                "name for another text; the value is left out."
            )
            problems.append(row.problem(column, sentence, ProblemKind.CUSTOM_FIELD, Severity.WARNING))
        elif len(definitions) > 1:
            keys = ", ".join(definition.key for definition in definitions)
            sentence = f"Administrate has several {entity_type} custom fields labelled {label}: {keys}; keep one."
            problems.append(row.problem(column, sentence, ProblemKind.CUSTOM_FIELD))
        for definition in definitions[:1]:
            text = field_text(cell, definition)
            if isinstance(text, Unreadable):
                sentence = f"For the custom field {definition.label}: {text.sentence}"
                problems.append(row.problem(column, sentence, ProblemKind.CUSTOM_FIELD))
            else:
                values.append(CustomFieldText(definition.key, definition.label, text, column))
    return tuple(values), problems


def field_text(cell: Cell, definition: TenantCustomField) -> str | Unreadable:
    """Return a cell's value as a definition's type has it: yyyy-MM-dd, HH:mm:ss, true or false, an option's value …"""
    if cell.flaw is not None:
        return Unreadable(cell.flaw)
    match definition.field_type:
        case "date":
            day = read_date(cell.as_written)
            return day if isinstance(day, Unreadable) else day.isoformat()
        case "datetime":
            return _datetime_text(cell.as_written)
        case "time":
            clock = read_time(cell.as_written)
            return clock if isinstance(clock, Unreadable) else clock.isoformat(timespec="seconds")
        case "checkbox":
            flag = read_yes_no(cell.as_written)
            return flag if isinstance(flag, Unreadable) else str(flag).lower()
        case "integer":
            number = whole_number()(cell.as_written)
            return number if isinstance(number, Unreadable) else str(number)
        case "url":
            return read_url(cell.as_written)
        case "choice" if definition.options:
            return _option(as_text(cell.as_written), definition)
        case "multichoice":
            return _options(as_text(cell.as_written), definition)
        case _:
            return as_text(cell.as_written)


def _datetime_text(value: CellValue) -> str | Unreadable:
    if isinstance(value, str) and len(value.strip()) > len("2025-11-25"):
        try:
            value = datetime.fromisoformat(value.strip()).replace(tzinfo=None)
        except ValueError:
            return Unreadable(f"Expected a date, with or without a time, but the cell holds “{shown(value)}”.")
    day = read_date(value)
    if isinstance(day, Unreadable):
        return day
    clock = value.time() if isinstance(value, datetime) else time(0)
    return datetime.combine(day, clock).isoformat(timespec="seconds")


def _option(text: str, definition: TenantCustomField) -> str | Unreadable:
    """Return the value of the option that a text names by its label or value; Y and N name Yes and No as well."""
    key = match_key(text)
    for label, value in definition.options:
        if key in {match_key(label), match_key(value)}:
            return value
    wanted = read_yes_no(text)
    if not isinstance(wanted, Unreadable):
        for label, value in definition.options:
            if wanted in {read_yes_no(label), read_yes_no(value)}:
                return value
    offered = ", ".join(label for label, _ in definition.options)
    return Unreadable(f"Expected one of {offered}, but the cell holds “{shown(text)}”.")


def _options(text: str, definition: TenantCustomField) -> str | Unreadable:
    chosen: list[str] = []
    for part in text.replace(";", "|").split("|"):
        if not part.strip():
            continue
        option = _option(part.strip(), definition) if definition.options else part.strip()
        if isinstance(option, Unreadable):
            return option
        chosen.append(option)
    return "|".join(chosen)
