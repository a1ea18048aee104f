from __future__ import annotations

import pytest
from graphql import build_schema, parse, validate

from sync_assets.administrate.documents import parse_document, schema_text
from sync_assets.event_import.administrate_side.batches import (
    FRAGMENTS,
    Argument,
    Mutation,
    events_by,
    mutation_batch,
    nodes_by_id,
    payload_of,
)
from sync_assets.event_import.administrate_side.every_document import EVERY_MUTATION

SCHEMA = build_schema(schema_text())


def given(name: str, type_: str, value: object = None) -> Argument:
    return Argument(name, type_, value)


@pytest.mark.parametrize("mutations", [*((each,) for each in EVERY_MUTATION), EVERY_MUTATION, EVERY_MUTATION * 3])
def test_a_batch_is_valid_against_the_schema(mutations: tuple[Mutation, ...]) -> None:
    document, _ = mutation_batch(mutations)
    assert validate(SCHEMA, parse(document.text)) == []
    assert parse_document(document.text) == document


@pytest.mark.parametrize("count", [1, 2, 50])
def test_look_ups_are_valid_against_the_schema(count: int) -> None:
    for document in (
        events_by((("title",),) * count),
        nodes_by_id(count, "EventRead"),
        nodes_by_id(count, "CourseTemplateRead"),
    ):
        assert validate(SCHEMA, parse(document.text)) == []
        assert parse_document(document.text) == document


def test_every_fragment_is_in_some_document() -> None:
    texts = mutation_batch(EVERY_MUTATION)[0].text + events_by(((("title",),)) * 1).text
    texts += nodes_by_id(1, "EventRead").text + nodes_by_id(1, "CourseTemplateRead").text
    assert all(f"fragment {name} " in texts for name in FRAGMENTS)


def test_each_part_has_variables_of_its_own() -> None:
    updates = [
        Mutation("session", "update", (given("sessionId", "ID!", id_), given("input", "X", [id_])), "SessionChanged")
        for id_ in ("S1", "S2")
    ]
    _, variables = mutation_batch(updates)
    assert variables == {"sessionId0": "S1", "input0": ["S1"], "sessionId1": "S2", "input1": ["S2"]}


def test_a_part_without_a_whole_payload_has_no_answer() -> None:
    data = {"part0": {"payload": {"errors": []}}, "part1": {"payload": None}, "part2": None, "part3": {"payload": {}}}
    assert [payload_of(data, index) is not None for index in range(5)] == [True, False, False, False, False]
