"""Mutations on their way to Administrate: many a request, several requests at once, and none sent twice blindly.

What comes of a mutation is one of three things. It was answered: a payload, with errors or without. It was refused
with the request, and certainly not carried out: the same is sent again in smaller groups, and a single one is refused.
Or its outcome is unknown: the step records that, and nothing is sent again in the same breath.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, Generic, Protocol, TypeVar

import httpx

from sync_assets.administrate.client import LONGEST_WAIT, AdministrateClient, Answer
from sync_assets.administrate.errors import (
    AdministrateError,
    GraphQLErrors,
    RequestRefused,
    TooManyRequests,
    Unauthorized,
)
from sync_assets.administrate.retries import retry_context
from sync_assets.event_import.administrate_side.batch_size import BatchSize
from sync_assets.event_import.administrate_side.batches import Mutation, mutation_batch, payload_of

T = TypeVar("T")
Item = TypeVar("Item", contravariant=True)
Payload = dict[str, Any]

_REFUSED_FOR_ITS_CONTENT: Final = (
    httpx.codes.REQUEST_ENTITY_TOO_LARGE,
    httpx.codes.BAD_REQUEST,
    httpx.codes.FORBIDDEN,
    httpx.codes.UNPROCESSABLE_ENTITY,
)


class Step(Protocol[Item]):
    """What a step of the import sends, and how it keeps account of it. Methods are called from several threads."""

    def mutation(self, item: Item) -> Mutation:
        """Return what is to be sent for an item."""

    def before(self, items: Sequence[Item]) -> None:
        """Record that the items are about to be sent; what is committed here stands whatever happens after."""

    def answered(self, answers: Sequence[tuple[Item, Payload]]) -> None:
        """Record what the payloads of a request say; each has `errors` and the record that was made or changed."""

    def not_done(self, items: Sequence[Item], sentence: str | None) -> None:
        """Record that items were certainly not carried out; with a sentence, Administrate refuses them."""

    def unknown(self, items: Sequence[Item], sentence: str) -> None:
        """Record that it is not known whether items were carried out."""


class Sender:
    """Sends the mutations of a run, and counts them. `guard` is called before each request, and may raise.

    `document` is what its requests are called in the audit.
    """

    def __init__(
        self, client: AdministrateClient, largest: int, guard: Callable[[], None], document: str = "ImportEvents"
    ) -> None:
        self._client = client
        self._guard = guard
        self._document = document
        self._lock = threading.Lock()
        self.size = BatchSize(largest, client.connection.timeout)
        self.mutations_sent = 0

    def send_all(self, items: Sequence[T], step: Step[T]) -> None:
        """Do a step for all items.

        Raises AdministrateError where Administrate cannot be asked any more, or what the guard raises: what has not
        been sent by then stays open. Every request that is under way is waited for, whatever ends the work.
        """
        if items:
            _Sending(self, items, step).run(min(self._client.connection.concurrency, len(items)))

    def send(self, mutations: Sequence[Mutation]) -> Answer:
        """Send one request, again where it is certain that nothing was done. Raises AdministrateError."""
        document, variables = mutation_batch(mutations, self._document)
        for attempt in retry_context(
            on=_nothing_was_done, attempts=6, timeout=2 * LONGEST_WAIT, wait_initial=0.5, wait_max=8.0
        ):
            with attempt:
                self._guard()
                with self._lock:
                    self.mutations_sent += len(mutations)
                begin = time.monotonic()
                answer = self._client.send(document, variables, timeout=self.size.timeout(len(mutations)))
                self.size.took(len(mutations), time.monotonic() - begin)
        return answer


def _nothing_was_done(error: Exception) -> bool | float:
    if isinstance(error, TooManyRequests):
        if error.retry_after is None:
            return True
        return error.retry_after if error.retry_after <= LONGEST_WAIT else False
    if isinstance(error, RequestRefused | Unauthorized):
        return False
    return isinstance(error, AdministrateError) and error.nothing_done


class _Sending(Generic[T]):
    """One step on its way: the items that wait, and the threads that take from them."""

    def __init__(self, sender: Sender, items: Sequence[T], step: Step[T]) -> None:
        self._sender = sender
        self._step = step
        self._waiting = deque(items)
        self._lock = threading.Lock()
        self._is_over = threading.Event()

    def run(self, threads: int) -> None:
        pool = ThreadPoolExecutor(threads)
        futures = [pool.submit(self._work) for _ in range(threads)]
        interruption = self._wait_for_all(futures)
        pool.shutdown()
        if interruption is not None:
            raise interruption
        for future in futures:
            future.result()

    def _wait_for_all(self, futures: Sequence[Future[None]]) -> BaseException | None:
        """Wait until no request is under way; return what interrupted the waiting, if anything did.

        The lock on the tenant is given up after this, so another run never meets a request of ours that still works.
        """
        interruption: BaseException | None = None
        waiting = deque(futures)
        while waiting:
            try:
                waiting[0].exception()
                waiting.popleft()
            except BaseException as error:  # noqa: BLE001 - it is raised again when all requests have ended
                self._is_over.set()
                interruption = interruption or error
        return interruption

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
            return [self._waiting.popleft() for _ in range(min(self._sender.size.now, len(self._waiting)))]

    def _send(self, group: Sequence[T]) -> None:
        if self._is_over.is_set():
            return
        self._step.before(group)
        try:
            answer = self._sender.send([self._step.mutation(item) for item in group])
        except RequestRefused as error:
            if error.status not in _REFUSED_FOR_ITS_CONTENT:
                self._step.not_done(group, None)
                raise
            self._send_smaller(group, error)
            return
        except AdministrateError as error:
            if error.nothing_done:
                self._step.not_done(group, None)
                raise
            self._sender.size.failed(len(group))
            self._step.unknown(group, str(error))
            return
        payloads = [payload_of(answer.data, index) for index in range(len(group))]
        self._step.answered([(item, dict(payload)) for item, payload in zip(group, payloads, strict=True) if payload])
        unanswered = [item for item, payload in zip(group, payloads, strict=True) if not payload]
        if not unanswered:
            return
        said = "; ".join(dict.fromkeys(answer.errors)) or "no data and no error"
        if not answer.is_executed:
            sentence = f"Administrate refused the request: {said}"
            self._send_smaller(unanswered, GraphQLErrors(sentence, messages=answer.errors))
        else:
            if len(unanswered) == len(group):
                self._sender.size.failed(len(group))
            self._step.unknown(unanswered, f"Administrate gave no answer to a part of a request: {said}")

    def _send_smaller(self, group: Sequence[T], error: AdministrateError) -> None:
        if len(group) == 1:
            self._step.not_done(group, str(error))
            return
        self._step.not_done(group, None)
        if isinstance(error, RequestRefused) and error.status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
            self._sender.size.failed(len(group))
        middle = len(group) // 2
        self._send(group[:middle])
        self._send(group[middle:])
