"""Ask for many things at once, in parts that a request may hold, and for each by itself where a part is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sync_assets.administrate.client import AdministrateClient
from sync_assets.administrate.errors import GraphQLErrors, RequestRefused

Key = TypeVar("Key")


def ask_in_parts(
    client: AdministrateClient,
    keys: Sequence[Key],
    at_once: int,
    ask: Callable[[Sequence[Key]], list[Any]],
    refused: Callable[[GraphQLErrors | RequestRefused], Any],
) -> Iterator[tuple[Key, Any]]:
    """Ask for many things in parts, several at once; a part that is refused is asked for in halves, down to one."""

    def answers(part: Sequence[Key]) -> list[Any]:
        try:
            return ask(part)
        except (GraphQLErrors, RequestRefused) as error:
            if len(part) == 1:
                return [refused(error)]
            middle = len(part) // 2
            return answers(part[:middle]) + answers(part[middle:])

    parts = [keys[start : start + at_once] for start in range(0, len(keys), at_once)]
    if not parts:
        return
    with ThreadPoolExecutor(min(client.connection.concurrency, len(parts))) as pool:
        for part, found in zip(parts, pool.map(answers, parts), strict=True):
            yield from zip(part, found, strict=True)
