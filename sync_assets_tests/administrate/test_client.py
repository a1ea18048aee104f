from collections.abc import Callable

import pytest

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.documents import parse_document
from sync_assets.administrate.errors import (
    AdministrateError,
    GraphQLErrors,
    NoData,
    NotGraphQL,
    RequestRefused,
    ServerFailure,
    TooManyRequests,
    Unauthorized,
    Unreachable,
)
from sync_assets.sandbox.server.faults import Down, Html, HttpStatus, NullData, TooLarge, TopLevelErrors
from sync_assets.sandbox.server.faults import Unauthorized as UnauthorizedForGood
from sync_assets.sandbox.server.server import Sandbox

HELLO = parse_document("query hello { hello }")
MUTATION = parse_document(
    'mutation addTown { location { create(input: {regionId: "r", name: "Ambleford"}) { errors { message } } } }'
)

Connect = Callable[..., AdministrateClient]


def test_one_token_serves_many_requests(client: AdministrateClient, sandbox: Sandbox) -> None:
    for _ in range(5):
        assert client.query(HELLO) == {"hello": "Hello"}
    assert (sandbox.requests.token_requests, client.requests_sent) == (1, 6)


def test_a_token_that_is_refused_is_asked_for_again_once(client: AdministrateClient, sandbox: Sandbox) -> None:
    client.query(HELLO)
    sandbox.revoke_tokens()
    assert client.query(HELLO) == {"hello": "Hello"}
    assert sandbox.requests.token_requests == 2


def test_a_401_for_good_is_not_asked_for_ever(client: AdministrateClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(UnauthorizedForGood())
    with pytest.raises(Unauthorized, match="HTTP 401"):
        client.query(HELLO)
    assert sandbox.requests.token_requests == 2


def test_wrong_credentials_are_a_sentence_without_the_secret(connect: Connect) -> None:
    with pytest.raises(Unauthorized) as refused:
        connect(client_secret="not-the-secret").query(HELLO)
    assert "ADMINISTRATE_CLIENT_SECRET" in str(refused.value)
    assert "not-the-secret" not in str(refused.value) + repr(connect(client_secret="not-the-secret").connection)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_query_is_tried_again_after_a_passing_failure(
    client: AdministrateClient, sandbox: Sandbox, status: int
) -> None:
    sandbox.faults.add(HttpStatus(status=status, times=2))
    assert client.query(HELLO) == {"hello": "Hello"}
    assert sandbox.requests.graphql_requests == 3


def test_retry_after_is_taken_for_the_waiting_time(client: AdministrateClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(HttpStatus(status=429, retry_after=7))
    with pytest.raises(TooManyRequests) as refused:
        client.send(HELLO)
    assert refused.value.retry_after == 7


def test_a_lost_connection_is_tried_again_by_a_query(client: AdministrateClient, sandbox: Sandbox) -> None:
    client.query(HELLO)
    sandbox.faults.add(Down(times=1))
    assert client.query(HELLO) == {"hello": "Hello"}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (HttpStatus(status=429), TooManyRequests),
        (HttpStatus(status=502), ServerFailure),
        (Down(), Unreachable),
    ],
)
def test_a_mutation_is_never_repeated(
    client: AdministrateClient, sandbox: Sandbox, fault: HttpStatus | Down, error: type[AdministrateError]
) -> None:
    client.query(HELLO)
    sandbox.faults.add(fault)
    with pytest.raises(error):
        client.send(MUTATION)
    assert sandbox.requests.mutations == 1


def test_a_mutation_is_no_query(client: AdministrateClient) -> None:
    with pytest.raises(ValueError, match="never repeats"):
        client.query(MUTATION)


def test_nothing_listening_means_that_nothing_was_sent(connect: Connect) -> None:
    with pytest.raises(Unreachable, match="could not be reached") as refused:
        connect(api_url="http://127.0.0.1:9/graphql", token_url="http://127.0.0.1:9/token").send(HELLO)
    assert not refused.value.sent


def test_errors_null_data_html_and_a_refusal_are_told_apart(client: AdministrateClient, sandbox: Sandbox) -> None:
    for fault, error in (
        (TopLevelErrors(message="No such field"), GraphQLErrors),
        (NullData(), NoData),
        (Html(), NotGraphQL),
        (TooLarge(body_bytes=1), RequestRefused),
    ):
        sandbox.faults.replace([fault])
        with pytest.raises(error):
            client.query(HELLO)


def test_an_empty_list_of_errors_is_success(client: AdministrateClient, sandbox: Sandbox) -> None:
    assert sandbox.options.empty_errors
    assert client.send(HELLO).errors == ()


def test_clients_of_one_process_stay_below_the_rate_limit_together(connect: Connect, sandbox: Sandbox) -> None:
    first, second = connect(requests_per_second=6), connect(requests_per_second=6)
    for _ in range(5):
        first.query(HELLO)
        second.query(HELLO)
    assert sandbox.requests.peak_requests_per_second() <= 6
