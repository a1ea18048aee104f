"""Typed records: each node that Administrate returns becomes a pydantic model, or an error that names the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from sync_assets.administrate.errors import UnexpectedRecord

T = TypeVar("T")
R = TypeVar("R", bound=BaseModel)


class WireModel(BaseModel):
    """A model with snake_case fields for camelCase JSON. Fields that it does not declare are ignored."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True)


class Record(WireModel):
    """A record of Administrate: an opaque, unique id and whatever a subclass adds."""

    id: str


class Reference(WireModel):
    """A record that another one points at: only its id."""

    id: str


class PersonalName(WireModel):
    """The parts of a contact's name, as Administrate splits it."""

    first_name: str | None
    middle_name: str | None
    last_name: str | None


class Definition(WireModel):
    """The definition that a custom field value belongs to."""

    label: str


class CustomFieldValue(WireModel):
    """The value of one custom field of a record, as text. None where it is not set."""

    definition_key: str
    definition: Definition
    value: str | None


def nodes(connection: object) -> object:
    """Return the nodes of a connection. Any other value is returned unchanged, so that its type can refuse it."""
    if isinstance(connection, Mapping) and isinstance(edges := connection.get("edges"), list):
        return [edge.get("node") if isinstance(edge, Mapping) else edge for edge in edges]
    return connection


Nodes = Annotated[tuple[T, ...], BeforeValidator(nodes)]
"""The type of a nested connection: `Nodes[Reference]` reads `{edges: [{node: {id}}]}` as a tuple of references."""


def parse_record(model: type[R], value: object, what: str) -> R:
    """Return `value` as a record. Raises UnexpectedRecord, which names the record, the field and what came.

    `what` says what the record is, as in "location".
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the record"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        came = "null" if first["input"] is None else repr(first["input"])[:80]
        raise UnexpectedRecord(
            f"Administrate's {what} {_identity(value)} does not fit: field {field}: {first['msg'].lower()}, "
            f"came {came}{more}. The record needs correcting in Administrate, or the API has changed."
        ) from None


def values_by_label(values: tuple[CustomFieldValue, ...]) -> dict[str, str | None]:
    """Return custom field values keyed by label; of labels that occur twice, the later ones carry their key too."""
    labelled: dict[str, str | None] = {}
    for value in values:
        label = value.definition.label
        labelled[f"{label} [{value.definition_key}]" if label in labelled else label] = value.value
    return labelled


def _identity(value: object) -> str:
    if not isinstance(value, Mapping):
        return "(not an object)"
    known: Mapping[str, Any] = value
    names = [str(known[name]) for name in ("code", "title", "name", "label") if known.get(name)]
    return " ".join([str(known.get("id") or known.get("key") or "(no id)"), *(f"({name})" for name in names[:1])])
