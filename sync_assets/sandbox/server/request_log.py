"""What the stand-in tenant was asked: one record per request, token requests included."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class LoggedRequest:
    """A request. `at` is in seconds since 1970; `status` is None until it is answered, and if it never is.

    `root_fields` are `locations` for a query and `event.createBlended` for a mutation, one for each time that it stands
    in the document.
    """

    endpoint: str
    operation: str | None = None
    root_fields: tuple[str, ...] = ()
    mutation_fields: int = 0
    status: int | None = None
    at: float = field(default_factory=time.time)


class RequestLog:
    """The requests since the start or the last `clear`. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[LoggedRequest] = []

    def __len__(self) -> int:
        """Return how many requests came, token requests included."""
        return len(self._requests)

    def received(self, request: LoggedRequest) -> LoggedRequest:
        """Note a request as it arrives; its status is set on the record when it is answered."""
        with self._lock:
            self._requests.append(request)
        return request

    def all(self) -> list[LoggedRequest]:
        """Return the requests in the order of their arrival."""
        with self._lock:
            return list(self._requests)

    def clear(self) -> None:
        """Forget them."""
        with self._lock:
            self._requests.clear()

    @property
    def token_requests(self) -> int:
        """Return how many asked for a token."""
        return sum(request.endpoint == "token" for request in self.all())

    @property
    def graphql_requests(self) -> int:
        """Return how many came to the GraphQL endpoint."""
        return sum(request.endpoint == "graphql" for request in self.all())

    @property
    def mutations(self) -> int:
        """Return how many mutation fields were asked for, refused requests included."""
        return sum(request.mutation_fields for request in self.all())

    def count_of(self, root_field: str) -> int:
        """Return how often a field was asked for, such as `courseTemplates` or `event.createBlended`."""
        return sum(request.root_fields.count(root_field) for request in self.all())

    def peak_requests_per_second(self) -> int:
        """Return the most requests that arrived within any one second."""
        window: deque[float] = deque()
        peak = 0
        for at in sorted(request.at for request in self.all()):
            window.append(at)
            while window[0] <= at - 1:
                window.popleft()
            peak = max(peak, len(window))
        return peak

    def as_json(self) -> dict[str, Any]:
        """Return counters and records, as `GET /requests` answers them."""
        return {
            "total": len(self),
            "token_requests": self.token_requests,
            "graphql_requests": self.graphql_requests,
            "mutations": self.mutations,
            "peak_requests_per_second": self.peak_requests_per_second(),
            "requests": [asdict(request) for request in self.all()],
        }
