"""What an observer hears of a mutation: one report before it is sent, and one when its outcome is known."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final
from uuid import UUID, uuid4

from graphql import FieldNode, OperationDefinitionNode, SelectionSetNode, parse

from sync_assets.administrate.documents import Document
from sync_assets.administrate.errors import AdministrateError
from sync_assets.administrate.payload_errors import errors_of_payload

LOG = logging.getLogger(__name__)

HIDDEN: Final = "(hidden)"
_SECRET_NAMES: Final = ("password", "secret", "token", "authorization", "apikey", "credential")


class Result(StrEnum):
    """What is known of a mutation."""

    SENT = "sent"
    """It is on its way. If this stays, the process ended before the answer came."""
    DONE = "done"
    ERRORS = "errors"
    """The answer has errors, for the whole request or for parts of it. What has an id in the answer was done."""
    NOT_DONE = "not done"
    """It was refused or never left, so nothing was done."""
    UNKNOWN = "unknown"
    """No readable answer came. Whether it was carried out has to be looked up."""


@dataclass(frozen=True, slots=True)
class MutationRecord:
    """One request with mutations.

    `mutations` counts them by name, such as `event.createBlended`. `variables` are as they were sent, with every secret
    hidden. `answer` is the data that came back, `said` the errors in it, or a sentence about what went wrong.
    `seconds` is how long the answer took, including the wait for the rate limit.
    """

    id: UUID
    document: str
    mutations: Mapping[str, int]
    variables: Mapping[str, Any]
    sent_at: datetime
    result: Result = Result.SENT
    answer: Mapping[str, Any] | None = None
    said: str | None = None
    seconds: float | None = None


Observe = Callable[[MutationRecord], None]
"""Hears of each request twice, with the same id, possibly from several threads. What it raises is only logged."""


@dataclass(slots=True)
class Observed:
    """A request with mutations, from before it is sent until its outcome is known: call `answered` or `failed` once."""

    call: MutationRecord
    observe: Observe
    _start: float = field(default_factory=time.perf_counter)

    @classmethod
    def begin(cls, observe: Observe, document: Document, variables: Mapping[str, Any]) -> Observed:
        """Report a request that is about to be sent."""
        call = MutationRecord(
            uuid4(), document.name, mutations_of(document), without_secrets(variables), datetime.now(UTC)
        )
        observed = cls(call, observe)
        observed._report(call)
        return observed

    def answered(self, data: Mapping[str, Any], errors: tuple[str, ...]) -> None:
        """Report the answer."""
        sentences = [*errors, *_payload_errors(data)]
        result = Result.ERRORS if sentences or not data else Result.DONE
        self._end(result, "; ".join(sentences) or None, data or None)

    def failed(self, error: BaseException) -> None:
        """Report that no answer came, and why."""
        nothing_done = isinstance(error, AdministrateError) and error.nothing_done
        self._end(Result.NOT_DONE if nothing_done else Result.UNKNOWN, str(error) or type(error).__name__, None)

    def _end(self, result: Result, said: str | None, answer: Mapping[str, Any] | None) -> None:
        seconds = time.perf_counter() - self._start
        self._report(replace(self.call, result=result, said=said, answer=answer, seconds=seconds))

    def _report(self, call: MutationRecord) -> None:
        try:
            self.observe(call)
        except Exception:  # noqa: BLE001 - no observer, whatever it is, may cost us the answer
            # The error's own text may hold the variables.
            LOG.warning("The request %s (%s, %s) could not be recorded.", call.id, call.document, call.result)


@lru_cache(maxsize=512)
def mutations_of(document: Document) -> Mapping[str, int]:
    """Return how often a document has each mutation. A mutation is a field of a group, such as `event.update`."""
    counts: Counter[str] = Counter()
    for node in parse(document.text, no_location=True).definitions:
        if isinstance(node, OperationDefinitionNode):
            for group in _fields(node.selection_set):
                counts.update(f"{group.name.value}.{field.name.value}" for field in _fields(group.selection_set))
    return dict(counts)


def _fields(selections: SelectionSetNode | None) -> Iterator[FieldNode]:
    for node in selections.selections if selections else ():
        if isinstance(node, FieldNode):
            yield node


def without_secrets(value: Any) -> Any:
    """Return a copy of a JSON value in which everything is hidden that has the name of a secret."""
    if isinstance(value, Mapping):
        return {
            name: HIDDEN if content is not None and _is_secret(str(name)) else without_secrets(content)
            for name, content in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [without_secrets(item) for item in value]
    return value


def _is_secret(name: str) -> bool:
    plain = name.lower().replace("_", "").replace("-", "")
    return any(word in plain for word in _SECRET_NAMES)


def _payload_errors(data: Any, depth: int = 3) -> Iterator[str]:
    """Yield the errors of the payloads in an answer, which are at most `depth` levels deep."""
    if depth == 0 or not isinstance(data, Mapping):
        return
    yield from errors_of_payload(data)
    for child in data.values():
        yield from _payload_errors(child, depth - 1)
