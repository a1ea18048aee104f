"""GraphQL documents as the server receives them, parsed and validated once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
    validate,
)


@dataclass(frozen=True)
class Document:
    """A document and what it asks for. `errors` is what the schema says against it.

    `root_fields` are field names for a query and such as `event.createBlended` for a mutation, each as often as it is
    asked for.
    """

    node: DocumentNode
    errors: list[GraphQLError]
    operation: str | None
    root_fields: tuple[str, ...]
    mutation_fields: int


@lru_cache(maxsize=512)
def read_document(schema: GraphQLSchema, text: str, operation_name: str | None) -> Document:
    """Return a document with what it asks for. Raises GraphQLSyntaxError."""
    node = parse(text)
    operations = [each for each in node.definitions if isinstance(each, OperationDefinitionNode)]
    named = [each for each in operations if operation_name in (None, each.name and each.name.value)]
    if not named:
        return Document(node, validate(schema, node), operation_name, (), 0)
    operation = named[0]
    fragments = {each.name.value: each for each in node.definitions if isinstance(each, FragmentDefinitionNode)}
    is_mutation = operation.operation is OperationType.MUTATION
    fields: list[str] = []
    for root in _fields(operation.selection_set, fragments):
        if is_mutation and root.selection_set:
            fields += [f"{root.name.value}.{each.name.value}" for each in _fields(root.selection_set, fragments)]
        else:
            fields.append(root.name.value)
    return Document(
        node,
        validate(schema, node),
        operation.name.value if operation.name else None,
        tuple(fields),
        len(fields) if is_mutation else 0,
    )


def _fields(selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]) -> Iterator[FieldNode]:
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, InlineFragmentNode):
            yield from _fields(selection.selection_set, fragments)
        elif isinstance(selection, FragmentSpreadNode) and selection.name.value in fragments:
            yield from _fields(fragments[selection.name.value].selection_set, fragments)
