"""Finds the row of either side that a person means, by its id or else by what it is matched on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol, TypeVar

from sync_assets.bridge.errors import BridgeError
from sync_assets.text import match_key


class NoSuchRow(BridgeError):
    """A decision names a row that is not there, or several."""


class Named(Protocol):
    """A row that can be named by what it is matched on."""

    @property
    def key(self) -> str:
        """What it is matched on."""

    @property
    def name(self) -> str:
        """What a person knows it by."""


T = TypeVar("T", bound=Named)
BY_ID: Final = "id"


def find_row(
    given: str,
    by_id: Mapping[str, T],
    by_key: Mapping[str, Sequence[T]],
    *,
    word: str,
    key: str = "",
) -> list[T]:
    """Return the rows that `given` can mean: the one of that id, else those of that key.

    `word` is what the key is called ("name", "code"). A text such as `id:12` or `code:12` says which of the two is
    meant. `key` is what the row is matched on as far as the caller knows it, and has to agree. Raises NoSuchRow where
    an id and a key mean different rows, or where the row of the id has another key than the caller knows.
    """
    meant, _, rest = given.partition(":")
    of_id, of_key = by_id.get(given), [*by_key.get(match_key(given), ())]
    if of_id is None and not of_key and rest:
        if meant == BY_ID:
            of_id = by_id.get(rest.strip())
        elif meant == word:
            of_key = [*by_key.get(match_key(rest), ())]
    if key:
        return _of_known_key(given, of_id, of_key, match_key(key), word)
    if of_id is None or (len(of_key) == 1 and of_key[0] is of_id):
        return of_key if of_id is None else [of_id]
    others = [row for row in of_key if row is not of_id]
    if others:
        raise NoSuchRow(
            f"{given!r} is the id of one row ({of_id.name}) and the {word} of another one ({others[0].name}). Say "
            f"which is meant: {BY_ID}:{given} or {word}:{given}."
        )
    return [of_id]


def _of_known_key(given: str, of_id: T | None, of_key: Sequence[T], key: str, word: str) -> list[T]:
    """Return the row of the id if it has the key that is known, else the rows of that key if the text names it."""
    if of_id is not None and of_id.key == key:
        return [of_id]
    if of_id is not None:
        raise NoSuchRow(
            f"The id {given} and the {word} {key!r} mean different rows: the row of that id is {of_id.name!r}. Look at "
            "both, and say which is meant; the file may be older than the row."
        )
    return [row for row in of_key if row.key == key]
