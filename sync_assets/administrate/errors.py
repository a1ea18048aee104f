"""What can go wrong between here and Administrate: one class per cause; each message says what to do.

Whether a mutation may be sent again after an error is said here, and nowhere else: `AdministrateError.nothing_done`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sync_assets.errors import SyncError


class AdministrateError(SyncError):
    """Administrate could not be reached, or its answer cannot be used."""

    nothing_done: bool = False
    """Whether the request was certainly not carried out. Where this is False, look before sending a mutation again."""


class Unreachable(AdministrateError):
    """No answer came: the connection was refused or lost, or the time was up.

    `sent` is False only where it is certain that the request never left.
    """

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent
        self.nothing_done = not sent


class TooManyRequests(AdministrateError):
    """HTTP 429. `retry_after` is in seconds, None where the answer did not say."""

    nothing_done = True

    def __init__(self, message: str, *, retry_after: float | None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ServerFailure(AdministrateError):
    """HTTP 5xx from the API, or from the token endpoint, in which case the request itself was not sent."""

    def __init__(self, message: str, *, nothing_done: bool = False) -> None:
        super().__init__(message)
        self.nothing_done = nothing_done


class RequestRefused(AdministrateError):
    """HTTP 4xx other than 401 and 429, such as 413 for a body that is too large."""

    nothing_done = True

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class Unauthorized(AdministrateError):
    """The token endpoint refused the credentials, or the API refused a fresh token."""

    nothing_done = True


class NotGraphQL(AdministrateError):
    """An answer that is not a GraphQL answer: HTML, broken JSON, or JSON of another shape."""


class GraphQLErrors(AdministrateError):
    """HTTP 200 with top-level errors. `messages` are Administrate's words."""

    def __init__(self, message: str, *, messages: Sequence[str]) -> None:
        super().__init__(message)
        self.messages = tuple(messages)


class NoData(AdministrateError):
    """HTTP 200 without errors and with `data: null`, or with null in place of a list."""


class LookRefused(AdministrateError):
    """Records that Administrate would not be asked for by their ids, so that nothing is known of them."""


class UnexpectedRecord(AdministrateError):
    """A record that does not fit its type."""


class IncompleteList(AdministrateError):
    """A list that broke off, or that changed while it was read."""
