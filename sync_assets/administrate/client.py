"""Sends documents to Administrate. A query is sent again where that can help, a mutation never."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from sync_assets.administrate.audit import Observe, Observed
from sync_assets.administrate.documents import Document
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
from sync_assets.administrate.retries import retry_context
from sync_assets.administrate.retry_after import retry_after_seconds
from sync_assets.administrate.token import ClientCredentials
from sync_assets.administrate.transport import MeteredTransport, shared_limiter, shared_tls_context

LONGEST_WAIT = 60.0
"""Seconds. A query fails at once if Retry-After asks for more."""


@dataclass(frozen=True, slots=True)
class TenantAddress:
    """Where Administrate is, and the limits for requests to it. Times are in seconds."""

    api_url: str
    token_url: str
    client_id: str
    client_secret: str
    requests_per_second: int = 50
    requests_per_minute: int = 1100
    concurrency: int = 8
    timeout: float = 30.0
    retry_for: float = 20.0

    def __repr__(self) -> str:
        return f"TenantAddress(api_url={self.api_url!r})"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a GraphQL answer holds: its data (null as an empty mapping) and the messages of its top-level errors.

    `is_executed` is False where the answer has no entry `data` at all: by the GraphQL specification (section "Response
    Format") the request failed before anything of it was carried out.
    """

    data: Mapping[str, Any]
    errors: tuple[str, ...]
    is_executed: bool = True


class AdministrateClient:
    """A client of one tenant. Several threads may use it. Use it as a context manager, or close it.

    `observe` hears of every mutation, before it is sent and when its outcome is known.
    """

    def __init__(self, connection: TenantAddress, *, observe: Observe | None = None) -> None:
        self.connection = connection
        self._observe = observe
        limiter = shared_limiter(
            httpx.URL(connection.api_url).host, connection.requests_per_second, connection.requests_per_minute
        )
        limits = httpx.Limits(max_connections=connection.concurrency, max_keepalive_connections=connection.concurrency)
        self._transport = MeteredTransport(httpx.HTTPTransport(verify=shared_tls_context(), limits=limits), limiter)
        self._http = httpx.Client(
            auth=ClientCredentials(connection.token_url, connection.client_id, connection.client_secret),
            transport=self._transport,
            timeout=connection.timeout,
        )
        self._given_up = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    @property
    def requests_sent(self) -> int:
        """The number of HTTP requests that this client has sent, including those for tokens and retries."""
        return self._transport.requests_sent

    @property
    def seconds_waited(self) -> float:
        """The seconds that its requests have waited for the rate limit, those of all threads together."""
        return self._transport.seconds_waited

    def query(self, document: Document, variables: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Send a query, again with back-off and jitter where that can help, and return its data.

        Raises AdministrateError: the error of the last attempt, GraphQLErrors where the answer has errors, NoData where
        it has neither errors nor data.
        """
        if document.is_mutation:
            raise ValueError(f"{document.name} is a mutation: send it with `send`, which never repeats it.")
        # If one query has waited in vain, those after it do not wait again, until one succeeds.
        attempts = 1 if self._given_up else 6
        try:
            answer = self._retried(document, variables, attempts)
        except (Unreachable, ServerFailure, TooManyRequests):
            self._given_up = True
            raise
        self._given_up = False
        if answer.errors:
            sentences = "; ".join(answer.errors)
            raise GraphQLErrors(f"Administrate refused the query {document.name}: {sentences}", messages=answer.errors)
        if not answer.data:
            raise NoData(f"Administrate answered the query {document.name} with no data and no error.")
        return answer.data

    def _retried(self, document: Document, variables: Mapping[str, Any] | None, attempts: int) -> Answer:
        for attempt in retry_context(
            on=_worth_waiting, attempts=attempts, timeout=self.connection.retry_for, wait_initial=0.5, wait_max=8.0
        ):
            with attempt:
                answer = self.send(document, variables)
        return answer

    def send(
        self, document: Document, variables: Mapping[str, Any] | None = None, *, timeout: float | None = None
    ) -> Answer:
        """Send a document exactly once and return what came back, errors included.

        `timeout` is in seconds, None for that of the address.

        Raises AdministrateError where no GraphQL answer came. Its `nothing_done` says whether a mutation may be sent
        again; where it is False, the outcome is unknown and has to be looked up.
        """
        if self._observe is None or not document.is_mutation:
            return self._send(document, variables, timeout)
        observed = Observed.begin(self._observe, document, variables or {})
        try:
            answer = self._send(document, variables, timeout)
        except BaseException as error:
            observed.failed(error)
            raise
        observed.answered(answer.data, answer.errors)
        return answer

    def _send(self, document: Document, variables: Mapping[str, Any] | None, timeout: float | None = None) -> Answer:
        body = {"query": document.text, "operationName": document.name, "variables": dict(variables or {})}
        try:
            response = self._http.post(
                self.connection.api_url, json=body, timeout=self.connection.timeout if timeout is None else timeout
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unreachable(
                f"Administrate could not be reached at {self._address(error)} ({_words(error)}). "
                "Check ADMINISTRATE_API_URL, ADMINISTRATE_TOKEN_URL and the network, then run again.",
                sent=False,
            ) from error
        except httpx.HTTPError as error:
            if self._is_about_token(error):
                raise Unreachable(
                    f"Administrate's token endpoint gave no answer ({_words(error)}), so {document.name} was not sent.",
                    sent=False,
                ) from error
            raise Unreachable(
                f"Administrate gave no answer to {document.name} ({_words(error)}).", sent=True
            ) from error
        _raise_for_status(response, document)
        return _answer(response, document)

    def _is_about_token(self, error: httpx.HTTPError) -> bool:
        """Return whether the request for a token got no answer. The document is only sent once there is a token."""
        try:
            return error.request.url == httpx.URL(self.connection.token_url)
        except RuntimeError:
            return False

    def _address(self, error: httpx.RequestError) -> str:
        """Return where a request was to go that never left, which may be the token endpoint."""
        try:
            url = error.request.url
        except RuntimeError:
            url = httpx.URL(self.connection.api_url)
        return str(url.copy_with(userinfo=b"", query=None))


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


def _worth_waiting(error: Exception) -> bool | float:
    """Return whether a query is sent again, or after how many seconds."""
    if isinstance(error, TooManyRequests) and error.retry_after is not None:
        return error.retry_after if error.retry_after <= LONGEST_WAIT else False
    return isinstance(error, (Unreachable, TooManyRequests, ServerFailure))


def _raise_for_status(response: httpx.Response, document: Document) -> None:
    status = response.status_code
    if status == httpx.codes.OK:
        return
    if status == httpx.codes.UNAUTHORIZED:
        raise Unauthorized(
            f"Administrate refused a fresh token (HTTP 401 for {document.name}). Check that the user whom the "
            "credentials act for is active and that ADMINISTRATE_API_URL and ADMINISTRATE_TOKEN_URL belong together."
        )
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise TooManyRequests(
            f"Administrate answered 429 (too many requests) to {document.name}. It also counts the requests of other "
            "programs at this address.",
            retry_after=retry_after_seconds(response),
        )
    if response.is_server_error:
        raise ServerFailure(f"Administrate answered HTTP {status} to {document.name}; try again later.")
    raise RequestRefused(
        f"Administrate answered HTTP {status} to {document.name}. Check ADMINISTRATE_API_URL.", status=status
    )


def _answer(response: httpx.Response, document: Document) -> Answer:
    kind = response.headers.get("Content-Type", "no content type").split(";")[0]
    wrong = NotGraphQL(
        f"Administrate gave no GraphQL answer to {document.name}, but {kind}. Check ADMINISTRATE_API_URL. "
        "A page in place of data usually comes from a proxy or from maintenance."
    )
    try:
        body = response.json()
    except ValueError:
        raise wrong from None
    if not isinstance(body, dict) or not ("data" in body or body.get("errors")):
        raise wrong
    data, errors = body.get("data"), body.get("errors") or []
    if not isinstance(errors, list) or not (data is None or isinstance(data, dict)):
        raise wrong
    messages = tuple(str(item.get("message", item)) if isinstance(item, dict) else str(item) for item in errors)
    return Answer(data or {}, messages, is_executed="data" in body)


__all__ = ["AdministrateClient", "AdministrateError", "Answer", "TenantAddress"]
