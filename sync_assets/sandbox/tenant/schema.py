"""The package's schema made executable over a tenant's records.

Each field is read from the record's attribute of the field's name in snake case. A field that no record has, and a
mutation that the stand-in does not serve, are refused when the schema is made.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ariadne import InterfaceType, SchemaBindable, convert_camel_case_to_snake, make_executable_schema
from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
)

from sync_assets.sandbox.tenant import event_records, records
from sync_assets.sandbox.tenant.behaviour import Denial, UnreadableField
from sync_assets.sandbox.tenant.custom_fields import CustomFieldValue, values_of
from sync_assets.sandbox.tenant.list_pages import connection
from sync_assets.sandbox.tenant.mutations.resolvers import mutation_resolver
from sync_assets.sandbox.tenant.scalars import SCALARS

Resolver = Callable[..., Any]

_RECORDS: dict[str, type] = {
    record.TYPE: record
    for module in (records, event_records)
    for record in vars(module).values()
    if isinstance(record, type) and issubclass(record, records.Record) and hasattr(record, "TYPE")
}


@lru_cache(maxsize=32)
def executable_schema(text: str, unreadable: frozenset[UnreadableField] = frozenset()) -> GraphQLSchema:
    """Return a schema that answers from the tenant in the context, and denies what may not be read.

    Raises GraphQLError or TypeError for a broken text, and NotServed for a text with more than the stand-in has.
    """
    interfaces = ("Node", "FinancialUnit", "CustomFieldDefinition")
    by_record = [InterfaceType(name, lambda record, *_: record.TYPE) for name in interfaces]
    schema = make_executable_schema(text, *SCALARS, *by_record, _Fields(unreadable), convert_names_case=True)
    for graphql_type in schema.type_map.values():
        if isinstance(graphql_type, GraphQLEnumType):
            # ariadne 1.1 shadows this method with one of another signature, which graphql-core 3.2.14 cannot call for
            # an enum in a variable. It is there for enums with Python values, and ours are names alone.
            vars(graphql_type).pop("parse_value", None)
    return schema


class NotServed(Exception):
    """The schema has a field or a mutation that the stand-in has nothing for."""


class _Fields(SchemaBindable):
    """Gives every field of every type its resolver, or what stands in its place."""

    def __init__(self, unreadable: frozenset[UnreadableField]) -> None:
        self._denials = {each.field: each.denial for each in unreadable}

    def bind_to_schema(self, schema: GraphQLSchema) -> None:
        denials = dict(self._denials)
        for graphql_type in schema.type_map.values():
            if isinstance(graphql_type, GraphQLObjectType) and not graphql_type.name.startswith("__"):
                for name, field in graphql_type.fields.items():
                    for argument_name, argument in field.args.items():
                        # `input` would shadow the built-in in every function that takes it.
                        argument.out_name = "fields" if argument_name == "input" else None
                    field.resolve = _resolver(schema, graphql_type.name, name, field)
                    if denial := denials.pop(f"{graphql_type.name}.{name}", None):
                        _deny(field, denial)
        if denials:
            raise NotServed(f"The schema has no field {' and no field '.join(denials)} that could be denied.")


def _deny(field: GraphQLField, denial: Denial) -> None:
    """Answer a field with null, which it may be from now on, or with an error that spreads to what needs the value."""

    def resolve(_: Any, info: GraphQLResolveInfo, **__: Any) -> None:
        if denial is not Denial.NULL:
            raise GraphQLError(f"You are not allowed to read {info.parent_type.name}.{info.field_name}.")

    field.resolve = resolve
    if denial is not Denial.ERROR and isinstance(field.type, GraphQLNonNull):
        field.type = field.type.of_type


def _resolver(schema: GraphQLSchema, type_name: str, name: str, field: GraphQLField) -> Resolver:
    if own := _OWN_RESOLVERS.get((type_name, name)):
        return own
    returned = str(field.type).strip("[]!")
    if schema.mutation_type is not None and type_name == schema.mutation_type.name:
        return lambda *_: {}
    if type_name.endswith("Mutations"):
        group = _group_of(schema, type_name)
        resolver = mutation_resolver(group, name)
        if resolver is None:
            raise NotServed(f"The stand-in does not serve the mutation {group}.{name}: see sandbox/tenant/mutations.")
        return resolver
    if name == "customFieldValues":
        return _custom_field_values
    attribute = convert_camel_case_to_snake(name)
    if returned.endswith("Connection"):
        record_type = returned.removesuffix("Connection")
        if type_name == "Query":
            return connection(record_type, lambda _, info: getattr(info.context.tenant, attribute).values())
        return connection(record_type, lambda parent, _: getattr(parent, attribute))
    if type_name in _RECORDS and not hasattr(_RECORDS[type_name], attribute):
        raise NotServed(f"The stand-in's {type_name} has no {attribute}: add it to sandbox/tenant/records.py.")
    return _reference(attribute) if returned in _RECORDS else _value(attribute)


def _value(name: str) -> Resolver:
    def resolve(parent: Any, _: GraphQLResolveInfo) -> Any:
        return parent[name] if type(parent) is dict else getattr(parent, name)

    return resolve


def _reference(name: str) -> Resolver:
    def resolve(parent: Any, info: GraphQLResolveInfo) -> Any:
        record = parent[name] if type(parent) is dict else getattr(parent, name)
        return info.context.seen(info, record) if isinstance(record, records.Record) else record

    return resolve


def _group_of(schema: GraphQLSchema, type_name: str) -> str:
    groups: dict[str, GraphQLField] = schema.mutation_type.fields if schema.mutation_type else {}
    return next(name for name, field in groups.items() if str(field.type).strip("!") == type_name)


def _custom_field_values(record: records.WithCustomFields, info: GraphQLResolveInfo) -> list[CustomFieldValue]:
    return values_of(info.context.tenant, record)


def _custom_field_template(_: Any, info: GraphQLResolveInfo, type: str) -> dict[str, Any]:  # noqa: A002 - the schema's
    definitions = info.context.tenant.definitions_of(type)
    return {"name": f"{type} custom fields", "custom_field_definitions": definitions}


def _node(_: Any, info: GraphQLResolveInfo, id: str) -> Any:  # noqa: A002 - the schema's
    return info.context.node(info, id)


_OWN_RESOLVERS: dict[tuple[str, str], Resolver] = {
    ("Query", "hello"): lambda *_: "Hello",
    ("Query", "node"): _node,
    ("Query", "customFieldTemplate"): _custom_field_template,
}
