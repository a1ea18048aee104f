from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from sync_assets.sandbox.server.faults import (
    AnswerLost,
    BrokenRecord,
    Down,
    EmptyList,
    Fault,
    HalvedList,
    HeldBack,
    Html,
    HttpStatus,
    Latency,
    NullData,
    OtherTotal,
    PayloadError,
    TooComplex,
    TooLarge,
    TopLevelErrors,
    Unauthorized,
)
from sync_assets.sandbox.tenant.tenant import Tenant
from sync_assets_tests.sandbox.visitor import Visitor, nodes

LEVELS = "{ priceLevels { edges { node { name } } pageInfo { totalRecords } } }"
CREATE = """mutation($name: String!) { location { create(input: {regionId: "UmVnaW9uOjE=", name: $name}) {
    errors { label message value } location { name } } } }"""
TWO = """mutation { a: location { create(input: {regionId: "UmVnaW9uOjE=", name: "A"}) { errors { message } } }
    b: location { create(input: {regionId: "UmVnaW9uOjE=", name: "B"}) { errors { message } } } }"""


@pytest.fixture(autouse=True)
def _region(tenant: Tenant) -> None:
    """The region in which the mutations of this module make locations."""
    tenant.add_region()


def set_faults(visitor: Visitor, *faults: Fault) -> None:
    visitor.sandbox.faults.add(*faults)


def names(tenant: Tenant) -> list[str]:
    return [location.name for location in tenant.locations.values()]


def test_latency_delays_every_answer(visitor: Visitor) -> None:
    set_faults(visitor, Latency(seconds=0.05))
    before = time.monotonic()
    visitor.data(LEVELS)
    visitor.ask_for_token()
    assert time.monotonic() - before >= 0.1


def test_a_tenant_that_is_down_closes_the_connection(visitor: Visitor) -> None:
    set_faults(visitor, Down())
    with pytest.raises(httpx.RemoteProtocolError):
        visitor.post(LEVELS)
    with pytest.raises(httpx.RemoteProtocolError):
        visitor.ask_for_token()
    assert [request.status for request in visitor.sandbox.requests.all()] == [None, None]


def test_a_good_token_can_be_401_for_good(visitor: Visitor) -> None:
    set_faults(visitor, Unauthorized())
    assert [visitor.post(LEVELS).status_code for _ in range(3)] == [401] * 3


def test_html_comes_instead_of_json(visitor: Visitor) -> None:
    set_faults(visitor, Html())
    answer = visitor.post(LEVELS)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_data_can_be_null_without_a_word(visitor: Visitor) -> None:
    set_faults(visitor, NullData())
    assert visitor.post(LEVELS).json() == {"data": None}


@pytest.mark.parametrize("with_data", [True, False])
def test_top_level_errors_come_with_and_without_data(visitor: Visitor, with_data: bool) -> None:
    set_faults(visitor, TopLevelErrors(message="Odd.", with_data=with_data))
    answer = visitor.post(LEVELS).json()
    assert answer["errors"] == [{"message": "Odd."}]
    assert (answer["data"] is not None) is with_data


def test_a_status_lasts_for_so_many_requests_and_may_say_when_to_return(visitor: Visitor) -> None:
    set_faults(visitor, HttpStatus(status=429, retry_after=7, times=2), HttpStatus(status=502, times=1))
    answers = [visitor.post(LEVELS) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [429, 429, 502, 200]
    assert [answer.headers.get("retry-after") for answer in answers] == ["7", "7", None, None]


def test_an_answer_held_back_outlasts_the_client_and_the_work_is_done(visitor: Visitor, tenant: Tenant) -> None:
    set_faults(visitor, HeldBack(seconds=30, times=1))
    visitor.http.timeout = httpx.Timeout(0.2)
    with pytest.raises(httpx.ReadTimeout):
        visitor.post(CREATE, name="Late")
    assert names(tenant) == ["Late"]


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (EmptyList(connection="priceLevels"), (0, 0)),
        (EmptyList(connection="priceLevels", truthful_count=True), (0, 4)),
        (HalvedList(connection="priceLevels"), (2, 2)),
        (HalvedList(connection="priceLevels", truthful_count=True), (2, 4)),
    ],
)
def test_a_list_comes_empty_or_halved_with_a_true_count_or_a_false_one(
    visitor: Visitor, tenant: Tenant, fault: Fault, found: tuple[int, int]
) -> None:
    for name in ("A", "B", "C", "D"):
        tenant.add_price_level(name)
    set_faults(visitor, fault)
    page = visitor.data(LEVELS)["priceLevels"]
    assert (len(nodes(page)), page["pageInfo"]["totalRecords"]) == found
    assert visitor.data("{ taxTypes { edges { node { id } } } hello }")["hello"] == "Hello"


def test_a_payload_error_hits_the_mutation_that_is_given_the_value(visitor: Visitor, tenant: Tenant) -> None:
    set_faults(visitor, PayloadError(value="Bad", mutation="location.create", message="Not today.", times=1))
    payload = visitor.data(CREATE, name="Bad")["location"]["create"]
    assert payload == {"errors": [{"label": None, "message": "Not today.", "value": "Bad"}], "location": None}
    visitor.data(CREATE, name="Good")
    assert names(tenant) == ["Good"]


def test_partial_success_has_both_the_record_and_errors(visitor: Visitor, tenant: Tenant) -> None:
    set_faults(visitor, PayloadError(value="Half", work_done=True))
    payload = visitor.data(CREATE, name="Half")["location"]["create"]
    assert payload["location"] == {"name": "Half"}
    assert payload["errors"]
    assert names(tenant) == ["Half"]


def test_an_answer_is_lost_after_the_work_was_done(visitor: Visitor, tenant: Tenant) -> None:
    set_faults(visitor, AnswerLost(mentions="create", times=1), AnswerLost(mentions="create", times=1, status=502))
    visitor.data(LEVELS)
    with pytest.raises(httpx.RemoteProtocolError):
        visitor.post(CREATE, name="First")
    assert visitor.post(CREATE, name="Second").status_code == 502
    visitor.data(CREATE, name="Third")
    assert names(tenant) == ["First", "Second", "Third"]


def test_too_many_mutations_in_a_request_are_refused_whole(visitor: Visitor, tenant: Tenant) -> None:
    set_faults(visitor, TooComplex(mutation_fields=1))
    assert "too complex" in visitor.errors(TWO)[0]
    assert names(tenant) == []
    visitor.data(CREATE, name="Alone")
    assert names(tenant) == ["Alone"]


def test_a_body_that_is_too_large_is_413(visitor: Visitor) -> None:
    set_faults(visitor, TooLarge(body_bytes=400))
    assert visitor.post(CREATE, name="x" * 400).status_code == 413
    assert visitor.post(LEVELS).status_code == 200


def test_a_fault_can_be_limited_to_what_a_request_mentions(visitor: Visitor) -> None:
    set_faults(visitor, HttpStatus(status=500, mentions="priceLevels"))
    assert visitor.post(LEVELS).status_code == 500
    assert visitor.post("{ hello }").status_code == 200


def test_a_firewall_refuses_a_request_for_its_text(visitor: Visitor, tenant: Tenant) -> None:
    set_faults(visitor, HttpStatus(status=403, mentions="<script"))
    assert visitor.post(CREATE, name="<script>").status_code == 403
    assert visitor.post(CREATE, name="Leeds").status_code == 200
    assert names(tenant) == ["Leeds"]


def test_a_title_is_refused_until_told_otherwise(visitor: Visitor, tenant: Tenant) -> None:
    set_faults(visitor, PayloadError(value="Bad"))
    refusals = [visitor.data(CREATE, name="Bad")["location"]["create"]["errors"] for _ in range(3)]
    assert all(refusals)
    assert len(tenant.carried_out) == 0
    visitor.sandbox.faults.clear()
    assert visitor.data(CREATE, name="Bad")["location"]["create"]["errors"] == []


def test_a_record_makes_the_read_of_its_page_fail_and_no_other(visitor: Visitor, tenant: Tenant) -> None:
    levels = [tenant.add_price_level(name) for name in ("A", "B", "C")]
    set_faults(visitor, BrokenRecord(connection="priceLevels", record_id=levels[1].id))
    document = """query($offset: Int!) { priceLevels(first: 1, offset: $offset, order: {field: id, direction: asc}) {
        edges { node { name } } } }"""
    answers = [visitor.post(document, offset=offset).json() for offset in range(3)]
    assert [answer["data"] is None for answer in answers] == [False, True, False]
    assert "could not be read" in answers[1]["errors"][0]["message"]


def test_a_total_changes_while_a_list_is_read(visitor: Visitor, tenant: Tenant) -> None:
    tenant.add_price_level("A")
    set_faults(visitor, OtherTotal(connection="priceLevels", by=1, times=1))
    totals = [visitor.data(LEVELS)["priceLevels"]["pageInfo"]["totalRecords"] for _ in range(2)]
    assert totals == [2, 1]


def test_the_same_mutation_sent_twice_makes_two_records(visitor: Visitor, tenant: Tenant) -> None:
    for _ in range(2):
        visitor.data(CREATE, name="Leeds")
    assert names(tenant) == ["Leeds", "Leeds"]
    assert tenant.carried_out.created_twice("Location") == {"leeds": 2}


def test_faults_are_set_read_and_cleared_over_http(visitor: Visitor) -> None:
    address = f"{visitor.sandbox.url}/faults"
    wanted: list[dict[str, Any]] = [{"kind": "http_status", "status": 500}, {"kind": "latency", "seconds": 0.01}]
    assert [each["kind"] for each in visitor.http.put(address, json=wanted).json()] == ["http_status", "latency"]
    assert visitor.post(LEVELS).status_code == 500
    assert visitor.http.put(address, json=[{"kind": "plague"}]).status_code == 422
    assert len(visitor.http.get(address).json()) == 2
    assert visitor.http.delete(address).json() == []
    assert visitor.post(LEVELS).status_code == 200
