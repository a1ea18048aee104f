"""Custom field values: all text, each in the form of its definition's type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sync_assets.sandbox.tenant.records import CustomFieldDefinition, WithCustomFields
from sync_assets.sandbox.tenant.refusals import InputErrors
from sync_assets.sandbox.tenant.store import Store

Values = dict[str, str | None]


@dataclass(slots=True)
class CustomFieldValue:
    """A definition and what a record holds for it, None if nothing."""

    definition: CustomFieldDefinition
    value: str | None

    @property
    def definition_key(self) -> str:
        """Return the definition's key."""
        return self.definition.id


def values_of(store: Store, record: WithCustomFields) -> list[CustomFieldValue]:
    """Return a value for each custom field of the record's type."""
    return [
        CustomFieldValue(definition, record.custom_fields.get(definition.id))
        for definition in store.definitions_of(record.TYPE)
    ]


def examined(
    store: Store, record_type: str, fields: dict[str, Any], examination: InputErrors, *, creating: bool = False
) -> Values:
    """Return the custom field values of an input by definition key, and note what is wrong with them.

    That is what does not suit the type of the record or of the field, and a required field without a value. Whether
    Administrate looks at required fields that an update leaves out is not known; here it does not.
    """
    values = _suitable(store, record_type, fields.get("custom_field_values") or (), examination)
    for definition in store.definitions_of(record_type):
        if definition.is_required and (creating or definition.id in values):
            value = values.get(definition.id)
            if not (value and value.strip()):
                examination.refuse(definition.label, f"{definition.label} is required.", value)
    return values


def _suitable(store: Store, record_type: str, inputs: Iterable[dict[str, Any]], examination: InputErrors) -> Values:
    values: Values = {}
    for given in inputs:
        key, value = given["definition_key"], given.get("value")
        definition = store.custom_field_definitions.get(key)
        if definition is None or definition.record_type != record_type:
            examination.refuse("customFieldValues", f"{key} is not a custom field of {record_type}.", key)
        elif value and not _suits(definition, value):
            message = f"{definition.label} is a {definition.type} and cannot hold this."
            examination.refuse("customFieldValues", message, value)
            values[key] = value
        else:
            values[key] = value
    return values


def merged(known: dict[str, str], values: Values) -> dict[str, str]:
    """Return what a record has with new values: null clears a field, fields that are not named stay."""
    return {key: value for key, value in {**known, **values}.items() if value is not None}


_PATTERNS = {
    "integer": r"-?\d+",
    "number": r"-?\d+(\.\d+)?",
    "email": r"[^@\s]+@[^@\s]+",
    "url": r"https?://\S+",
    "checkbox": r"true|false",
    "date": r"\d{4}-\d\d-\d\d",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
    "time": r"\d\d:\d\d:\d\d",
}
_READERS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
}


def _suits(definition: CustomFieldDefinition, value: str) -> bool:
    if definition.type in ("choice", "multichoice"):
        chosen = value.split("|") if definition.type == "multichoice" else [value]
        return set(chosen) <= {option["value"] for option in definition.options or ()}
    if not re.fullmatch(_PATTERNS.get(definition.type, r"(?s).*"), value):
        return False
    try:
        _READERS.get(definition.type, str)(value)
    except ValueError:
        return False
    return True
