"""Typed records: each node that Administrate returns becomes a pydantic model, or an error that names the field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, TypeVar, get_args

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

    def as_row(self) -> dict[str, Any]:
        """Return the record as a row: its id as `external_id`, and a column for each field, named as the field is.

        A record within it becomes a column for each of its own fields: a region with id and name is `region_id` and
        `region_name`. All of them are None where it is null.
        """
        values = self.model_dump()
        row: dict[str, Any] = {"external_id": values.pop("id")}
        for name, value in values.items():
            if within := _model_within(type(self).model_fields[name].annotation):
                row |= {f"{name}_{part}": value and value[part] for part in within.model_fields}
            else:
                row[name] = value
        return row


def _model_within(annotation: Any) -> type[WireModel] | None:
    """Return the model of a field that holds one record, or null."""
    kinds = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, WireModel):
            return kind
    return None


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


def whole_nodes(connection: object) -> object:
    """Return the nodes of a connection that came whole. Raises ValueError where more are announced than came."""
    found = nodes(connection)
    if isinstance(connection, Mapping) and isinstance(found, list):
        total = (connection.get("pageInfo") or {}).get("totalRecords")
        if isinstance(total, int) and total > len(found):
            raise ValueError(f"{len(found)} of {total} came")
    return found


WholeNodes = Annotated[tuple[T, ...], BeforeValidator(whole_nodes)]
"""Like `Nodes`, for a connection that is not read on in: one that was cut does not fit."""


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


class Staff(WireModel):
    """A contact booked on an event or a session, as `instructor` or `administrator`."""

    id: str
    staff_type: str
    contact: Reference | None


def values_by_label(values: Sequence[CustomFieldValue]) -> dict[str, str | None]:
    """Return custom field values keyed by label, whatever order they come in.

    Where several fields have one label, each of them carries its key: no order says which of them the label is meant
    for.
    """
    names = {value.definition_key: value.definition.label for value in values}
    while several := {name for name, count in Counter(names.values()).items() if count > 1}:
        names = {key: f"{name} [{key}]" if name in several else name for key, name in names.items()}
    return {names[value.definition_key]: value.value for value in values}


def _identity(value: object) -> str:
    if not isinstance(value, Mapping):
        return "(not an object)"
    known: Mapping[str, Any] = value
    names = [str(known[name]) for name in ("code", "title", "name", "label") if known.get(name)]
    return " ".join([str(known.get("id") or known.get("key") or "(no id)"), *(f"({name})" for name in names[:1])])
