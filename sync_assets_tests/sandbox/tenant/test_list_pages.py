from __future__ import annotations

import base64
from typing import Any, cast

import pytest
from graphql import GraphQLError, GraphQLResolveInfo

from sync_assets.sandbox.tenant.list_pages import connection
from sync_assets_tests.sandbox.visitor import Visitor, nodes

BY_ID = "order: {field: id, direction: asc}"


def test_a_page_has_fifty_records_unless_asked_otherwise(provider_visitor: Visitor) -> None:
    page = provider_visitor.data("{ courseTemplates { edges { node { id } } pageInfo { totalRecords hasNextPage } } }")
    assert len(nodes(page["courseTemplates"])) == 50
    assert page["courseTemplates"]["pageInfo"] == {"totalRecords": 80, "hasNextPage": True}


def test_a_page_above_one_hundred_is_cut_silently(provider_visitor: Visitor) -> None:
    page = provider_visitor.data("{ contacts(first: 500) { edges { node { id } } pageInfo { totalRecords } } }")
    assert len(nodes(page["contacts"])) == 100
    assert page["contacts"]["pageInfo"]["totalRecords"] > 100


@pytest.mark.parametrize(("field", "all_of_them"), [("approvedInstructors", 130), ("publicPrices", 108)])
def test_nested_pages_are_cut_like_any_other(provider_visitor: Visitor, field: str, all_of_them: int) -> None:
    document = f"""{{ courseTemplates(first: 2, {BY_ID}) {{ edges {{ node {{
        default: {field} {{ edges {{ node {{ id }} }} }}
        first: {field}(first: 500, {BY_ID}) {{ edges {{ node {{ id }} }} pageInfo {{ totalRecords }} }}
        rest: {field}(first: 100, offset: 100, {BY_ID}) {{ edges {{ node {{ id }} }} }}
    }} }} }} }}"""
    template = max(
        nodes(provider_visitor.data(document)["courseTemplates"]),
        key=lambda node: node["first"]["pageInfo"]["totalRecords"],
    )
    assert len(nodes(template["default"])) == 50
    assert len(nodes(template["first"])) == 100
    assert len({node["id"] for node in nodes(template["first"]) + nodes(template["rest"])}) == all_of_them


def test_without_an_order_every_request_has_another_one(provider_visitor: Visitor) -> None:
    document = "{ contacts(first: 100) { edges { node { id } } } }"
    first, second = (nodes(provider_visitor.data(document)["contacts"]) for _ in range(2))
    assert first != second


def test_the_order_by_id_counts_numbers_and_goes_both_ways(provider_visitor: Visitor) -> None:
    document = """query($d: OrderDirection!) {
        contacts(first: 12, order: {field: id, direction: $d}) { edges { node { legacyId } } } }"""
    ascending = [int(node["legacyId"]) for node in nodes(provider_visitor.data(document, d="asc")["contacts"])]
    descending = [int(node["legacyId"]) for node in nodes(provider_visitor.data(document, d="desc")["contacts"])]
    assert ascending == list(range(1, 13))
    assert descending == sorted(descending, reverse=True)


def test_a_page_behind_the_last_record_is_empty(provider_visitor: Visitor) -> None:
    page = provider_visitor.data("{ taxTypes(offset: 99) { edges { node { id } } pageInfo { totalRecords } } }")
    assert page["taxTypes"] == {"edges": [], "pageInfo": {"totalRecords": 1}}


def test_ids_carry_internal_names_and_venues_are_no_nodes(provider_visitor: Visitor) -> None:
    document = "{ contacts(first: 1) { edges { node { id } } } venues(first: 1) { edges { node { id } } } }"
    found = provider_visitor.data(document)
    contact, venue = nodes(found["contacts"])[0]["id"], nodes(found["venues"])[0]["id"]
    assert base64.b64decode(contact).startswith(b"Person:")
    by_id = "query($id: ID!) { node(id: $id) { id ... on Contact { personalName { name } } } }"
    assert provider_visitor.data(by_id, id=contact)["node"]["personalName"]["name"]
    assert provider_visitor.data(by_id, id=venue)["node"] is None


def test_custom_fields_are_defined_by_record_type_and_valued_by_key(provider_visitor: Visitor) -> None:
    document = """{ customFieldTemplate(type: Session) { customFieldDefinitions {
        label type definitionLocator } }
        courseTemplates(first: 1) { edges { node {
            customFieldValues { definitionKey value definition { label } } } } } }"""
    found = provider_visitor.data(document)
    definitions = found["customFieldTemplate"]["customFieldDefinitions"]
    assert sorted((each["label"], each["type"]) for each in definitions) == [("Day", "integer"), ("URL", "url")]
    values = nodes(found["courseTemplates"])[0]["customFieldValues"]
    assert {each["definition"]["label"] for each in values} == {"Sage code", "Subject", "Syllabus URL"}


@pytest.mark.parametrize(("name", "value"), [("after", "MTA="), ("orderBy", [{"field": "id", "direction": "asc"}])])
def test_an_argument_that_the_stand_in_does_not_know_is_refused_unless_it_says_nothing(name: str, value: Any) -> None:
    resolve = connection("Region", lambda parent, info: [])
    with pytest.raises(GraphQLError, match=f"does not know `{name}`"):
        resolve(None, cast(GraphQLResolveInfo, None), **{name: value})
