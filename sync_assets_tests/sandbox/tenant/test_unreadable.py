"""What may not be read: null in its place, with a word or without, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sync_assets.sandbox.tenant.behaviour import Denial, TenantBehaviour, UnreadableField
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.sandbox.visitor import Visitor, nodes

TEMPLATES = "{ courseTemplates { edges { node { code approvedInstructors { edges { node { id } } } } } } }"
EVENTS = "{ events { edges { node { title sessions { edges { node { title } } } } } } }"


def deny(tenant: Tenant, field: str, denial: Denial) -> None:
    tenant.behaviour = TenantBehaviour(unreadable=frozenset({UnreadableField(field=field, denial=denial)}))


@pytest.mark.parametrize(
    ("denial", "data", "said"),
    [
        (Denial.NULL, {"events": {"edges": [{"node": {"title": "MQ-1", "sessions": None}}]}}, []),
        (
            Denial.NULL_AND_ERROR,
            {"events": {"edges": [{"node": {"title": "MQ-1", "sessions": None}}]}},
            ["You are not allowed to read Event.sessions."],
        ),
        (Denial.ERROR, None, ["You are not allowed to read Event.sessions."]),
    ],
)
def test_a_field_is_null_with_or_without_an_error_or_takes_along_what_needs_it(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event], denial: Denial, data: object, said: list[str]
) -> None:
    make_event("MQ-1")
    deny(tenant, "Event.sessions", denial)
    answer = visitor.post(EVENTS).json()
    assert answer["data"] == data
    assert [error["message"] for error in answer["errors"]] == said


@pytest.mark.parametrize(
    ("field", "document"),
    [
        ("Query.events", "{ denied: events { edges { node { id } } } hello }"),
        ("Query.node", '{ denied: node(id: "Q291cnNlOjE=") { id } hello }'),
        ("Query.customFieldTemplate", "{ denied: customFieldTemplate(type: Event) { name } hello }"),
    ],
)
def test_a_query_is_null_beside_one_that_is_not(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event], field: str, document: str
) -> None:
    make_event("MQ-1")
    assert visitor.data(document)["denied"] is not None
    deny(tenant, field, Denial.NULL)
    assert visitor.data(document) == {"denied": None, "hello": "Hello"}
    tenant.behaviour = TenantBehaviour()
    assert visitor.data(document)["denied"] is not None


def test_instructors_of_a_template_are_null_and_the_template_is_there(visitor: Visitor, tenant: Tenant) -> None:
    tenant.add_course_template("CB1", approved_instructors=[tenant.add_contact("Ana", "Brackenridge")])
    deny(tenant, "CourseTemplate.approvedInstructors", Denial.NULL)
    (template,) = nodes(visitor.data(TEMPLATES)["courseTemplates"])
    assert template == {"code": "CB1", "approvedInstructors": None}


def test_a_hidden_record_is_missing_from_lists_and_null_as_a_node(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    hidden, seen = make_event("MQ-1"), make_event("MQ-2")
    tenant.behaviour = TenantBehaviour(hidden_records=frozenset({hidden.id}))
    document = """query($a: ID!, $b: ID!) { events { edges { node { title } } pageInfo { totalRecords } }
        a: node(id: $a) { id } b: node(id: $b) { id } }"""
    data = visitor.data(document, a=hidden.id, b=seen.id)
    assert data["events"] == {"edges": [{"node": {"title": "MQ-2"}}], "pageInfo": {"totalRecords": 1}}
    assert (data["a"], data["b"]) == (None, {"id": seen.id})
