"""Custom field values: all text, each in the form of its definition's type."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sync_assets.sandbox.tenant.records import CustomFieldDefinition, WithCustomFields
from sync_assets.sandbox.tenant.refusals import Examination
from sync_assets.sandbox.tenant.tenant import Tenant


@dataclass(slots=True)
class CustomFieldValue:
    """A definition and what a record holds for it, None if nothing."""

    definition: CustomFieldDefinition
    value: str | None

    @property
    def definition_key(self) -> str:
        """Return the definition's key."""
        return self.definition.id


def values_of(tenant: Tenant, record: WithCustomFields) -> list[CustomFieldValue]:
    """Return a value for each custom field of the record's type."""
    return [
        CustomFieldValue(definition, record.custom_fields.get(definition.id))
        for definition in tenant.definitions_of(record.TYPE)
    ]


def examined(
    tenant: Tenant, record_type: str, values: Iterable[dict[str, Any]] | None, examination: Examination
) -> dict[str, str | None]:
    """Return the values of an input by definition key; note what does not suit the record type or the field's type."""
    read: dict[str, str | None] = {}
    for given in values or ():
        key, value = given["definition_key"], given.get("value")
        definition = tenant.custom_field_definitions.get(key)
        if definition is None or definition.record_type != record_type:
            examination.refuse("customFieldValues", f"{key} is not a custom field of {record_type}.", key)
        elif value and not _suits(definition, value):
            examination.refuse(
                "customFieldValues", f"{definition.label} is a {definition.type} and cannot hold this.", value
            )
        else:
            read[key] = value
    return read


def store(record: WithCustomFields, values: dict[str, str | None]) -> None:
    """Keep examined values on a record: null clears a field, fields that are not named stay."""
    for key, value in values.items():
        if value is None:
            record.custom_fields.pop(key, None)
        else:
            record.custom_fields[key] = value


_READERS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "integer": int,
    "number": Decimal,
}
_LENGTHS = {"date": 10, "datetime": 19, "time": 8}


def _suits(definition: CustomFieldDefinition, value: str) -> bool:
    match definition.type:
        case "checkbox":
            return value in ("true", "false")
        case "choice":
            return value in definition.choices
        case "multichoice":
            return all(each in definition.choices for each in value.split("|"))
        case "url":
            return value.startswith(("http://", "https://"))
    try:
        _READERS.get(definition.type, str)(value)
    except (ArithmeticError, ValueError):
        return False
    return len(value) == _LENGTHS.get(definition.type, len(value))
