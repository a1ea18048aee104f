from __future__ import annotations

from sync_assets.sandbox.server.request_log import LoggedRequest, RequestLog
from sync_assets_tests.sandbox.visitor import Visitor


def test_the_log_says_what_was_asked_and_how_it_was_answered(visitor: Visitor) -> None:
    visitor.ask_for_token()
    visitor.post("query places { locations { edges { node { id } } } venues { edges { node { id } } } }")
    token, request = visitor.sandbox.requests.all()
    assert (token.endpoint, token.status) == ("token", 200)
    assert (request.operation, request.root_fields, request.mutation_fields) == ("places", ("locations", "venues"), 0)
    assert visitor.sandbox.requests.count_of("venues") == 1


def test_the_log_is_read_and_emptied_over_http(visitor: Visitor) -> None:
    address = f"{visitor.sandbox.url}/requests"
    visitor.data("{ hello }")
    counted = visitor.http.get(address).json()
    assert (counted["total"], counted["graphql_requests"], counted["token_requests"]) == (1, 1, 0)
    assert counted["requests"][0]["root_fields"] == ["hello"]
    assert visitor.http.delete(address).json()["total"] == 0


def test_the_peak_is_counted_over_any_one_second() -> None:
    log = RequestLog()
    for at in (0.0, 0.9, 1.1, 1.8, 1.89, 3.0):
        log.received(LoggedRequest("graphql", at=at))
    assert log.peak_requests_per_second() == 4
