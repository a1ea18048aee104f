from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sync_assets.sandbox.tenant.behaviour import TenantBehaviour
from sync_assets.sandbox.tenant.event_records import Event
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.sandbox.visitor import Visitor, nodes

TEMPLATES = """query($filters: [CourseTemplateFieldGraphFilter]) { courseTemplates(filters: $filters,
    order: {field: id, direction: asc}) { edges { node { code } } pageInfo { totalRecords } } }"""
CONTACTS = """query($filters: [ContactFieldGraphFilter]) { contacts(filters: $filters,
    order: {field: id, direction: asc}) { edges { node { personalName { lastName } } } } }"""
EVENTS = "query($filters: [EventFieldGraphFilter]) { events(filters: $filters) { edges { node { title } } } }"


def condition(field: str, operation: str, value: str | list[str] | None = None) -> dict[str, Any]:
    given = {"values": value} if isinstance(value, list) else {"value": value}
    return {"field": field, "operation": operation, **given}


@pytest.fixture
def templates(tenant: Tenant) -> None:
    tenant.add_course_template("CB1_LO_6", "Business, live online")
    tenant.add_course_template("CB2_LO_5", "Economics: live online", lifecycle_state="draft")
    tenant.add_course_template("OC_CB1", "Business classroom", event_learning_mode="lms")


@pytest.mark.usefixtures("templates")
@pytest.mark.parametrize(
    ("field", "operation", "value", "found"),
    [
        ("code", "eq", "CB1_LO_6", ["CB1_LO_6"]),
        ("code", "like", "CB%", ["CB1_LO_6", "CB2_LO_5"]),
        ("code", "like", "CB", []),
        ("code", "gt", "CB1_LO_6", ["CB2_LO_5", "OC_CB1"]),
        ("code", "in", ["OC_CB1", "CB2_LO_5"], ["CB2_LO_5", "OC_CB1"]),
        ("title", "wordlike", "economics LIVE", ["CB2_LO_5"]),
        ("lifecycleState", "eq", "published", ["CB1_LO_6", "OC_CB1"]),
        ("title", "like", "%Business%", ["CB1_LO_6", "OC_CB1"]),
        ("updatedAt", "ge", "2100-01-01T00:00:00Z", []),
        ("updatedAt", "gt", "2000-01-01", ["CB1_LO_6", "CB2_LO_5", "OC_CB1"]),
    ],
)
def test_each_operation_of_a_filter(
    visitor: Visitor, field: str, operation: str, value: str | list[str] | None, found: list[str]
) -> None:
    page = visitor.data(TEMPLATES, filters=[condition(field, operation, value)])["courseTemplates"]
    assert [node["code"] for node in nodes(page)] == found
    assert page["pageInfo"]["totalRecords"] == len(found)


@pytest.mark.usefixtures("templates")
def test_several_filters_have_to_hold_together(visitor: Visitor) -> None:
    filters = [condition("code", "like", "CB%"), condition("lifecycleState", "eq", "draft")]
    assert nodes(visitor.data(TEMPLATES, filters=filters)["courseTemplates"]) == [{"code": "CB2_LO_5"}]


@pytest.mark.usefixtures("templates")
def test_a_field_that_the_schema_does_not_have_is_an_error_and_never_ignored(visitor: Visitor) -> None:
    assert "levelId" in visitor.errors(TEMPLATES, filters=[condition("levelId", "eq", "x")])[0]


@pytest.mark.usefixtures("templates")
@pytest.mark.parametrize(("operation", "missing"), [("eq", "value"), ("in", "values")])
def test_a_filter_without_a_value_is_an_error(visitor: Visitor, operation: str, missing: str) -> None:
    given = {"field": "code", "operation": operation}
    assert f"`{missing}`" in visitor.errors(TEMPLATES, filters=[given])[0]


@pytest.mark.usefixtures("templates")
def test_a_value_that_cannot_be_compared_is_an_error(visitor: Visitor) -> None:
    assert "updatedAt" in visitor.errors(TEMPLATES, filters=[condition("updatedAt", "ge", "yesterday")])[0]


def test_contacts_are_filtered_by_flags_ids_and_names(visitor: Visitor, tenant: Tenant) -> None:
    teacher = tenant.add_contact("Ana Lucinda", "Brackenridge", is_instructor=True)
    tenant.add_contact("Odette", "Fairweatherly", is_admin=True)
    tenant.add_contact("Rufus", "Candlewick", email_address="rufus@example.org")

    def found(*filters: dict[str, Any]) -> list[str]:
        return [
            node["personalName"]["lastName"]
            for node in nodes(visitor.data(CONTACTS, filters=list(filters))["contacts"])
        ]

    assert found(condition("isInstructor", "eq", "true")) == ["Brackenridge"]
    assert found(condition("isAdmin", "eq", "true")) == ["Fairweatherly"]
    assert found(condition("emailAddress", "eq", "rufus@example.org")) == ["Candlewick"]
    assert found(condition("id", "in", [teacher.id])) == ["Brackenridge"]
    assert found(condition("name", "eq", "Ana Lucinda Brackenridge")) == ["Brackenridge"]


def test_events_are_found_by_title_template_code_state_and_mode(
    visitor: Visitor, make_event: Callable[..., Event]
) -> None:
    event = make_event("MQ-1")
    make_event("MQ-2", learning_mode="lms")
    fitting = [
        condition("title", "in", ["MQ-1", "MQ-9"]),
        condition("courseTemplateCode", "eq", "CB1_LO_2"),
        condition("lifecycleState", "eq", "draft"),
        condition("learningMode", "eq", "blended"),
        condition("code", "eq", event.code),
        condition("id", "eq", event.id),
    ]
    assert nodes(visitor.data(EVENTS, filters=fitting)["events"]) == [{"title": "MQ-1"}]
    assert nodes(visitor.data(EVENTS, filters=[condition("lifecycleState", "eq", "published")])["events"]) == []


def test_a_filter_minds_letter_case_unless_the_tenant_is_otherwise(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    make_event("MQ-1")
    make_event("mq-1")
    by_title, by_titles = condition("title", "eq", "MQ-1"), condition("title", "in", ["MQ-1"])
    assert len(nodes(visitor.data(EVENTS, filters=[by_title])["events"])) == 1
    tenant.behaviour = TenantBehaviour(case_blind_filters=frozenset({"Event.title"}))
    assert len(nodes(visitor.data(EVENTS, filters=[by_title])["events"])) == 2
    assert len(nodes(visitor.data(EVENTS, filters=[by_titles])["events"])) == 2
    assert nodes(visitor.data(EVENTS, filters=[condition("courseTemplateCode", "eq", "cb1_lo_2")])["events"]) == []


def test_a_filter_is_ignored_by_a_tenant_that_is_so_and_the_others_are_not(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    make_event("MQ-1", code="OURS-1")
    make_event("MQ-2", code="OURS-2")
    tenant.behaviour = TenantBehaviour(ignored_filters=frozenset({"Event.title"}))
    assert len(nodes(visitor.data(EVENTS, filters=[condition("title", "eq", "MQ-9")])["events"])) == 2
    by_code = condition("code", "in", ["OURS-2"])
    assert nodes(visitor.data(EVENTS, filters=[by_code])["events"]) == [{"title": "MQ-2"}]


def test_more_than_a_page_of_namesakes_is_found(
    visitor: Visitor, tenant: Tenant, make_event: Callable[..., Event]
) -> None:
    for _ in range(101):
        make_event("MQ-1")
    document = """query($filters: [EventFieldGraphFilter]) { events(filters: $filters, first: 100) {
        edges { node { title } } pageInfo { totalRecords hasNextPage } } }"""
    page = visitor.data(document, filters=[condition("title", "eq", "MQ-1")])["events"]
    assert (len(nodes(page)), page["pageInfo"]) == (100, {"totalRecords": 101, "hasNextPage": True})
