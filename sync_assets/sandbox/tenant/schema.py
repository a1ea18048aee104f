"""The vendor's schema made executable over a tenant's records.

What a type has no rule for here is read from the record's attribute of the field's name in snake case; a field that the
stand-in knows nothing of is null, or empty if it is a list, and a mutation that it does not serve is an error by name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import resources
from typing import Any

from ariadne import InterfaceType, SchemaBindable, convert_camel_case_to_snake, make_executable_schema
from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
)

from sync_assets.sandbox.tenant.custom_fields import CustomFieldValue, values_of
from sync_assets.sandbox.tenant.mutations.resolvers import mutation_resolver
from sync_assets.sandbox.tenant.pages import connection
from sync_assets.sandbox.tenant.records import Account, Contact, Venue, WithCustomFields
from sync_assets.sandbox.tenant.scalars import SCALARS


class Attribute:
    """Resolves a field with the attribute (or key) of its name; `missing` stands for what is not there."""

    __slots__ = ("missing", "name")

    def __init__(self, name: str, missing: Any = None) -> None:
        self.name = name
        self.missing = missing

    def __call__(self, parent: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        """The value. Raises GraphQLError if it is asked to filter, which the field of one record cannot do."""
        if arguments.get("filters"):
            raise GraphQLError(f"{info.parent_type.name}.{info.field_name} takes no filters in this stand-in.")
        return self.of(parent)

    def of(self, parent: Any) -> Any:
        """The value on that record or payload."""
        if type(parent) is dict:
            return parent.get(self.name, self.missing)
        return getattr(parent, self.name, self.missing)


def schema_text() -> str:
    """The schema that the package's documents are written against."""
    return (resources.files("sync_assets.administrate") / "schema.graphql").read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def executable_schema(text: str) -> GraphQLSchema:
    """A schema that answers from the tenant in the context. Raises GraphQLError or TypeError for a broken text."""
    interfaces = ("Node", "FinancialUnit", "CustomFieldDefinition", "CourseTemplatePrice")
    by_record = [InterfaceType(name, lambda record, *_: record.TYPE) for name in interfaces]
    schema = make_executable_schema(text, *SCALARS, *by_record, _Fields(), convert_names_case=True)
    for graphql_type in schema.type_map.values():
        if isinstance(graphql_type, GraphQLEnumType):
            # ariadne 1.1 shadows this method with one of another signature, which graphql-core 3.2.14 cannot call for
            # an enum in a variable. It is there for enums with Python values, and ours are names alone.
            vars(graphql_type).pop("parse_value", None)
    return schema


class _Fields(SchemaBindable):
    """Gives every field of every type its resolver."""

    def bind_to_schema(self, schema: GraphQLSchema) -> None:
        for graphql_type in schema.type_map.values():
            if isinstance(graphql_type, GraphQLObjectType) and not graphql_type.name.startswith("__"):
                for name, field in graphql_type.fields.items():
                    for argument_name, argument in field.args.items():
                        # `input` would shadow the built-in in every function that takes it.
                        argument.out_name = "fields" if argument_name == "input" else None
                    field.resolve = _resolver(schema, graphql_type.name, name, field)


def _resolver(schema: GraphQLSchema, type_name: str, name: str, field: GraphQLField) -> Callable[..., Any]:
    own = _OWN_RESOLVERS.get((type_name, name))
    if own is not None:
        return own
    returned = str(field.type).removesuffix("!")
    if schema.mutation_type is not None and type_name == schema.mutation_type.name:
        return lambda *_: {}
    if type_name.endswith("Mutations"):
        group = _group_of(schema, type_name)
        return mutation_resolver(group, name) or _not_served(f"{group}.{name}")
    if name == "customFieldValues":
        return _custom_field_values
    attribute = convert_camel_case_to_snake(name)
    if returned.endswith("Connection"):
        record_type = returned.removesuffix("Connection")
        if type_name == "Query":
            return connection(record_type, lambda _, info: getattr(info.context.tenant, attribute).values())
        source = _OWN_SOURCES.get((type_name, name))
        return connection(record_type, source or (lambda parent, _: getattr(parent, attribute)))
    return Attribute(attribute, [] if returned.startswith("[") else None)


def _group_of(schema: GraphQLSchema, type_name: str) -> str:
    groups = schema.mutation_type.fields.items() if schema.mutation_type else ()
    return next((name for name, field in groups if str(field.type).removesuffix("!") == type_name), type_name)


def _not_served(mutation: str) -> Callable[..., Any]:
    def refuse(*_: Any, **arguments: Any) -> Any:
        raise GraphQLError(f"This stand-in does not serve the mutation {mutation}.")

    return refuse


def _custom_field_values(
    record: WithCustomFields,
    info: GraphQLResolveInfo,
    filter: dict[str, str] | None = None,  # noqa: A002 - the schema's
) -> list[CustomFieldValue]:
    return values_of(info.context.tenant, record, filter)


def _custom_field_template(_: Any, info: GraphQLResolveInfo, type: str) -> dict[str, Any]:  # noqa: A002 - the schema's
    definitions = info.context.tenant.definitions_of(type)
    return {"name": f"{type} custom fields", "custom_field_definitions": definitions}


def _custom_field_definitions(
    template: dict[str, Any], _: GraphQLResolveInfo, filters: Any = None, order_by: dict[str, str] | None = None
) -> list[Any]:
    if filters:
        raise GraphQLError("Custom field definitions cannot be filtered in this stand-in.")
    definitions: list[Any] = template["custom_field_definitions"]
    if order_by is None:
        return definitions
    if order_by["field"] != "label":
        raise GraphQLError("Custom field definitions can only be ordered by label.")
    descending = order_by["direction"] == "desc"
    return sorted(definitions, key=lambda definition: str(definition.label), reverse=descending)


def _node(_: Any, info: GraphQLResolveInfo, id: str) -> Any:  # noqa: A002 - the schema's
    return info.context.tenant.node(id)


_OWN_RESOLVERS: dict[tuple[str, str], Callable[..., Any]] = {
    ("Query", "hello"): lambda *_: "Hello",
    ("Query", "node"): _node,
    ("Query", "customFieldTemplate"): _custom_field_template,
    ("GlobalCustomFieldTemplate", "customFieldDefinitions"): _custom_field_definitions,
}


def _contacts_of(account: Account, info: GraphQLResolveInfo) -> list[Contact]:
    return [contact for contact in info.context.tenant.contacts.values() if contact.account is account]


def _bookings_of(contact: Contact, info: GraphQLResolveInfo) -> list[Any]:
    return [staff for staff in info.context.tenant.staff.values() if staff.contact is contact]


def _accounts_of(venue: Venue, _: GraphQLResolveInfo) -> list[Account]:
    return venue.accounts


_OWN_SOURCES: dict[tuple[str, str], Callable[[Any, GraphQLResolveInfo], Any]] = {
    ("Account", "contacts"): _contacts_of,
    ("Contact", "staff"): _bookings_of,
    ("Venue", "account"): _accounts_of,
}
