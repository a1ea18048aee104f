"""Compares the documents that the project sends with the schema of an endpoint."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    build_schema,
    get_named_type,
    is_required_input_field,
    parse,
    type_from_ast,
    validate,
)
from graphql.utilities import coerce_input_value

from sync_assets.administrate.documents import Document, package_documents, schema_text
from sync_assets.event_import.administrate_side.every_document import every_document


@dataclass(frozen=True, slots=True)
class DocumentMisfit:
    """Something that the project sends and the endpoint does not accept; `documents` are those that have it."""

    sentence: str
    documents: tuple[str, ...]
    is_certain: bool = True


def misfits(served: GraphQLSchema) -> list[DocumentMisfit]:
    """Return what in the project's documents does not fit a schema, each thing once, with every document that has it.

    Not certain are input fields that the project knows but may never send.
    """
    documents: defaultdict[tuple[bool, str], list[str]] = defaultdict(list)
    for name, is_certain, sentence in _all(served):
        documents[is_certain, sentence].append(name)
    return [
        DocumentMisfit(sentence, tuple(dict.fromkeys(names)), is_certain=is_certain)
        for (is_certain, sentence), names in documents.items()
    ]


def count_documents() -> int:
    """Return how many documents `misfits` looks at."""
    return len(list(package_documents())) + len(every_document())


def _all(served: GraphQLSchema) -> Iterator[tuple[str, bool, str]]:
    known = build_schema(schema_text())
    for name, document in package_documents():
        for sentence in _invalid(served, document):
            yield name, True, sentence
        for is_certain, sentence in _changed_inputs(served, known, document):
            yield name, is_certain, sentence
    for name, document, variables in every_document():
        for sentence in (*_invalid(served, document), *_refused_values(served, document, variables)):
            yield name, True, sentence


def _invalid(served: GraphQLSchema, document: Document) -> Iterator[str]:
    parsed = parse(document.text)
    for error in validate(served, parsed):
        yield error.message.rstrip(".")


def _refused_values(served: GraphQLSchema, document: Document, variables: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with variables: only they show that a field of an input was removed."""
    sentence: list[str] = []

    def refused(path: list[str | int], value: Any, error: GraphQLError) -> None:
        del path, value
        sentence.append(error.message.rstrip("."))

    for type_, name in _variables(served, document):
        if type_ is not None and name in variables:
            coerce_input_value(variables[name], type_, refused)
    yield from sentence


def _changed_inputs(served: GraphQLSchema, known: GraphQLSchema, document: Document) -> Iterator[tuple[bool, str]]:
    """Yield how the inputs of a document have changed, as far as one can see without the values."""
    for type_, _ in _variables(served, document):
        input_type = get_named_type(type_)
        before = known.get_type(input_type.name) if input_type else None
        if not isinstance(input_type, GraphQLInputObjectType) or not isinstance(before, GraphQLInputObjectType):
            continue
        for name, field in input_type.fields.items():
            if is_required_input_field(field) and name not in before.fields:
                yield True, f"Field '{name}' of input type '{input_type.name}' is required now, and is not sent"
        for name in before.fields:
            if name not in input_type.fields:
                yield False, f"Field '{name}' is no longer defined by input type '{input_type.name}'"


def _variables(served: GraphQLSchema, document: Document) -> Iterator[tuple[Any, str]]:
    """Yield the variables of a document with their types in the schema, None for a type that it does not have."""
    for node in parse(document.text).definitions:
        if isinstance(node, OperationDefinitionNode):
            for variable in node.variable_definitions or ():
                name: NameNode = variable.variable.name
                yield type_from_ast(served, variable.type), name.value
