"""Mutations on their way to Administrate: many a request, several requests at once, and none sent twice blindly.

What came of a request is one of three things. Each part has a payload: it is recorded, and an error in one part is that
part's alone. Nothing can have been done (refused, limited, not reached): the same is sent again, in smaller groups if
it was too large. Or the outcome is not known: what was done is looked up and recorded, and only the rest is sent again,
in groups half as large, until a single mutation that still fails is the failure of its event.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Generic, Protocol, TypeVar

import httpx
import stamina

from sync_assets.administrate.client import LONGEST_WAIT, AdministrateClient, Answer
from sync_assets.administrate.errors import (
    AdministrateError,
    GraphQLErrors,
    NoData,
    NotGraphQL,
    RequestRefused,
    ServerFailure,
    TooManyRequests,
    Unreachable,
)
from sync_assets.event_import.administrate_side.batches import Mutation, mutation_batch, payload_of

T = TypeVar("T")
Payload = dict[str, Any]

_REFUSED_FOR_ITS_CONTENT: Final = (httpx.codes.REQUEST_ENTITY_TOO_LARGE, httpx.codes.BAD_REQUEST)
_LONGEST_SECOND_LOOK: Final = 5.0
"""Seconds until a mutation whose answer was lost is looked for once more: the server may have been at it still."""


class Step(Protocol[T]):
    """What a step of the import sends, and how it keeps account of it. Methods are called from several threads."""

    def mutation(self, item: T) -> Mutation:
        """Return what is to be sent for an item."""

    def record(self, answered: Sequence[tuple[T, Payload]]) -> None:
        """Write down what the payloads of a request say; each has `errors` and the record that was made or changed."""

    def outstanding(self, items: Sequence[T]) -> Sequence[T]:
        """Look up which of the items were done after all, write those down, and return the others.

        Raises AdministrateError. A step whose mutations may be repeated returns what it was given.
        """

    def fail(self, items: Sequence[T], sentence: str) -> None:
        """Write down that items could not be done."""


class Sender:
    """Sends the mutations of a run, and counts them."""

    def __init__(self, client: AdministrateClient, mutations_per_request: int) -> None:
        self._client = client
        self._size = mutations_per_request
        self._lock = threading.Lock()
        self.mutations_sent = 0

    def send_all(self, items: Sequence[T], step: Step[T]) -> None:
        """Do a step for all items. What fails is written down with the step.

        Raises AdministrateError where Administrate cannot be asked any more: what has not been sent by then stays open.
        """
        if items:
            _Sending(self, items, step).run(min(self._client.connection.concurrency, len(items)))

    def size(self) -> int:
        """Return how many mutations go into one request at present."""
        with self._lock:
            return self._size

    def limit_to(self, size: int) -> None:
        """Put at most this many mutations into a request from now on: more have turned out to be too many."""
        with self._lock:
            self._size = max(1, min(self._size, size))

    def send(self, mutations: Sequence[Mutation]) -> Answer:
        """Send one request, again where it is certain that nothing was done. Raises AdministrateError."""
        document, variables = mutation_batch(mutations)
        for attempt in stamina.retry_context(
            on=_nothing_was_done, attempts=6, timeout=2 * LONGEST_WAIT, wait_initial=0.5, wait_max=8.0
        ):
            with attempt:
                with self._lock:
                    self.mutations_sent += len(mutations)
                answer = self._client.send(document, variables)
        return answer

    @property
    def second_look_after(self) -> float:
        """Seconds until a lost mutation is looked for once more, in keeping with how long an answer may take."""
        return min(_LONGEST_SECOND_LOOK, self._client.connection.timeout / 6)


def _nothing_was_done(error: Exception) -> bool | float:
    if isinstance(error, TooManyRequests):
        if error.retry_after is None:
            return True
        return error.retry_after if error.retry_after <= LONGEST_WAIT else False
    return isinstance(error, Unreachable) and not error.sent


class _Sending(Generic[T]):
    """One step on its way: the items that wait, and the threads that take from them."""

    def __init__(self, sender: Sender, items: Sequence[T], step: Step[T]) -> None:
        self._sender = sender
        self._step = step
        self._waiting = deque(items)
        self._lock = threading.Lock()
        self._is_over = threading.Event()

    def run(self, threads: int) -> None:
        with ThreadPoolExecutor(threads) as pool:
            futures = [pool.submit(self._work) for _ in range(threads)]
        for future in futures:
            future.result()

    def _work(self) -> None:
        try:
            while group := self._take():
                self._send(group)
        except BaseException:
            self._is_over.set()
            raise

    def _take(self) -> list[T]:
        with self._lock:
            if self._is_over.is_set():
                return []
            return [self._waiting.popleft() for _ in range(min(self._sender.size(), len(self._waiting)))]

    def _send(self, group: Sequence[T], *, is_last_try: bool = False) -> bool:
        """Send a group, in parts where that is needed; return whether all of it was answered in the end."""
        if self._is_over.is_set():
            return False
        data: Payload = {}
        try:
            answer = self._sender.send([self._step.mutation(item) for item in group])
        except RequestRefused as error:
            if error.status not in _REFUSED_FOR_ITS_CONTENT:
                raise
            return self._send_smaller(group, group, error, is_last_try=True)
        except Unreachable as error:
            if not error.sent:
                raise
            problem: AdministrateError = error
        except (ServerFailure, NotGraphQL) as error:
            problem = error
        else:
            data = dict(answer.data)
            problem = _unanswered(self._step.mutation(group[0]), answer)
        payloads = [payload_of(data, index) for index in range(len(group))]
        self._step.record([(item, dict(payload)) for item, payload in zip(group, payloads, strict=True) if payload])
        unanswered = [item for item, payload in zip(group, payloads, strict=True) if not payload]
        if not unanswered:
            return True
        rest = self._step.outstanding(unanswered)
        if rest and isinstance(problem, Unreachable):
            time.sleep(self._sender.second_look_after)
            rest = self._step.outstanding(rest)
        return self._send_smaller(rest, group, problem, is_last_try=is_last_try)

    def _send_smaller(
        self, rest: Sequence[T], sent: Sequence[T], problem: AdministrateError, *, is_last_try: bool
    ) -> bool:
        if len(sent) == 1 and is_last_try and rest:
            self._step.fail(rest, str(problem))
            return False
        size = max(1, len(sent) // 2)
        waiting, is_answered = deque(rest), True
        while waiting:
            part = [waiting.popleft() for _ in range(min(size, self._sender.size(), len(waiting)))]
            is_answered &= self._send(part, is_last_try=len(sent) == 1)
        # A part that fails by itself says nothing of how many a request can hold.
        if is_answered and _was_too_much(problem):
            self._sender.limit_to(size)
        return is_answered


def _was_too_much(problem: AdministrateError) -> bool:
    """Tell whether it may have been the size of a request that Administrate did not bear."""
    timed_out = isinstance(problem.__cause__, httpx.TimeoutException)
    return isinstance(problem, (GraphQLErrors, RequestRefused)) or timed_out


def _unanswered(mutation: Mutation, answer: Answer) -> AdministrateError:
    """Return what to say of parts that an answer holds no payload for."""
    if answer.errors:
        said = "; ".join(dict.fromkeys(answer.errors))
        return GraphQLErrors(f"Administrate refused {mutation.name}: {said}", messages=answer.errors)
    return NoData(f"Administrate answered {mutation.name} with no data and no error.")
