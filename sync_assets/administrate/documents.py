"""GraphQL documents: `.graphql` files beside the code that sends them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from graphql import OperationDefinitionNode, OperationType, parse


@dataclass(frozen=True, slots=True)
class Document:
    """One operation: its name, its text, and whether it changes something."""

    name: str
    text: str
    is_mutation: bool = False


def load_document(package: str, name: str) -> Document:
    """Return the document `<name>.graphql` of a package. Raises FileNotFoundError, or GraphQLSyntaxError."""
    return parse_document(files(package).joinpath(f"{name}.graphql").read_text("utf-8"))


def parse_document(text: str) -> Document:
    """Return a text with exactly one named operation as a document. Raises GraphQLSyntaxError or ValueError."""
    operations = [node for node in parse(text).definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].name is None:
        raise ValueError("A document holds exactly one operation, and the operation has a name.")
    return Document(operations[0].name.value, text, operations[0].operation is OperationType.MUTATION)


def package_documents() -> Iterator[tuple[str, Document]]:
    """Yield every document of this package with its path, but not the schema."""

    def walk(folder: Traversable, path: str) -> Iterator[tuple[str, Document]]:
        for entry in sorted(folder.iterdir(), key=lambda item: item.name):
            where = f"{path}/{entry.name}"
            if entry.is_dir():
                yield from walk(entry, where)
            elif entry.name.endswith(".graphql") and entry.name != "schema.graphql":
                yield where, parse_document(entry.read_text("utf-8"))

    yield from walk(files("sync_assets"), "sync_assets")


def schema_text() -> str:
    """Return the schema file of this package: an excerpt of Administrate's schema that has what the documents use."""
    return files("sync_assets.administrate").joinpath("schema.graphql").read_text("utf-8")
