from collections.abc import Iterator

from graphql import (
    GraphQLNamedType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    is_interface_type,
    is_introspection_type,
    is_specified_scalar_type,
    parse,
    validate,
    visit,
)

from sync_assets.administrate.documents import package_documents, schema_text
from sync_assets.event_import.administrate_side.every_document import every_document

SCHEMA = build_schema(schema_text())
PING = "Query.hello"


class Asked(Visitor):
    """Notes every field that a document asks for, such as `Query.events`."""

    def __init__(self) -> None:
        super().__init__()
        self.types = TypeInfo(SCHEMA)
        self.fields: set[str] = set()

    def enter_field(self, node: object, *_: object) -> None:
        parent = self.types.get_parent_type()
        field = self.types.get_field_def()
        if parent is not None and field is not None and field.ast_node is not None:
            self.fields.add(f"{parent.name}.{field.ast_node.name.value}")


def asked_for() -> set[str]:
    asked = Asked()
    for text in (
        *(document.text for _, document in package_documents()),
        *(each.text for _, each, _ in every_document()),
    ):
        visit(parse(text), TypeInfoVisitor(asked.types, asked))
    return asked.fields


def led_to(start: GraphQLNamedType) -> Iterator[GraphQLNamedType]:
    """Yield the types of a type's fields and arguments, and those that stand for it or that it stands for.

    What implements Node is not among them: anything may, and nobody could ask for it by that alone.
    """
    yield from getattr(start, "interfaces", ())
    if is_interface_type(start) and start.name != "Node":
        yield from SCHEMA.get_possible_types(start)
    for field in getattr(start, "fields", {}).values():
        yield get_named_type(field.type)
        yield from (get_named_type(argument.type) for argument in getattr(field, "args", {}).values())


def test_every_document_is_valid_against_the_schema() -> None:
    documents = dict(package_documents())
    assert documents
    for path, document in documents.items():
        assert validate(SCHEMA, parse(document.text)) == [], path


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [document.name for _, document in package_documents()]
    assert len(names) == len(set(names))


def test_every_query_and_every_group_of_mutations_of_the_schema_is_asked_for() -> None:
    roots = [each for each in (SCHEMA.query_type, SCHEMA.mutation_type) if each]
    served = {f"{root.name}.{field}" for root in roots for field in root.fields}
    assert served - asked_for() == {PING}


def test_every_type_of_the_schema_is_within_reach_of_a_query_or_a_mutation() -> None:
    reached: set[GraphQLNamedType] = set()
    ahead: list[GraphQLNamedType] = [each for each in (SCHEMA.query_type, SCHEMA.mutation_type) if each]
    while ahead:
        reached.add(here := ahead.pop())
        ahead += (each for each in led_to(here) if each not in reached)
    declared = {
        each
        for each in SCHEMA.type_map.values()
        if not is_introspection_type(each) and not is_specified_scalar_type(each)
    }
    assert declared - reached == set()
