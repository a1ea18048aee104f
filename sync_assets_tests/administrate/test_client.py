import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

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
from sync_assets.administrate.transport import shared_limiter
from sync_assets.sandbox.server.faults import (
    Down,
    Fault,
    HeldBack,
    Html,
    HttpStatus,
    NullData,
    TooLarge,
    TopLevelErrors,
)
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


@pytest.mark.parametrize(
    ("fault", "nothing_done"),
    [
        (HttpStatus(status=429), True),
        (HttpStatus(status=413), True),
        (UnauthorizedForGood(), True),
        (HttpStatus(status=500), False),
        (HttpStatus(status=504), False),
        (Html(), False),
        (Down(mentions="addTown"), False),
        (HeldBack(seconds=30), False),
    ],
)
def test_an_error_says_whether_nothing_was_done(
    connect: Connect, sandbox: Sandbox, fault: Fault, nothing_done: bool
) -> None:
    sandbox.faults.add(fault)
    with pytest.raises(AdministrateError) as raised:
        connect(timeout=0.5).send(MUTATION)
    assert raised.value.nothing_done is nothing_done


@contextmanager
def unavailable_endpoint() -> Iterator[str]:
    """A server that answers every POST with 503; yields its address."""

    class Unavailable(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_error(503)

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Unavailable) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/token"
        finally:
            server.shutdown()
            thread.join()


def test_nothing_was_done_where_the_token_endpoint_fails(connect: Connect, sandbox: Sandbox) -> None:
    sandbox.faults.add(Down(times=1))
    with pytest.raises(Unreachable, match=r"token endpoint gave no answer .* addTown was not sent") as lost:
        connect().send(MUTATION)
    with unavailable_endpoint() as token_url, pytest.raises(ServerFailure, match=r"token endpoint .* 503") as failed:
        connect(token_url=token_url).send(MUTATION)
    assert (lost.value.nothing_done, failed.value.nothing_done) == (True, True)
    assert sandbox.requests.mutations == 0


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
    # One that was held up on its way may arrive together with the six after it.
    assert sandbox.requests.peak_requests_per_second() <= 6 + 1


@pytest.mark.parametrize(("per_second", "per_minute"), [(50, 1100), (1000, 1100), (50, 60_000), (50, 20), (50, 50)])
def test_any_two_limits_go_together(per_second: int, per_minute: int) -> None:
    limiter = shared_limiter("example.org", per_second, per_minute)
    assert limiter.try_acquire("administrate")
