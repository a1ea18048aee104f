"""GraphQL documents: `.graphql` files that stand beside the code that sends them.

A fragment stands in one file, and every document of the same folder may spread it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from graphql import (
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    parse,
    print_ast,
    visit,
)


@dataclass(frozen=True, slots=True)
class Document:
    """One operation: its name, its text, and whether it changes something."""

    name: str
    text: str
    is_mutation: bool = False


def load_document(package: str, name: str) -> Document:
    """Return the document `<name>.graphql` of a package, with the fragments that it spreads.

    Raises FileNotFoundError, or GraphQLSyntaxError.
    """
    folder = files(package)
    return _document(folder, folder.joinpath(f"{name}.graphql"))


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
                yield where, _document(folder, entry)

    yield from walk(files("sync_assets"), "sync_assets")


def schema_text() -> str:
    """Return the schema file of this package: an excerpt of Administrate's schema that has what the documents use."""
    return files("sync_assets.administrate").joinpath("schema.graphql").read_text("utf-8")


def _document(folder: Traversable, file: Traversable) -> Document:
    """Return a file as a document, and add the fragments that it spreads and that stand in another file."""
    text = file.read_text("utf-8")
    while missing := _spread(text) - _defined(text).keys():
        beside = {name: fragment for other in _beside(folder, file) for name, fragment in _defined(other).items()}
        text = "\n".join([text, *(beside[name] for name in sorted(missing))])
    return parse_document(text)


def _beside(folder: Traversable, file: Traversable) -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.name.endswith(".graphql") and entry.name != file.name:
            yield entry.read_text("utf-8")


# Asked of each file once for every document of its folder.
@lru_cache(maxsize=256)
def _defined(text: str) -> Mapping[str, str]:
    fragments = (node for node in parse(text).definitions if isinstance(node, FragmentDefinitionNode))
    return {node.name.value: print_ast(node) for node in fragments}


def _spread(text: str) -> set[str]:
    found: set[str] = set()

    class Spreads(Visitor):
        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
            found.add(node.name.value)

    visit(parse(text), Spreads())
    return found
