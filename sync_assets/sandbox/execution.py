"""Executes queries with the short cuts that a page of records allows; what comes out is what graphql-core would answer.

A page of a hundred course templates with their prices has some ten thousand fields. graphql-core spends most of its
time on what such fields do not need: resolve info, paths, checks for awaitables. Here a scalar that is read from an
attribute is read at once, and within a query a record that many others refer to (a region, a currency, a price level)
is completed once per selection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import (
    ExecutionContext,
    FieldNode,
    GraphQLObjectType,
    OperationType,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from graphql.pyutils import Path

from sync_assets.sandbox.records import (
    Account,
    Currency,
    CustomFieldDefinition,
    Location,
    PriceLevel,
    Region,
    TaxType,
)
from sync_assets.sandbox.schema import Attribute

_REFERRED_TO = (Account, Currency, CustomFieldDefinition, Location, PriceLevel, Region, TaxType)


@dataclass(frozen=True, slots=True)
class _Field:
    """A selected field. `read` is None where a resolver has to run, `serialize` where no scalar is read."""

    nodes: list[FieldNode]
    read: Callable[[Any], Any] | None = None
    serialize: Callable[[Any], Any] | None = None
    is_needed: bool = False


class RecordExecution(ExecutionContext):
    """graphql-core's execution for resolvers that are never asynchronous."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._selections: dict[int, tuple[object, dict[str, _Field]]] = {}
        self._completed: dict[tuple[int, int], Any] = {}
        # Between two mutations of one request a record may change.
        self._may_share = self.operation.operation is OperationType.QUERY

    @staticmethod
    def is_awaitable(value: Any) -> bool:
        """Nothing is."""
        return False

    def execute_fields(
        self, parent_type: GraphQLObjectType, source_value: Any, path: Path | None, fields: dict[str, list[FieldNode]]
    ) -> dict[str, Any]:
        """Complete an object, its plain attributes without detours."""
        results: dict[str, Any] = {}
        for response_name, field in self._selection(parent_type, fields).items():
            key = None
            if field.read is not None:
                value = field.read(source_value)
                if value is None and not field.is_needed:
                    results[response_name] = None
                    continue
                if field.serialize is not None and value is not None:
                    results[response_name] = field.serialize(value)
                    continue
                if self._may_share and isinstance(value, _REFERRED_TO):
                    key = (id(field.nodes[0]), id(value))
                    completed = self._completed.get(key)
                    if completed is not None:
                        results[response_name] = completed
                        continue
            field_path = Path(path, response_name, parent_type.name)
            results[response_name] = self.execute_field(parent_type, source_value, field.nodes, field_path)
            if key is not None:
                self._completed[key] = results[response_name]
        return results

    def _selection(self, parent_type: GraphQLObjectType, fields: dict[str, list[FieldNode]]) -> dict[str, _Field]:
        known = self._selections.get(id(fields))
        if known is not None:
            return known[1]
        selection: dict[str, _Field] = {}
        for response_name, nodes in fields.items():
            definition = parent_type.fields.get(nodes[0].name.value)
            if definition is None or nodes[0].arguments or not isinstance(definition.resolve, Attribute):
                selection[response_name] = _Field(nodes)
                continue
            type_ = get_nullable_type(definition.type)
            serialize = type_.serialize if is_leaf_type(type_) else None
            selection[response_name] = _Field(
                nodes, definition.resolve.of, serialize, is_non_null_type(definition.type)
            )
        # The fields are kept as well: their id is the key, and must not become another object's while it is one.
        self._selections[id(fields)] = (fields, selection)
        return selection
