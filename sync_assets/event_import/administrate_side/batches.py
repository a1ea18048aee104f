"""Many mutations, or many look-ups, as one GraphQL document: each under an alias of its own, with its own variables.

Every mutation is a root field of its own, since GraphQL runs root fields one after the other and promises nothing of
the order below them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sync_assets.administrate.documents import Document

_ERRORS: Final = "errors { label message value }"
_ORDER: Final = "order: {field: id, direction: asc}"
_MADE_SESSIONS: Final = f"""sessions(first: 100, {_ORDER}) {{
    edges {{ node {{ id code title lifecycleState }} }} pageInfo {{ totalRecords }} }}"""
_STAFF: Final = f"""staff(first: 100, {_ORDER}) {{
    edges {{ node {{ id staffType contact {{ id }} }} }} pageInfo {{ totalRecords }} }}"""
_SESSIONS: Final = f"""sessions(first: 100, offset: $offset, {_ORDER}) {{
    edges {{ node {{
        id code title lifecycleState timeZoneName timeZonedStart timeZonedEnd location {{ id }} venue {{ id }}
        customFieldValues {{ definitionKey value }} {_STAFF}
    }} }} pageInfo {{ totalRecords }} }}"""

FRAGMENTS: Final[Mapping[str, str]] = {
    "EventMade": f"on EventCreateResponse {{ {_ERRORS} event {{ id code {_MADE_SESSIONS} }} }}",
    "EventChanged": f"on EventUpdateResponse {{ {_ERRORS} event {{ id }} }}",
    "EventsDeleted": f"on DeleteMutationResponse {{ {_ERRORS} }}",
    "SessionChanged": f"on SessionMutationResponse {{ {_ERRORS} session {{ id }} }}",
    "CourseTemplateChanged": f"on CourseTemplateUpdateResponse {{ {_ERRORS} courseTemplate {{ id }} }}",
    "EventsFound": """on EventConnection {
        edges { node {
            id code title lifecycleState learningMode courseTemplate { id }
            timeZonedClassroomStart timeZonedLmsStart
        } } pageInfo { totalRecords } }""",
    "EventRead": f"""on Event {{
        id code title lifecycleState learningMode courseTemplate {{ id }} location {{ id }} timeZoneName maxPlaces
        bookedPlaces timeZonedLmsStart timeZonedLmsEnd registrationDeadline
        customFieldValues {{ definitionKey value }} {_STAFF} {_SESSIONS} }}""",
    "CourseTemplateRead": """on CourseTemplate { id
        approvedInstructors(first: 100, offset: $offset, order: {field: id, direction: asc}) {
        edges { node { id } } pageInfo { totalRecords } } }""",
}
"""What is asked for, by fragment name. A nested list is cut at 100 rows, so it tells its whole number as well."""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a field: its name, its type in GraphQL's notation, its value as JSON has it."""

    name: str
    type: str
    value: Any


@dataclass(frozen=True, slots=True)
class Mutation:
    """One mutation, such as `event.createBlended`; `answer` names the fragment of its payload."""

    group: str
    field: str
    arguments: tuple[Argument, ...]
    answer: str

    @property
    def name(self) -> str:
        """The mutation as people write it."""
        return f"{self.group}.{self.field}"


_Shape = tuple[str, str, tuple[tuple[str, str], ...], str]


def alias(index: int) -> str:
    """Return the alias of the part at a position, from 0."""
    return f"part{index}"


def mutation_batch(mutations: Sequence[Mutation], name: str = "ImportEvents") -> tuple[Document, dict[str, Any]]:
    """Return the document and the variables of several mutations; `payload_of` finds their answers.

    `name` is what the document is called in the audit.
    """
    shapes = tuple(
        (each.group, each.field, tuple((argument.name, argument.type) for argument in each.arguments), each.answer)
        for each in mutations
    )
    variables = {
        f"{argument.name}{index}": argument.value for index, each in enumerate(mutations) for argument in each.arguments
    }
    return _mutation_document(shapes, name), variables


def payload_of(data: Mapping[str, Any], index: int) -> Mapping[str, Any] | None:
    """Return the payload of the mutation at a position; None where the answer does not hold a whole one."""
    group = data.get(alias(index))
    payload = group.get("payload") if isinstance(group, Mapping) else None
    return payload if isinstance(payload, Mapping) and isinstance(payload.get("errors"), list) else None


@lru_cache(maxsize=256)
def _mutation_document(shapes: tuple[_Shape, ...], document: str) -> Document:
    declared, parts = [], []
    for index, (group, field, arguments, answer) in enumerate(shapes):
        declared += [f"${name}{index}: {type_}" for name, type_ in arguments]
        passed = ", ".join(f"{name}: ${name}{index}" for name, _ in arguments)
        parts.append(f"{alias(index)}: {group} {{ payload: {field}({passed}) {{ ...{answer} }} }}")
    fragments = _fragments(answer for *_, answer in shapes)
    text = f"mutation {document}({', '.join(declared)}) {{\n" + "\n".join(parts) + f"\n}}\n{fragments}"
    return Document(document, text, is_mutation=True)


@lru_cache(maxsize=256)
def events_by(looks: tuple[tuple[str, ...], ...]) -> Document:
    """Return a query for several lists of events.

    Each look is the filter fields that must all be equal to their values, which are numbered through: `value0` ….
    """
    count = sum(len(fields) for fields in looks)
    declared = ", ".join(f"$value{index}: String!" for index in range(count))
    numbers = iter(range(count))
    parts = []
    for index, fields in enumerate(looks):
        filters = ", ".join(f"{{field: {field}, operation: eq, value: $value{next(numbers)}}}" for field in fields)
        parts.append(f"{alias(index)}: events(first: 100, {_ORDER}, filters: [{filters}]) {{ ...EventsFound }}")
    text = f"query EventsBy({declared}) {{\n" + "\n".join(parts) + f"\n}}\n{_fragments(['EventsFound'])}"
    return Document("EventsBy", text)


@lru_cache(maxsize=256)
def events_of_ids(count: int) -> Document:
    """Return a query for the events of that many ids, given as `id0`, `id1` …"""
    declared = ", ".join(f"$id{index}: String!" for index in range(count))
    values = ", ".join(f"$id{index}" for index in range(count))
    listed = f"listed: events(first: 100, {_ORDER}, filters: [{{field: id, operation: in, values: [{values}]}}])"
    text = f"query EventsOfIds({declared}) {{ {listed} {{ ...EventsFound }} }}\n{_fragments(['EventsFound'])}"
    return Document("EventsOfIds", text)


NEWEST_EVENT: Final = Document(
    "NewestEvent",
    "query NewestEvent { newest: events(first: 1, order: {field: id, direction: desc}) { ...EventsFound } }\n"
    f"fragment EventsFound {FRAGMENTS['EventsFound']}",
)
"""A query for one event of the tenant, whichever it is."""

EVENTS_OF_PREFIX: Final = Document(
    "EventsOfPrefix",
    f"query EventsOfPrefix($pattern: String!, $offset: Int!) {{ events(first: 100, offset: $offset, {_ORDER}, "
    "filters: [{field: code, operation: like, value: $pattern}]) { ...EventsFound } }\n"
    f"fragment EventsFound {FRAGMENTS['EventsFound']}",
)
"""A query for the events whose code is like a pattern with `%`."""


@lru_cache(maxsize=256)
def nodes_by_id(count: int, fragment: str) -> Document:
    """Return a query for that many nodes, given as `id0`, `id1` …; `offset` is that of the list nested in each."""
    declared = ", ".join(f"$id{index}: ID!" for index in range(count))
    parts = "\n".join(f"{alias(index)}: node(id: $id{index}) {{ ...{fragment} }}" for index in range(count))
    text = f"query NodesById($offset: Int!, {declared}) {{\n{parts}\n}}\n{_fragments([fragment])}"
    return Document("NodesById", text)


def _fragments(names: Any) -> str:
    return "\n".join(f"fragment {name} {FRAGMENTS[name]}" for name in dict.fromkeys(names))
