"""Codes of course templates and products: their parts, and what these say by themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sync_assets.text import match_key

_LMS_ONLY_TOKENS = frozenset({"oc", "waitlist"})
_CODE_SEPARATORS = re.compile(r"[_\-\s]+")
_SEPARATORS = re.compile(r"[^0-9a-z]+")
_FORMAT = re.compile(r"(f2f|lo|oc)(?:([1-9]|1[0-9])[a-z]*)?")
_NUMBER = re.compile(r"([1-9]|1[0-9])[a-z]*")


def code_tokens(code: str) -> tuple[str, ...]:
    """Return the parts of a course template code, split at `_`, `-` and space, as keys to compare by."""
    return tuple(token for token in _CODE_SEPARATORS.split(match_key(code)) if token)


def is_lms_code(code: str) -> bool:
    """Return whether the code of a course template means that its events are LMS only."""
    return not _LMS_ONLY_TOKENS.isdisjoint(code_tokens(code))


@dataclass(frozen=True, slots=True)
class CourseFormat:
    """How a course is taught: `kind` is f2f (face to face), lo (live online) or oc (online classroom).

    `number` is that of its sessions, None where a code does not say it.
    """

    kind: str
    number: str | None = None

    def contradicts(self, other: CourseFormat) -> bool:
        """Tell whether the two cannot be the same format; a number that is not known contradicts nothing."""
        return self.kind != other.kind or (None not in (self.number, other.number) and self.number != other.number)

    def __str__(self) -> str:
        return self.kind.upper() + (f" {self.number}" if self.number else "")


def format_in(tokens: Sequence[str]) -> CourseFormat | None:
    """Return the format that the parts of a code name (`LO_6H`, `f2f_3`, `OC`), None where they name none.

    Only the kind and the number count: a course template's code has no letter behind the number, and a product's has.
    """
    for place, token in enumerate(tokens):
        if parts := _FORMAT.fullmatch(token):
            behind = _NUMBER.fullmatch(tokens[place + 1]) if place + 1 < len(tokens) else None
            return CourseFormat(parts[1], parts[2] or (behind[1] if behind else None))
    return None


@lru_cache(maxsize=10_000)
def all_tokens(code: str) -> tuple[str, ...]:
    """Return the parts of any code, split at whatever is no letter and no digit, as keys to compare by."""
    return tuple(token for token in _SEPARATORS.split(match_key(code)) if token)
